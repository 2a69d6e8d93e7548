"""Problems: the list with its filters and orderings, and each one's own fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation, Takes, changes_in
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.v1.problem_answers import ProblemShown, shown_problems
from tracker.api.v1.problem_lists import filtered
from tracker.api.v1.projects import CriterionBody
from tracker.api.view import ProjectView, created, nothing
from tracker.problems.models import Problem
from tracker.problems.problem_changes import create_problem, delete_problem, update_problem

Slug = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$",
        description="Use small letters, digits, - and _, at most 80, beginning with a letter or digit.",
    ),
]
StatusName = Literal[
    "regressed", "triage", "confirmed", "in_progress", "fix_available", "fixed", "rejected", "duplicate"
]
Ordering = Literal[
    "priority", "-priority", "number", "-number", "created_at", "-created_at", "status_since",
    "-status_since", "reports_count", "-reports_count", "cases_count", "-cases_count",
]  # fmt: skip


class ProblemChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The fields to change; those left out stay. Null takes a value away."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    harm: str | float | UnsetType | None = UNSET
    assignee: str | UnsetType | None = UNSET
    labels: list[str] | UnsetType = UNSET
    fix_criterion: CriterionBody | UnsetType | None = UNSET
    users_affected_percent: float | UnsetType | None = UNSET
    users_affected_reason: str | UnsetType = UNSET


class ProblemBody(ProblemChanges, forbid_unknown_fields=True, kw_only=True):
    """A new problem, in triage; without a slug one is made from the title."""

    title: str
    slug: Slug | UnsetType = UNSET


class ProblemQuery(PageQuery, forbid_unknown_fields=True, kw_only=True):
    ordering: Ordering = "-priority"
    status: StatusName | None = None
    assignee: str = ""
    label: str = ""
    q: Annotated[str, msgspec.Meta(max_length=200, description="Text in title, description or slug.")] = ""


class Problems(ProjectView):
    """The problems of a project, worst first; those of unknown priority last."""

    @Operation("List problems", {200: Page[ProblemShown]}, query=ProblemQuery)
    def get(self, request: Request, query: ProblemQuery) -> Response:
        problems = filtered(
            self.project.problems.select_related("assignee", "duplicate_of"),
            status=query.status,
            assignee=query.assignee,
            label=query.label,
            text=query.q,
        )
        field = query.ordering.removeprefix("-")
        key = Key(field, descending=query.ordering.startswith("-"), nullable=field == "priority")
        page = page_of(
            request, query, problems, lambda rows: shown_problems(self.project, rows), by=[key, Key("pk")]
        )
        return Response(page)

    @Operation("Create a problem", {201: ProblemShown}, takes=Takes(ProblemBody))
    def post(self, request: Request, body: ProblemBody) -> Response:
        problem = create_problem(self.actor, self.project, **_fields(body))
        return created(shown_problems(self.project, [problem])[0])


class ProblemView(ProjectView):
    """A view of one problem: `self.problem` stands before its method runs."""

    problem: Problem
    entered = frozenset({"project", "slug"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        problems = self.project.problems.select_related("assignee", "duplicate_of", "project")
        problem = problems.filter(slug=kwargs["slug"]).first()
        if problem is None:
            raise NotFound
        self.problem = problem


class OneProblem(ProblemView):
    """One problem."""

    @Operation("Show a problem", {200: ProblemShown})
    def get(self, request: Request) -> Response:
        return Response(shown_problems(self.project, [self.problem])[0])

    @Operation("Change fields of a problem", {200: ProblemShown}, takes=Takes(ProblemChanges))
    def patch(self, request: Request, body: ProblemChanges) -> Response:
        problem = update_problem(self.actor, self.problem, _fields(body))
        return Response(shown_problems(self.project, [problem])[0])

    @Operation("Delete a problem that nobody reported or described", {204: None})
    def delete(self, request: Request) -> Response:
        delete_problem(self.actor, self.problem)
        return nothing()


def _fields(body: ProblemChanges) -> dict[str, Any]:
    fields = changes_in(body)
    if isinstance(criterion := fields.get("fix_criterion"), CriterionBody):
        fields["fix_criterion"] = msgspec.to_builtins(criterion)
    return fields
