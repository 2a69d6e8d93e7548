"""The living patterns of problems as the engine needs them, by columns and some thousand at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.problems.models import Pattern
from tracker.projects.id_lists import exactly
from tracker.projects.row_parts import PART, in_parts

TOGETHER = PART
"""Patterns that are read at once; what a model says of them is known then, but for its scores and texts. So many more
are kept.
"""


@dataclass(frozen=True, slots=True, eq=False)
class PatternRows:
    """Patterns by columns; `texts` are their expectations."""

    problems: Sequence[int]
    cases: Sequence[int]
    examples: Sequence[int]
    bases: Sequence[int | None]
    texts: Sequence[str]

    @property
    def all_examples(self) -> set[int]:
        """The examples and bases."""
        return set(self.examples).union(base for base in self.bases if base is not None)

    @property
    def have_bases(self) -> list[bool]:
        return [base is not None for base in self.bases]

    def at(self, places: Sequence[int]) -> PatternRows:
        return PatternRows(
            [self.problems[place] for place in places],
            [self.cases[place] for place in places],
            [self.examples[place] for place in places],
            [self.bases[place] for place in places],
            [self.texts[place] for place in places],
        )


class LivingPatterns:
    """Reads the living patterns of problems.

    As many as may be in memory at once are kept, for as long as this is: what lives at a revision never changes, and
    who plans a run by them scores by them a moment later.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, tuple[int, ...]], PatternRows] = {}
        self._room = TOGETHER

    def at(self, revision: int, problem_ids: Sequence[int]) -> Iterator[PatternRows]:
        """Yield the patterns of problems that live at a revision, TOGETHER at a time at most."""
        key = (revision, tuple(problem_ids))
        if key in self._kept:
            yield self._kept[key]
            return
        alive = Pattern.objects.alive_at(revision).filter(exactly("problem_id", problem_ids)).order_by()
        columns = alive.values_list("problem_id", "case_id", "example_id", "base_id", "expectation")
        parts = 0
        for part in in_parts(columns, TOGETHER):
            rows = PatternRows(*zip(*part, strict=True))
            yield rows
            parts += 1
        if parts == 1 and len(rows.texts) <= self._room:
            self._kept[key] = rows
            self._room -= len(rows.texts)


def by_revision(revisions: Iterable[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """Group (problem id, revision) into (revision, problem ids)."""
    grouped: defaultdict[int, list[int]] = defaultdict(list)
    for problem_id, revision in revisions:
        grouped[revision].append(problem_id)
    return sorted(grouped.items())
