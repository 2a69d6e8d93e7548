"""Two models whose scores move, and what is told of that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.factories import equals, make_outputs, make_patterns
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import relabel_pattern
from tracker.projects.rights import SYSTEM
from tracker.triage.comparison import compare_models
from tracker.triage.score_change import ScoreChange


def says(model: CandidateModel, right: Iterable[str], wrong: Iterable[str] = ()) -> None:
    make_outputs(model, dict.fromkeys(right, "positive") | dict.fromkeys(wrong, "negative"))


def add(problem: Problem, cases: Iterable[str], **fields: Any) -> None:
    make_patterns(problem, [equals(text, case=text, **fields) for text in cases])


def of(text: str) -> Pattern:
    return (
        Pattern.objects.alive()
        .select_related("project", "case", "example", "base")
        .get(example__content=f'"{text}"')
    )


def to_negative(text: str) -> None:
    relabel_pattern(SYSTEM, of(text), {"type": "equals", "label": "negative"})


def change(
    base: CandidateModel, head: CandidateModel, then: datetime | None, now: datetime | None = None
) -> ScoreChange:
    found = compare_models(base.project, base, head, base_at=then, head_at=now).score_change
    assert found is not None
    return found


def terms(found: ScoreChange) -> list[float]:
    """Model, patterns, expectations, total; all known."""
    assert found.parts is not None
    parts = (found.parts.model, found.parts.patterns, found.parts.expectations, found.parts.total)
    assert all(part.is_known for part in parts)
    return [part.low for part in parts]
