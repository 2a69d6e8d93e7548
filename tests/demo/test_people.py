from __future__ import annotations

import pytest

from tests.factories import make_project
from tracker.demo import steps
from tracker.demo.people import ADMIN, OWNER, PEOPLE, REPORTER, Team, stand_up_team
from tracker.projects.models import User
from tracker.projects.rights import Right


def test_they_sign_in_with_the_password(team: Team) -> None:
    assert {user.username for user in User.objects.all()} == {person.username for person in PEOPLE}
    assert all(team[person].check_password("not-secret") for person in PEOPLE)
    assert not any(team[person].is_superuser for person in PEOPLE)


@pytest.mark.django_db
def test_who_is_there_already_keeps_the_password() -> None:
    User.objects.create_user(username=OWNER.username, password="her-own")
    team = stand_up_team("not-secret")
    assert team[OWNER].check_password("her-own")
    assert team[ADMIN].check_password("not-secret")
    assert stand_up_team("another")[ADMIN].check_password("not-secret")


def test_each_has_the_rights_of_the_role(team: Team) -> None:
    project = steps.the_project(team, slug="numbers", name="Numbers")
    assert team.actor(ADMIN, project).may(Right.ADMIN)
    assert team.actor(OWNER, project).may(Right.WRITE)
    assert not team.actor(OWNER, project).may(Right.ADMIN)
    assert not team.actor(REPORTER, project).may(Right.WRITE)


def test_somebody_elses_project_is_left_alone(team: Team) -> None:
    make_project(slug="digits")
    with pytest.raises(steps.DemoFailed, match="not the demo's"):
        steps.the_project(team, slug="digits", name="Digits")
