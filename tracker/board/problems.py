"""Finding the problem that an address or a form names."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from tracker.board.frame import Place
from tracker.problems.models import Problem
from tracker.problems.sample_models import Sample
from tracker.projects.models import Project
from tracker.triage.models import Move

CHOICES = 500


def problem_at(place: Place, number: int) -> Problem:
    """Return a problem of the project by its number, 404 where there is none; with who moved it last, and why.

    It knows too whether it has samples and duplicates.
    """
    last = Move.objects.filter(problem=OuterRef("pk")).order_by("-at", "-pk")
    problem = get_object_or_404(
        Problem.objects.filter(project=place.project)
        .select_related("assignee", "duplicate_of")
        .annotate(
            moved_by=Subquery(last.values("actor")[:1]),
            moved_because=Subquery(last.values("reason")[:1]),
            has_samples=Exists(Sample.objects.filter(problem=OuterRef("pk"))),
            has_duplicates=Exists(Problem.objects.filter(duplicate_of=OuterRef("pk"))),
        ),
        number=number,
    )
    problem.project = place.project
    return problem


def has_samples(problem: Problem) -> bool:
    """Return what `problem_at` annotated."""
    known: bool = problem.has_samples  # type: ignore[attr-defined]
    return known


def has_duplicates(problem: Problem) -> bool:
    """Return what `problem_at` annotated."""
    known: bool = problem.has_duplicates  # type: ignore[attr-defined]
    return known


def named_problem(project: Project, text: str) -> Problem | None:
    """Return the problem that people mean by “#12”, “12 its title” or its slug."""
    words = text.strip().removeprefix("#").split(maxsplit=1)
    if not words:
        return None
    problems = Problem.objects.filter(project=project)
    if words[0].isascii() and words[0].isdigit() and len(words[0]) < 9:
        found = problems.filter(number=int(words[0])).first()
        if found is not None:
            return found
    return problems.filter(slug=text.strip()).first()


def problem_choices(project: Project) -> QuerySet[Problem]:
    """Return what a search select offers: the open problems, the gravest first."""
    return (
        Problem.objects.filter(project=project)
        .open()
        .by_priority()
        .only("number", "title", "status")[:CHOICES]
    )
