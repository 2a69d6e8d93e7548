"""Runs as pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from tracker.board.pages.run_errors import RunErrors, run_errors
from tracker.board.pages.run_pace import rate_words
from tracker.board.pages.stability import CheckRow, check_of
from tracker.board.pages.work import Work, run_work
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Run, RunQuerySet


@dataclass(frozen=True, slots=True)
class RunRow:
    run: Run
    why: str
    work: Work
    took: str

    @property
    def dom_id(self) -> str:
        return f"run-{self.run.pk}"


@dataclass(frozen=True, slots=True)
class RunPage:
    row: RunRow
    problems: list[Problem] | None
    errors: RunErrors
    rate: str
    check: CheckRow | None


def project_runs(project: Project) -> RunQuerySet:
    """Runs with what a row shows, newest first."""
    return Run.objects.filter(project=project).select_related("model", "project").order_by("-pk")


def run_rows(runs: Iterable[Run]) -> list[RunRow]:
    return [RunRow(run, why_words(run), run_work(run), took_words(run)) for run in runs]


def run_page(run: Run) -> RunPage:
    problems = None
    if run.problems is not None:
        problems = list(
            Problem.objects.filter(project=run.project_id, pk__in=run.problems).order_by("number")
        )
    return RunPage(run_rows([run])[0], problems, run_errors(run), rate_words(run), check_of(run))


def why_words(run: Run) -> str:
    """Return why a run was asked for."""
    return ", ".join(dict.fromkeys(_why(reason) for reason in run.reasons)) or _("requested")


def _why(reason: dict[str, str]) -> str:
    if reason.get("kind") == "requested":
        return _("requested by %(name)s") % {"name": reason.get("by", "")}
    words = {
        "changed": _("something it depends on changed"),
        "new_model": _("new model"),
        "scheduled": _("its turn to be asked again"),
    }
    return words.get(reason.get("kind", ""), reason.get("kind", ""))


def took_words(run: Run) -> str:
    """Return how long it took; empty while it goes on."""
    if run.started_at is None or run.finished_at is None:
        return ""
    took: timedelta = run.finished_at - run.started_at
    seconds = took.total_seconds()
    if seconds < 1:
        return _("under 1 s")
    if seconds < 90:
        return _("%(n)d s") % {"n": round(seconds)}
    return _("%(n)d min") % {"n": round(seconds / 60)}
