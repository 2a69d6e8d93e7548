"""One case under one model, pattern by pattern: scored anew by the engine from what the model says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.expectations import parse_expectation
from evaluation.scoring import score_cases, score_patterns
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Case, Pattern, Problem
from tracker.triage.case_matrix import Outcome


@dataclass(frozen=True, slots=True)
class PatternScore:
    """A pattern with what the model said of its input and its base (None: not asked yet).

    `error` is 0 where it passes and None where it is unscored.
    """

    pattern: Pattern
    output: Output | None
    base_output: Output | None
    error: float | None

    @property
    def outcome(self) -> Outcome:
        if self.error is not None:
            return Outcome.FAIL if self.error > 0 else Outcome.PASS
        asked = self.output is not None and (self.pattern.base_id is None or self.base_output is not None)
        return Outcome.UNSCORED if asked else Outcome.NOT_EVALUATED


@dataclass(frozen=True, slots=True)
class CaseScore:
    patterns: list[PatternScore]
    error: float | None
    """The largest of the patterns', None where the case is unscored."""

    @property
    def case(self) -> Case:
        return self.patterns[0].pattern.case

    @property
    def outcome(self) -> Outcome:
        if self.error is not None:
            return Outcome.FAIL if self.error > 0 else Outcome.PASS
        missing = any(pattern.outcome == Outcome.NOT_EVALUATED for pattern in self.patterns)
        return Outcome.NOT_EVALUATED if missing else Outcome.UNSCORED


def case_score(problem: Problem, case_id: int, revision: int, model: CandidateModel) -> CaseScore | None:
    """Return a case as of a revision, None where it had no living pattern; two queries."""
    alive = Pattern.objects.alive_at(revision).filter(problem=problem, case=case_id).order_by("pk")
    patterns = list(alive.select_related("case", "example", "base"))
    if not patterns:
        return None
    examples = {example for each in patterns for example in (each.example_id, each.base_id) if example}
    said = {
        output.example_id: output
        for output in Output.objects.current().filter(model=model, example__in=examples)
    }
    outputs = [said.get(pattern.example_id) for pattern in patterns]
    bases = [said.get(pattern.base_id) if pattern.base_id else None for pattern in patterns]
    errors = score_patterns(
        [
            parse_expectation(each.expectation_fields, labels=(), has_base=each.base_id is not None)
            for each in patterns
        ],
        [output.answer if output else None for output in outputs],
        [base.answer if base else None for base in bases],
    )
    whole = score_cases(errors, np.zeros(len(patterns), dtype=np.intp), 1)
    return CaseScore(
        [
            PatternScore(pattern, output, base, _known(error))
            for pattern, output, base, error in zip(patterns, outputs, bases, errors.tolist(), strict=True)
        ],
        _known(float(whole.errors[0])),
    )


def _known(error: float) -> float | None:
    return None if np.isnan(error) else error


def trained_on_any(model: CandidateModel, patterns: Sequence[PatternScore]) -> bool:
    """Return whether a model says it was trained on an input of these; one query."""
    digests = [score.pattern.example.digest for score in patterns]
    return model.trained_on.filter(digest__in=digests).exists()
