from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tracker.demo import steps
from tracker.demo.credentials import demo_password, demo_token, welcome
from tracker.demo.people import ADMIN, Team
from tracker.projects.models import Project, Token


@pytest.fixture
def project(team: Team) -> Project:
    return steps.the_project(team, slug="numbers", name="Numbers")


def test_the_password_is_made_once(home: Path) -> None:
    assert demo_password() == demo_password()
    assert len(demo_password()) == 12


def test_the_token_works_and_stays(team: Team, project: Project) -> None:
    secret = demo_token(team, project)
    token = Token.objects.with_secret(secret).get()
    assert (token.project, token.user) == (project, team[ADMIN])
    assert demo_token(team, project) == secret
    assert Token.objects.filter(project=project).count() == 1


@pytest.mark.parametrize("loss", ["file", "revoked"])
def test_a_lost_token_is_replaced(team: Team, project: Project, home: Path, loss: str) -> None:
    former = demo_token(team, project)
    if loss == "file":
        (home / "demo" / "token-numbers").unlink()
    else:
        Token.objects.with_secret(former).delete()
    secret = demo_token(team, project)
    assert secret != former
    assert Token.objects.alive().filter(project=project).count() == 1
    assert Token.objects.with_secret(secret).exists()


def test_the_welcome_says_how_to_get_in_and_is_kept_for_the_owner_alone(team: Team, home: Path) -> None:
    text = welcome(team, "not-secret", {"numbers": "mlpt_1234"})
    assert "demo" in text
    assert "not-secret" in text
    assert "mlpt_1234" in text
    assert (home / "demo.txt").read_text() == text
    assert stat.S_IMODE((home / "demo.txt").stat().st_mode) == 0o600


def test_a_password_that_was_changed_is_not_shown(team: Team) -> None:
    assert "former-one" not in welcome(team, "former-one", {})
