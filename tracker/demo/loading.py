"""Loading a demo: once, to the end, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.module_loading import import_string

from tracker.demo.people import ADMIN, Team
from tracker.demo.sentiment.candidates import CALLABLES
from tracker.demo.steps import Say
from tracker.projects.events import log
from tracker.projects.models import Event, Project

Load = Callable[[Team, Say], Project]

DEMOS: dict[str, str] = {
    "digits": "tracker.demo.digits.loading.load_digits",
    "sentiment": "tracker.demo.sentiment.loading.load_sentiment",
}
"""Slug of the project to the path of what loads it: its libraries take seconds to import."""

LOADED = "demo_loaded"


def stands(slug: str) -> bool:
    """Whether a demo was loaded to its end."""
    return Event.objects.filter(project__slug=slug, subject="project", kind=LOADED).exists()


def load(slug: str, team: Team, *, say: Say) -> None:
    """Load a demo, or what is missing of it. Raises DemoFailed."""
    load_it: Load = import_string(DEMOS[slug])
    with _nobody_listening(), _own_models_allowed():
        project = load_it(team, say)
    log(team.actor(ADMIN, project), project, LOADED, about="project", subject_id=project.pk)


@contextmanager
def _own_models_allowed() -> Iterator[None]:
    # The demo's own functions, in this process alone; `make demo` allows them where it serves (scripts/start.py).
    before = settings.PYTHON_CALLABLES
    settings.PYTHON_CALLABLES = [*before, *CALLABLES]
    try:
        yield
    finally:
        settings.PYTHON_CALLABLES = before


@contextmanager
def _nobody_listening() -> Iterator[None]:
    # The demo is evaluated in this process, mostly before any broker or worker runs.
    before = settings.NUDGES
    settings.NUDGES = False
    try:
        yield
    finally:
        settings.NUDGES = before
