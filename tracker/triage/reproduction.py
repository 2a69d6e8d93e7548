"""Whether the model that a report speaks of says what was reported."""

import math

from evaluation.types import Output as EngineOutput
from tracker.candidates.models import Output
from tracker.triage.models import Report


def report_reproduced(report: Report) -> bool | None:
    """Return whether the model's output agrees with the reported one; None where that cannot be told.

    It cannot without a model, without its answer for the example, or where the two share no field to compare.
    A volatile model may have given the reported output once and answer otherwise now: any answer in its history
    that agrees will do, and none is no evidence against the report.
    """
    model = report.model
    if model is None:
        return None
    reported = EngineOutput.from_json(report.predicted)
    outputs = Output.objects.filter(model=model, example=report.example_id, error=None)
    if not model.frozen:
        said = (output.answer for output in outputs.order_by("-pk").iterator())
        return True if any(answer is not None and agrees(answer, reported) for answer in said) else None
    output = outputs.current().first()
    answer = output.answer if output is not None else None
    return agrees(answer, reported) if answer is not None else None


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
