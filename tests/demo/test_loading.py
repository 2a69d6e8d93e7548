from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string
from pytest_django import Settings

from tests.factories import make_project
from tracker.demo.loading import DEMOS, load, stands
from tracker.demo.people import Team
from tracker.demo.steps import DemoFailed, Say, the_project
from tracker.projects.models import Project


def load_a_small_one(team: Team, say: Say) -> Project:
    say("small")
    return the_project(team, slug="small", name="Small")


def load_a_bad_one(team: Team, say: Say) -> Project:
    raise DemoFailed("No luck.")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEMOS, "small", f"{__name__}.load_a_small_one")
    monkeypatch.setitem(DEMOS, "bad", f"{__name__}.load_a_bad_one")


def test_every_demo_can_be_found() -> None:
    assert all(callable(import_string(path)) for path in DEMOS.values())


def test_a_demo_stands_once_it_was_loaded_to_its_end(team: Team, small: None) -> None:
    assert not stands("small")
    load("small", team, say=print)
    assert stands("small")


def test_nobody_is_nudged_while_it_loads(team: Team, small: None, settings: Settings) -> None:
    settings.NUDGES = True
    seen: list[bool] = []
    load("small", team, say=lambda text: seen.append(settings.NUDGES))
    assert seen == [False]
    assert settings.NUDGES is True


@pytest.mark.django_db
def test_the_command_says_why_a_demo_cannot_be_loaded(small: None) -> None:
    with pytest.raises(CommandError, match="bad: No luck"):
        call_command("load_demo", "--only", "bad")
    assert not stands("bad")


@pytest.mark.django_db
def test_the_command_leaves_a_namesake_alone(small: None) -> None:
    make_project(slug="small")
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("load_demo", "--only", "small")
