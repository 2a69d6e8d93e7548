"""What models say now of some test patterns, scored anew pattern by pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.expectations import parse_expectation
from evaluation.scoring import score_patterns
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern
from tracker.projects.id_lists import Among


@dataclass(frozen=True, slots=True)
class Said:
    """What one model says of a pattern's input and of its base (None: not asked yet, or no base), and the error.

    The error is None where it is unscored, and 0 where the pattern passes.
    """

    output: Output | None
    base_output: Output | None
    error: float | None


def answers_to(patterns: Sequence[Pattern], models: Sequence[CandidateModel]) -> list[dict[int, Said]]:
    """Return for each model what it says, by pattern id. One query for all."""
    examples = {example for each in patterns for example in (each.example_id, each.base_id) if example}
    rows = Output.objects.current().filter(
        Among("example_id", examples), model__in=[model.pk for model in models]
    )
    outputs = {(output.model_id, output.example_id): output for output in rows}
    expectations = [
        # Labels were checked when the pattern was accepted; the project's may have changed since.
        parse_expectation(each.expectation_fields, labels=(), has_base=each.base_id is not None)
        for each in patterns
    ]
    answers = []
    for model in models:
        said = [outputs.get((model.pk, each.example_id)) for each in patterns]
        bases = [outputs.get((model.pk, each.base_id)) if each.base_id else None for each in patterns]
        errors = score_patterns(
            expectations,
            [output.answer if output else None for output in said],
            [output.answer if output else None for output in bases],
        )
        answers.append(
            {
                pattern.pk: Said(output, base, None if np.isnan(error) else error)
                for pattern, output, base, error in zip(patterns, said, bases, errors.tolist(), strict=True)
            }
        )
    return answers
