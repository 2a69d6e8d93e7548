"""The board's filters: part of its address, so that a view of it can be sent to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db.models import Q
from django.http import QueryDict

from tracker.board.pages.evidence import ProjectEvidence
from tracker.board.pages.regressions import regressed_since
from tracker.problems.models import CLOSED, Problem, ProblemQuerySet, Status
from tracker.projects.models import Project

NOBODY = "-"
"""Stands for no assignee, and for no harm."""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What the address asks for; empty: anything."""

    status: str = ""
    assignee: str = ""
    label: str = ""
    harm: str = ""
    since: str = ""
    """A version: what regressed with that model or a later one."""
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> BoardFilters:
        status = query.get("status", "")
        return cls(
            status=status if status in Status.values else "",
            assignee=query.get("assignee", ""),
            label=query.get("label", ""),
            harm=query.get("harm", ""),
            since=query.get("since", ""),
            q=query.get("q", "").strip().replace("\x00", ""),
        )

    @property
    def is_set(self) -> bool:
        return bool(self.parameters)

    @property
    def parameters(self) -> dict[str, str]:
        """What the address says of them: nothing of those that ask for anything."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in said.items() if value}

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The columns: all that are open, or the one asked for. Text is looked for in closed ones too."""
        if self.status:
            return (Status(self.status),)
        return tuple(status for status in Status if self.q or status not in CLOSED)

    def problems(self, project: Project) -> ProblemQuerySet:
        """Return the problems to show, but for what the database cannot tell: `keeps`."""
        found = Problem.objects.filter(project=project, status__in=self.statuses).with_criterion()
        if self.assignee:
            found = found.filter(_named("assignee__username", self.assignee))
        if self.harm:
            found = found.filter(_named("harm_name", self.harm) | _without_name(self.harm))
        if self.q:
            by_number = self.q.removeprefix("#")
            matches = Q(title__icontains=self.q) | Q(slug__icontains=self.q)
            if by_number.isascii() and by_number.isdigit() and len(by_number) < 9:
                matches |= Q(number=int(by_number))
            found = found.filter(matches)
        return found.select_related("assignee").by_priority()

    def keeps(self, problem: Problem, evidence: ProjectEvidence) -> bool:
        """Return whether its labels, which are JSON, and the models' results are as asked for."""
        if self.label and self.label not in problem.labels:
            return False
        return not self.since or regressed_since(problem, self.since, evidence)


def _named(field: str, name: str) -> Q:
    return Q(**{f"{field}__isnull": True}) if name == NOBODY else Q(**{field: name})


def _without_name(harm: str) -> Q:
    # A harm given as a number is no missing harm.
    return Q(pk__in=[]) if harm != NOBODY else Q(harm__isnull=True)


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters offer."""

    assignees: list[str]
    labels: list[str]
    harms: list[str]
    versions: list[str]


def filter_choices(
    project: Project, problems: Sequence[Problem], chosen: BoardFilters, evidence: ProjectEvidence
) -> FilterChoices:
    """Return the members, the labels in use among the problems shown, the harm scale, the models; one query."""
    versions = [model.version for model in reversed(evidence.models)]
    labels = {label for problem in problems for label in problem.labels}
    members = project.memberships.order_by("user__username").values_list("user__username", flat=True)
    return FilterChoices(
        assignees=list(members),
        labels=sorted(labels | ({chosen.label} if chosen.label else set())),
        harms=[name for name, _weight in project.harms],
        versions=versions + ([chosen.since] if chosen.since and chosen.since not in versions else []),
    )
