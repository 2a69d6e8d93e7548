"""The errors of a model's test patterns, judged as they are read: memory grows by a few numbers a pattern.

Patterns and outputs are read one after the other, not joined: both lie in the database in the order that they came in,
and reading a stretch of each costs a fraction of looking up the one for each of the other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from evaluation.expectations import Expectation, parse_expectation
from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet
from tracker.problems.models import Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.id_lists import spanning
from tracker.projects.row_parts import together
from tracker.runs.living_patterns import LivingPatterns, PatternRows, by_revision

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

    def __init__(self, model: CandidateModel, patterns: LivingPatterns) -> None:
        self._model = model
        self._patterns = patterns
        self._parsed: dict[tuple[str, bool], Expectation] = {}
        self._by_label = ErrorsByLabel(self._expectation)

    def read(self, problems: Sequence[Problem]) -> dict[int, PatternErrors]:
        """Return the errors by problem id, at the revisions that the given objects hold."""
        found: dict[int, PatternErrors] = {problem.pk: NO_PATTERNS for problem in problems}
        for revision, problem_ids in by_revision((problem.pk, problem.revision) for problem in problems):
            found.update(self._read_at(revision, problem_ids))
        return found

    def _read_at(self, revision: int, problem_ids: Sequence[int]) -> Mapping[int, PatternErrors]:
        parts = [
            (
                np.array(rows.problems, dtype=np.int64),
                np.array(rows.cases, dtype=np.int64),
                *self._judge(rows),
            )
            for rows in self._patterns.at(revision, problem_ids)
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

    def _judge(self, rows: PatternRows) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return for each pattern whether all was asked, and its error."""
        examples = rows.all_examples
        labels = dict(together(self._said(examples).values_list("example_id", "label")))
        asked = np.ones(len(rows.texts), dtype=np.bool_)
        if not examples <= labels.keys():
            asked[:] = [
                example in labels and (base is None or base in labels)
                for example, base in zip(rows.examples, rows.bases, strict=True)
            ]
        said = map(labels.get, rows.examples)
        found = [self._by_label[key] for key in zip(rows.texts, rows.have_bases, said, strict=True)]
        errors = np.array(found, dtype=np.float64)
        read_more = [place for place, error in enumerate(found) if error is None]
        for start in range(0, len(read_more), CHUNK_ROWS):
            places = read_more[start : start + CHUNK_ROWS]
            errors[places] = self._by_all(rows.at(places))
        return asked, errors

    def _by_all(self, rows: PatternRows) -> list[float]:
        """Return the errors of patterns that are judged by all that was said, of the example and of the base."""
        said = self._said(rows.all_examples).values_list("example_id", "label", "scores", "value", "text")
        outputs = {
            example: _output(label, scores, value, text)
            for example, label, scores, value, text in said.iterator(chunk_size=CHUNK_ROWS)
        }
        return [
            _error(
                self._expectation(text, base is not None).check(
                    outputs.get(example), None if base is None else outputs.get(base)
                )
            )
            for example, base, text in zip(rows.examples, rows.bases, rows.texts, strict=True)
        ]

    def _said(self, examples: AbstractSet[int]) -> OutputQuerySet:
        """What the model says of the examples; of some others too, it may be."""
        return Output.objects.current().filter(spanning("example_id", sorted(examples)), model=self._model)

    def _expectation(self, text: str, has_base: bool) -> Expectation:
        key = (text, has_base)
        if key not in self._parsed:
            if len(self._parsed) >= REMEMBERED:
                self._parsed.clear()
            # Labels were checked when the pattern was accepted; the project's may have changed since.
            self._parsed[key] = parse_expectation(json.loads(text), labels=(), has_base=has_base)
        return self._parsed[key]


class ErrorsByLabel(dict[tuple[str, bool, str | None], float | None]):
    """What an expectation (its text, whether it has a base) makes of a label; None where it reads more than that.

    Worked out when first looked up.
    """

    def __init__(self, expectation: Callable[[str, bool], Expectation]) -> None:
        super().__init__()
        self._expectation = expectation

    def __missing__(self, key: tuple[str, bool, str | None]) -> float | None:
        text, has_base, label = key
        expectation = self._expectation(text, has_base)
        error = None
        if expectation.reads_label_only:
            error = _error(expectation.check(EngineOutput(label) if label is not None else None, None))
        if len(self) >= REMEMBERED:
            self.clear()
        self[key] = error
        return error


def _error(found: float | None) -> float:
    return math.nan if found is None else found


def _output(
    label: str | None, scores: str | None, value: float | None, text: str | None
) -> EngineOutput | None:
    """Return what was said; None for an error."""
    if label is None and scores is None and value is None and text is None:
        return None
    return EngineOutput(label, msgspec.json.decode(scores) if scores is not None else None, value, text)
