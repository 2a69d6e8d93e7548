"""What people wrote about a problem, as HTML: its description and the comments of its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from tracker.board.markdown import ProblemLink, mentioned_numbers, rendered
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.triage.timeline import TimelineEntry


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """`comment`: what was said, where the entry is a comment."""

    entry: TimelineEntry
    comment: SafeString | None


@dataclass(frozen=True, slots=True)
class WrittenTexts:
    description: SafeString
    timeline: list[TimelineRow]


def written_texts(project: Project, description: str, entries: Sequence[TimelineEntry]) -> WrittenTexts:
    """Return texts with the problems that they name as links; one query for all of them, none where none is named."""
    comments = [entry.comment.text for entry in entries if entry.comment is not None]
    links = problem_links(project, [description, *comments])
    rows = [
        TimelineRow(entry, None if entry.comment is None else rendered(entry.comment.text, links))
        for entry in entries
    ]
    return WrittenTexts(rendered(description, links), rows)


def problem_links(project: Project, texts: Iterable[str]) -> dict[int, ProblemLink]:
    """Return the links to the problems of the project that texts name, by number."""
    numbers = mentioned_numbers(texts)
    if not numbers:
        return {}
    found = Problem.objects.filter(project=project, number__in=numbers).values_list("number", "title")
    return {
        number: ProblemLink(reverse("board:problem", args=[project.slug, number]), title)
        for number, title in found
    }
