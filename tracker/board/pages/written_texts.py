"""What people wrote about a problem, as HTML: its description and the comments of its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from tracker.board.markdown import ProblemLink, rendered
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


def texts_of(description: str, entries: Iterable[TimelineEntry]) -> list[str]:
    """Return what people wrote: the description and the comments."""
    return [description, *(entry.comment for entry in entries if entry.comment is not None)]


def written_texts(
    project: Project, description: str, entries: Sequence[TimelineEntry], known: Mapping[int, Problem]
) -> WrittenTexts:
    """Return texts with the problems that they name as links, as far as they are `known` by their numbers."""
    links = {
        number: ProblemLink(reverse("board:problem", args=[project.slug, number]), other.title)
        for number, other in known.items()
    }
    rows = [
        TimelineRow(entry, None if entry.comment is None else rendered(entry.comment, links))
        for entry in entries
    ]
    return WrittenTexts(rendered(description, links), rows)
