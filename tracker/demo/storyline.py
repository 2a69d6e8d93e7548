"""What a demo's story is told with: which model was live when, what reports were taken for, people's moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from tracker.candidates.model_changes import update_model
from tracker.demo import steps
from tracker.demo.people import ADMIN, ENGINEER, OWNER, Person, Team
from tracker.demo.steps import Say
from tracker.problems.models import Problem
from tracker.projects.errors import Conflict
from tracker.projects.models import Project
from tracker.triage.models import Report
from tracker.triage.report_links import dismiss_report, link_reports


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """One problem as people wrote it down."""

    slug: str
    title: str
    description: str
    harm: str | None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """A model that went live so long before the demo is built, and how many everyday inputs it got."""

    version: str
    since: timedelta
    inputs: int


@dataclass(frozen=True, slots=True)
class Era:
    """A time in which one model was the active one, and how many everyday inputs users sent in it."""

    version: str
    begin: datetime
    end: datetime
    inputs: int


@dataclass(frozen=True, slots=True)
class Move:
    problem: KnownProblem
    person: Person
    to: str
    reason: str = ""
    duplicate_of: KnownProblem | None = None


class Complaint(Protocol):
    """A report about to be filed."""

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def external_id(self) -> str: ...


Told = TypeVar("Told", bound=Complaint)


@dataclass(frozen=True, slots=True)
class Inbox:
    """How far back the product owner left the inbox alone, and what became of a report that belongs nowhere."""

    not_looked_at: timedelta
    dismissed_after: timedelta
    dismissed_because: str


def staged(team: Team, project: Project, live: Sequence[Live], shadows: Sequence[str]) -> None:
    """Let models go live, each as long before the project was created as was said."""
    for one in live:
        model = project.models.get(version=one.version)
        steps.went_live(team.actor(ADMIN, project), model, at=project.created_at - one.since)
    for version in shadows:
        shadow = project.models.get(version=version)
        update_model(team.actor(ENGINEER, project), shadow, {"stage": "shadow"})


def eras(project: Project, live: Sequence[Live]) -> list[Era]:
    """Each model's time: until the next one went live, the last one until now."""
    ends = [one.since for one in live[1:]] + [timedelta(0)]
    return [
        Era(one.version, project.created_at - one.since, project.created_at - end, one.inputs)
        for one, end in zip(live, ends, strict=True)
    ]


def sort_inbox(
    team: Team,
    project: Project,
    complaints: Sequence[Told],
    filed: Mapping[str, Report],
    problems: Mapping[str, Problem],
    *,
    sorted_into: Callable[[Told], KnownProblem | None],
    inbox: Inbox,
) -> None:
    """Let the product owner go through the inbox, as far as that was done."""
    owner = team.actor(OWNER, project)
    looked_at = project.created_at - inbox.not_looked_at
    too_old = project.created_at - inbox.dismissed_after
    piles: dict[str, list[Report]] = {}
    for complaint in complaints:
        report, known = filed[complaint.external_id], sorted_into(complaint)
        if known is not None and complaint.occurred_at < looked_at:
            piles.setdefault(known.slug, []).append(report)
        elif known is None and complaint.occurred_at < too_old:
            dismiss_report(owner, report, inbox.dismissed_because)
    for slug, pile in piles.items():
        link_reports(owner, pile, problems[slug])


def make_moves(
    team: Team, problems: Mapping[str, Problem], moves: Sequence[Move], *, say: Say | None = None
) -> None:
    """Make people's moves. With `say`, one that is not legal by now is said and left out."""
    for move in moves:
        problem = problems[move.problem.slug]
        target = problems[move.duplicate_of.slug] if move.duplicate_of else None
        actor = team.actor(move.person, problem.project)
        try:
            steps.moved(actor, problem, move.to, reason=move.reason, duplicate_of=target)
        except Conflict as refusal:
            if say is None:
                raise
            say(f"{problem.title}: {refusal}")
