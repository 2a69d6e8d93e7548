"""Whether the model that a report speaks of says what was reported."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from evaluation.types import Output as EngineOutput
from tracker.candidates.models import Output
from tracker.triage.models import Report


@dataclass(frozen=True, slots=True)
class Reproduction:
    """`agrees` is None where it cannot be told; `answer`: what the model says now, None where it has not answered."""

    agrees: bool | None
    answer: EngineOutput | None = None


UNKNOWN = Reproduction(None)


def report_reproduced(report: Report) -> bool | None:
    """Return whether the model's output agrees with the reported one; None where that cannot be told.

    It cannot without a model, without its answer for the example, or where the two share no field to compare.
    A volatile model may have given the reported output once and answer otherwise now: any answer in its history
    that agrees will do, and none is no evidence against the report.
    """
    return reproductions([report])[report.pk].agrees


def reproductions(reports: Collection[Report]) -> Mapping[int, Reproduction]:
    """Return how each report stands to what its model says, by the report's id; one query for all of them."""
    outputs = Output.objects.of_models_for(
        {report.model_id for report in reports if report.model_id is not None},
        {report.example_id for report in reports},
    )
    said: dict[tuple[int, int], list[Output]] = {}
    for output in outputs:
        said.setdefault((output.model_id, output.example_id), []).append(output)
    return {
        report.pk: _reproduction(report, said.get((report.model_id or 0, report.example_id), []))
        for report in reports
    }


def _reproduction(report: Report, outputs: Collection[Output]) -> Reproduction:
    if report.model is None:
        return UNKNOWN
    reported = EngineOutput.from_json(report.predicted)
    now = next((output.answer for output in outputs if output.is_current), None)
    if report.model.frozen:
        return Reproduction(agrees(now, reported) if now is not None else None, now)
    ever = any(agrees(output.answer, reported) for output in outputs if output.answer is not None)
    return Reproduction(True if ever else None, now)


def agrees(said: EngineOutput, reported: EngineOutput) -> bool | None:
    """Return whether two outputs say the same by the first field that both have: label, value, text."""
    if said.label is not None and reported.label is not None:
        return said.label == reported.label
    if said.value is not None and reported.value is not None:
        # Products show numbers to users, and report them, with fewer digits than the model gave.
        return math.isclose(said.value, reported.value, rel_tol=1e-6, abs_tol=1e-9)
    if said.text is not None and reported.text is not None:
        return said.text == reported.text
    return None
