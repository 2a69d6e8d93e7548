"""Cards and columns of the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.figures import share
from tracker.board.pages.evidence import ProjectEvidence, problem_sparkline
from tracker.board.pages.verdict_words import result_words
from tracker.board.sparkline import Sparkline
from tracker.board.words import status_word
from tracker.problems.models import Problem, Status
from tracker.projects.models import Project
from tracker.triage.models import Report
from tracker.triage.moves import NEED_REASON

WEEK = timedelta(days=7)
CARDS_SHOWN = 60
"""In a column of many."""
CARDS_SHOWN_ALONE = 300
"""In the one column that a status filter leaves; the table pages through all."""
LABELS_SHOWN = 3
BY_EVIDENCE = (Status.REGRESSED, Status.FIX_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Badge:
    """A word on a card. `tone`: none, is-accent, is-warning or is-alarm."""

    text: str
    tone: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    problem: Problem
    spark: Sparkline
    spark_label: str
    verdict: str | None
    verdict_detail: str
    reports_this_week: int
    badges: list[Badge]
    moves: str

    @property
    def reach_source(self) -> str:
        return reach_source(self.problem)

    @property
    def labels(self) -> list[str]:
        return list(self.problem.labels[:LABELS_SHOWN])

    @property
    def labels_left(self) -> list[str]:
        return list(self.problem.labels[LABELS_SHOWN:])


@dataclass(frozen=True, slots=True)
class Column:
    status: str
    title: str
    cards: list[Card]
    count: int
    impact: float | None
    n_unknown: int
    refusal: str
    asks_reason: bool

    @property
    def n_hidden(self) -> int:
        return self.count - len(self.cards)


def reach_source(problem: Problem) -> str:
    """Return where the percentage of users is from, as `reach_meaning` names it."""
    return "old" if problem.users_affected_as_of else problem.users_affected_source


def reports_since(project: Project, start: datetime) -> dict[int, int]:
    """Return how many reports speak of a time after `start`, by problem; merged ones count for their target too."""
    rows = (
        Report.objects.filter(project=project, problem__isnull=False, occurred_at__gt=start)
        .order_by()
        .values_list("problem_id", "problem__duplicate_of_id")
        .annotate(n=Count("pk"))
    )
    counts: dict[int, int] = {}
    for problem_id, target, n in rows:
        for pk in {problem_id, target} - {None}:
            counts[pk] = counts.get(pk, 0) + n
    return counts


def column_order(status: str) -> tuple[bool, bool]:
    """Return (problems of unknown priority first, those with reports since fixed first)."""
    return status == Status.TRIAGE, status == Status.FIXED


def in_column_order(status: str, problems: Sequence[Problem]) -> list[Problem]:
    """Sort by priority; an unknown one asks for its factor first in triage, and is last elsewhere."""
    unknown_first, reports_first = column_order(status)

    def key(problem: Problem) -> tuple[int, bool, float, int]:
        reports = problem.reports_since_fixed if reports_first else 0
        unknown = problem.priority is None
        return (-reports, unknown != unknown_first, -(problem.priority or 0.0), problem.number)

    return sorted(problems, key=key)


def column(status: str, problems: Sequence[Problem], cards: Sequence[Card]) -> Column:
    """Return a column of these problems; `cards` are those of the first."""
    known = [problem.priority for problem in problems if problem.priority is not None]
    return Column(
        status=status,
        title=status_word(status),
        cards=list(cards),
        count=len(problems),
        impact=sum(known) if known else None,
        n_unknown=len(problems) - len(known),
        refusal=_refusal(status),
        asks_reason=status in {*NEED_REASON, Status.DUPLICATE},
    )


def _refusal(status: str) -> str:
    if status in BY_EVIDENCE:
        return _("Follows from the models' results; nobody moves a problem here.")
    if status == Status.FIXED:
        return _("The active model still fails it, so it cannot be closed by hand.")
    return _("Not possible for this problem now.")


def card(
    problem: Problem,
    evidence: ProjectEvidence,
    *,
    criterion: str,
    reports: int,
    moves: Mapping[int, frozenset[str]],
) -> Card:
    active = evidence.active
    result = evidence.result(problem, active)
    return Card(
        problem=problem,
        spark=problem_sparkline(problem, evidence, criterion),
        spark_label=_spark_label(problem, evidence),
        verdict=result.verdict if result else None,
        verdict_detail=f"{active.version}: {result_words(result)}" if active else _("No model is active yet"),
        reports_this_week=reports,
        badges=badges(problem),
        moves=" ".join(sorted(moves.get(problem.pk, ()))),
    )


def _spark_label(problem: Problem, evidence: ProjectEvidence) -> str:
    known = [result for result in evidence.of_problem(problem) if result and result.judged_error is not None]
    if not known:
        return _("No model has a known error on this problem yet")
    told = {"count": len(known), "error": share(known[-1].judged_error)}
    text = ngettext(
        "Error of %(count)s model: %(error)s", "Error over %(count)s models, last %(error)s", len(known)
    )
    return text % told


def badges(problem: Problem) -> list[Badge]:
    """Return what stands on a card besides its figures."""
    found: list[Badge] = []
    if problem.reports_since_fixed:
        n = problem.reports_since_fixed
        text = ngettext("%(n)s report since fixed", "%(n)s reports since fixed", n) % {"n": n}
        title = _("People report it about the active model, though its cases pass: sampled cases would tell.")
        found.append(Badge(text, "is-alarm", title))
    fixers = (problem.status_evidence or {}).get("fixed_by") or []
    if fixers and problem.status == Status.REGRESSED:
        found.append(Badge(_("fixed again by %(model)s") % {"model": fixers[-1]}, "is-accent"))
    elif fixers and problem.status == Status.TRIAGE:
        found.append(Badge(_("fixed by %(model)s") % {"model": fixers[-1]}, "is-accent"))
    if problem.closed_by_hand:
        found.append(
            Badge(_("closed by hand"), "is-warning", _("A person closed it; no evidence proves it."))
        )
    if problem.not_proven_again:
        title = _("It is based on a model that was active before: the active one is undecided.")
        found.append(Badge(_("not proven again"), "is-warning", title))
    if problem.provisional:
        title = _("Too few judged cases stand behind the error, so the priority may still change.")
        found.append(Badge(_("provisional"), "", title))
    return found
