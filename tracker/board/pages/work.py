"""Runs under way, as one line that people can watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.pages.run_pace import left_words
from tracker.projects.models import Project
from tracker.runs.models import Run, RunStatus


@dataclass(frozen=True, slots=True)
class Work:
    """For _progress.html: `url` is where the next look comes from; empty when there is nothing to wait for."""

    status: str
    done: int
    total: int
    left: str
    url: str


def project_work(project: Project) -> Work | None:
    """Return how far the project's runs under way are, together; None where nothing is under way."""
    runs = list(Run.objects.filter(project=project).under_way().select_related("model").order_by("pk"))
    return work_of(runs, reverse("board:work", args=[project.slug])) if runs else None


def work_of(runs: Sequence[Run], url: str) -> Work:
    started = any(run.status == RunStatus.RUNNING for run in runs)
    return Work(
        status="running" if started else "queued",
        done=sum(run.done for run in runs),
        total=sum(run.total for run in runs),
        left=_left(runs),
        url=url,
    )


def run_work(run: Run) -> Work:
    """Return how far one run is."""
    going = run.status in {RunStatus.QUEUED, RunStatus.RUNNING}
    url = reverse("board:run_progress", args=[run.project.slug, run.pk]) if going else ""
    left = _("waiting for the model’s server") if run.waiting_for and going else left_words(run)
    return Work(status=run.status, done=run.done, total=run.total, left=left, url=url)


def _left(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return runs[0].model.version
    return ngettext("%(n)s model", "%(n)s models", len(runs)) % {"n": len(runs)}
