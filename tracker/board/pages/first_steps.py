"""What to do in a new project, until it has been through the loop once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.pages.evidence import ProjectEvidence
from tracker.problems.models import Problem
from tracker.projects.models import Project


@dataclass(frozen=True, slots=True)
class FirstStep:
    title: str
    text: str
    url: str
    done: bool


def first_steps(project: Project, evidence: ProjectEvidence, problems: Sequence[Problem]) -> list[FirstStep]:
    """Return the steps with those done marked; empty once all are. One query at most."""
    described = any(problem.revision for problem in problems)
    if described and evidence.active and evidence.results:
        return []
    return [
        FirstStep(
            _("Register a model"),
            _("Each version that you want to compare, the one that is live among them."),
            reverse("board:register_model", args=[project.slug]),
            bool(evidence.models),
        ),
        FirstStep(
            _("Make one the active model"),
            _("The one that users have now. Priorities and statuses are worked out from it."),
            reverse("board:models", args=[project.slug]),
            evidence.active is not None,
        ),
        FirstStep(
            _("Report a wrong prediction"),
            _("Here by hand; your product can do it through the API."),
            reverse("board:file_report", args=[project.slug]),
            bool(problems) or project.reports.exists(),
        ),
        FirstStep(
            _("Make a problem of it"),
            _("In the inbox: reports of the same kind become one problem."),
            reverse("board:inbox", args=[project.slug]),
            bool(problems),
        ),
        FirstStep(
            _("Describe it by test patterns"),
            _("Inputs with what the model should say. Every model is evaluated on them."),
            _patterns_url(project, problems),
            described,
        ),
        FirstStep(
            _("Read the verdict"),
            _(
                "Every model is evaluated by itself. A model whose outputs you bring has to be given those it lacks."
            ),
            _verdict_url(project, problems),
            bool(evidence.results),
        ),
    ]


def n_done(steps: Sequence[FirstStep]) -> int:
    return sum(step.done for step in steps)


def next_step(steps: Sequence[FirstStep]) -> FirstStep | None:
    """Return the first step that is not done."""
    return next((step for step in steps if not step.done), None)


def _verdict_url(project: Project, problems: Sequence[Problem]) -> str:
    if not problems:
        return reverse("board:models", args=[project.slug])
    return reverse("board:problem", args=[project.slug, problems[0].number])


def _patterns_url(project: Project, problems: Sequence[Problem]) -> str:
    if not problems:
        return reverse("board:inbox", args=[project.slug])
    return reverse("board:add_patterns", args=[project.slug, problems[0].number])
