"""The errors of a model's test patterns, judged as they are read: memory grows by a few numbers a pattern.

Patterns and outputs are read one after the other, not joined: both lie in the database in the order that they came in,
and reading a stretch of each costs a fraction of looking up the one for each of the other.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from evaluation.expectations import Expectation, parse_expectation
from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet
from tracker.problems.models import Pattern, Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.id_lists import exactly, spanning
from tracker.projects.row_parts import PART, in_parts

PatternRow: TypeAlias = tuple[int, int, int, int | None, str]
"""Problem, case, example, base, expectation."""

TOGETHER = PART
"""Patterns that are in memory at once; what a model says of them too, but for its scores and texts."""
REMEMBERED = 10_000
"""Expectations kept in parsed form, and what they make of labels; most test sets have few distinct ones."""


@dataclass(frozen=True, slots=True, eq=False)
class PatternErrors:
    """The living patterns of one problem: the case of each and its error, NaN where it is unscored."""

    case_ids: NDArray[np.int64]
    errors: NDArray[np.float64]
    all_asked: bool
    """Whether the model has an answer or an error for every example and base."""


NO_PATTERNS = PatternErrors(np.zeros(0, dtype=np.int64), np.zeros(0), all_asked=True)


class PatternReader:
    """Judges the patterns of problems by what a model says now."""

    def __init__(self, model: CandidateModel) -> None:
        self._model = model
        self._parsed: dict[tuple[str, bool], Expectation] = {}
        self._of_label: dict[tuple[str, bool, str | None], float] = {}

    def read(self, problems: Sequence[Problem]) -> dict[int, PatternErrors]:
        """Return the errors by problem id, at the revisions that the given objects hold."""
        by_revision: defaultdict[int, list[int]] = defaultdict(list)
        for problem in problems:
            by_revision[problem.revision].append(problem.pk)
        found: dict[int, PatternErrors] = {problem.pk: NO_PATTERNS for problem in problems}
        for revision, problem_ids in sorted(by_revision.items()):
            found.update(self._read_at(revision, problem_ids))
        return found

    def _read_at(self, revision: int, problem_ids: Sequence[int]) -> Mapping[int, PatternErrors]:
        parts = [
            (
                np.array([row[0] for row in rows], dtype=np.int64),
                np.array([row[1] for row in rows], dtype=np.int64),
                *self._judge(rows),
            )
            for rows in _patterns(revision, problem_ids)
        ]
        if not parts:
            return {}
        of_problem, case_ids, asked, errors = (np.concatenate(column) for column in zip(*parts, strict=True))
        del parts
        order = np.argsort(of_problem, kind="stable")
        ids, starts = np.unique(of_problem[order], return_index=True)
        ends = [*starts[1:], order.size]
        return {
            int(pk): PatternErrors(case_ids[own], errors[own], all_asked=bool(asked[own].all()))
            for pk, own in ((pk, order[start:end]) for pk, start, end in zip(ids, starts, ends, strict=True))
        }

    def _judge(self, rows: Sequence[PatternRow]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return for each pattern whether all was asked, and its error."""
        labels = dict(self._said(rows).values_list("example_id", "label"))
        asked = [
            example in labels and (base is None or base in labels) for _, _, example, base, _text in rows
        ]
        errors = np.full(len(rows), np.nan)
        known = self._of_label
        read_more: list[int] = []
        for place, (_problem, _case, example, base, text) in enumerate(rows):
            key = (text, base is not None, labels.get(example))
            error = known.get(key)
            if error is None:
                error = self._by_label(*key)
                if error is None:
                    read_more.append(place)
                    continue
            errors[place] = error
        for start in range(0, len(read_more), CHUNK_ROWS):
            places = read_more[start : start + CHUNK_ROWS]
            errors[places] = self._by_all([rows[place] for place in places])
        return np.array(asked, dtype=np.bool_), errors

    def _by_label(self, text: str, has_base: bool, label: str | None) -> float | None:
        """Return what an expectation that reads nothing but the label makes of it; None where it reads more."""
        expectation = self._expectation(text, has_base=has_base)
        if not expectation.reads_label_only:
            return None
        error = _error(expectation.check(EngineOutput(label) if label is not None else None, None))
        if len(self._of_label) >= REMEMBERED:
            self._of_label.clear()
        self._of_label[text, has_base, label] = error
        return error

    def _by_all(self, rows: Sequence[PatternRow]) -> list[float]:
        """Return the errors of patterns that are judged by all that was said, of the example and of the base."""
        said = self._said(rows).values_list("example_id", "label", "scores", "value", "text")
        outputs = {
            example: _output(label, scores, value, text)
            for example, label, scores, value, text in said.iterator(chunk_size=CHUNK_ROWS)
        }
        return [
            _error(
                self._expectation(text, has_base=base is not None).check(
                    outputs.get(example), None if base is None else outputs.get(base)
                )
            )
            for _problem, _case, example, base, text in rows
        ]

    def _said(self, rows: Sequence[PatternRow]) -> OutputQuerySet:
        """What the model says of the patterns' examples and bases; of some others too, it may be."""
        ids = {row[2] for row in rows}
        ids.update(row[3] for row in rows if row[3] is not None)
        return Output.objects.current().filter(spanning("example_id", sorted(ids)), model=self._model)

    def _expectation(self, text: str, *, has_base: bool) -> Expectation:
        key = (text, has_base)
        if key not in self._parsed:
            if len(self._parsed) >= REMEMBERED:
                self._parsed.clear()
            # Labels were checked when the pattern was accepted; the project's may have changed since.
            self._parsed[key] = parse_expectation(json.loads(text), labels=(), has_base=has_base)
        return self._parsed[key]


def _error(found: float | None) -> float:
    return math.nan if found is None else found


def _output(
    label: str | None, scores: str | None, value: float | None, text: str | None
) -> EngineOutput | None:
    """Return what was said; None for an error."""
    if label is None and scores is None and value is None and text is None:
        return None
    return EngineOutput(label, msgspec.json.decode(scores) if scores is not None else None, value, text)


def _patterns(revision: int, problem_ids: Sequence[int]) -> Iterator[Sequence[PatternRow]]:
    """Yield the living patterns, TOGETHER at a time at most."""
    alive = Pattern.objects.alive_at(revision).filter(exactly("problem_id", problem_ids)).order_by()
    rows = alive.values_list("problem_id", "case_id", "example_id", "base_id", "expectation")
    yield from in_parts(rows, TOGETHER)
