"""The errors of a model's test patterns, read and judged in one stream: memory grows by a few numbers a pattern."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from django.db import connection
from numpy.typing import NDArray

from evaluation.expectations import Expectation, parse_expectation
from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern, Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.id_lists import among

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
        chunks = [
            (
                np.array([row[0] for row in rows], dtype=np.int64),
                np.array([row[1] for row in rows], dtype=np.int64),
                np.array([row[2] for row in rows], dtype=np.bool_),
                np.array(self._errors(rows), dtype=np.float64),
            )
            for rows in _rows(self._model, revision, problem_ids)
        ]
        if not chunks:
            return {}
        of_problem, case_ids, asked, errors = (np.concatenate(column) for column in zip(*chunks, strict=True))
        del chunks
        order = np.argsort(of_problem, kind="stable")
        ids, starts = np.unique(of_problem[order], return_index=True)
        ends = [*starts[1:], order.size]
        return {
            int(pk): PatternErrors(case_ids[own], errors[own], all_asked=bool(asked[own].all()))
            for pk, own in ((pk, order[start:end]) for pk, start, end in zip(ids, starts, ends, strict=True))
        }

    def _errors(self, rows: Sequence[Any]) -> list[float]:
        known = self._of_label
        errors: list[float] = []
        for _problem, _case, _asked, text, has_base, label, *said in rows:
            error = known.get((text, has_base, label))
            if error is None:
                error = self._checked(text, bool(has_base), label, *said)
            errors.append(error)
        return errors

    def _checked(
        self,
        text: str,
        has_base: bool,
        label: str | None,
        scores: str | None,
        value: float | None,
        said: str | None,
        *base: Any,
    ) -> float:
        expectation = self._expectation(text, has_base=has_base)
        found = expectation.check(_output(label, scores, value, said), _output(*base))
        error = math.nan if found is None else found
        if expectation.reads_label_only:
            if len(self._of_label) >= REMEMBERED:
                self._of_label.clear()
            self._of_label[text, has_base, label] = error
        return error

    def _expectation(self, text: str, *, has_base: bool) -> Expectation:
        key = (text, has_base)
        if key not in self._parsed:
            if len(self._parsed) >= REMEMBERED:
                self._parsed.clear()
            # Labels were checked when the pattern was accepted; the project's may have changed since.
            self._parsed[key] = parse_expectation(json.loads(text), labels=(), has_base=has_base)
        return self._parsed[key]


def _output(
    label: str | None, scores: str | None, value: float | None, text: str | None
) -> EngineOutput | None:
    """Return what was said, None where nothing was: an error, or not asked."""
    if label is None and scores is None and value is None and text is None:
        return None
    return EngineOutput(label, msgspec.json.decode(scores) if scores is not None else None, value, text)


def _rows(model: CandidateModel, revision: int, problem_ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Yield chunks of: problem, case, whether all was asked, expectation, whether there is a base, and what the model
    says of the example and of the base (label, scores, value, text each).
    """
    quote = connection.ops.quote_name
    of_problems, ids = among("p.problem_id", problem_ids, vendor=connection.vendor)
    # Only names of tables and conditions made here are put into the text.
    statement = f"""
        SELECT p.problem_id, p.case_id, o.id IS NOT NULL AND (p.base_id IS NULL OR b.id IS NOT NULL), p.expectation,
            p.base_id IS NOT NULL, o.label, o.scores, o.value, o.text, b.label, b.scores, b.value, b.text
        FROM {quote(Pattern._meta.db_table)} p {_output_of("o", "p.example_id")} {_output_of("b", "p.base_id")}
        WHERE {of_problems} AND p.added_in <= %s AND (p.retired_in IS NULL OR p.retired_in > %s)
    """  # noqa: S608
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement, [model.pk, model.pk, ids, revision, revision])
        while rows := cursor.fetchmany(CHUNK_ROWS):
            yield rows


def _output_of(alias: str, example: str) -> str:
    """Return the join of a model's current output of an example; its one parameter is the model's id.

    Looked up pattern by pattern: PostgreSQL, left to choose, compares every pattern with every output of a table that
    it has not analysed yet.
    """
    outputs = connection.ops.quote_name(Output._meta.db_table)
    if connection.vendor == "postgresql":
        found = (
            f"SELECT * FROM {outputs} WHERE model_id = %s AND example_id = {example} AND is_current LIMIT 1"  # noqa: S608
        )
        return f"LEFT JOIN LATERAL ({found}) {alias} ON TRUE"
    return (
        f"LEFT JOIN {outputs} {alias} ON {alias}.model_id = %s AND {alias}.example_id = {example}"
        f" AND {alias}.is_current"
    )
