"""The list of projects that a person can see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CLOSED, Problem, Status
from tracker.projects.models import InputKind, Project, Task, User
from tracker.triage.models import Report


@dataclass(frozen=True, slots=True)
class ProjectRow:
    slug: str
    name: str
    task: str
    input_kind: str
    open_problems: int
    regressed: int
    new_reports: int
    active_model: str | None


def project_rows(user: User) -> list[ProjectRow]:
    """Return the projects with their counts; one query."""
    problems = Problem.objects.filter(project=OuterRef("pk")).order_by().values("project")
    reports = Report.objects.filter(project=OuterRef("pk")).new().order_by().values("project")
    active = CandidateModel.objects.filter(project=OuterRef("pk"), stage=Stage.ACTIVE)
    # A problem is open unless it is rejected or a duplicate; a fixed one needs nothing now.
    unsolved = ~Q(status__in=[*CLOSED, Status.FIXED])
    projects = Project.objects.visible_to(user).annotate(
        open_problems=_count(problems.annotate(n=Count("pk", filter=unsolved))),
        regressed=_count(problems.annotate(n=Count("pk", filter=Q(status=Status.REGRESSED)))),
        new_reports=_count(reports.annotate(n=Count("pk"))),
        active_model=Subquery(active.values("version")[:1]),
    )
    rows = projects.order_by("name", "pk").values_list(
        "slug", "name", "task", "input_kind", "open_problems", "regressed", "new_reports", "active_model"
    )
    return [
        ProjectRow(slug, name, str(Task(task).label), str(InputKind(kind).label), *counts)
        for slug, name, task, kind, *counts in rows.distinct()
    ]


def _count(counted: object) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)  # type: ignore[attr-defined]
