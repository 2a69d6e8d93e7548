"""Turning a report into a test pattern of the problem that it belongs to."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from evaluation.types import JSON, Output
from tracker.candidates.models import CandidateModel
from tracker.projects.errors import Invalid
from tracker.triage.models import Report
from tracker.triage.reproduction import report_reproduced, reproductions


def pattern_line_from_report(report: Report) -> dict[str, JSON]:
    """Return a test pattern in the form that files and the API take, without `problem` and `case`.

    The output has to be the label that the user expected, or, where none was given, another one than was
    predicted. Raises Invalid where the report has no label to ask for: a person has to write such a pattern.
    """
    return {
        "input": report.example.input,
        "expectation": _expectation(report),
        "source": [{"selected_on": version} for version in versions_selected_on(report)],
    }


def versions_selected_on(report: Report) -> list[str]:
    """Return the models on whose failure the report's case would be filed, in the order of registration.

    The model that it speaks of, unless its output is known to be another: then nobody has seen a registered
    model fail, and the case selects none. What a volatile model says later does not clear it. Where the model
    is not known it may have been any registered by then.
    """
    return _selected_on(report, report_reproduced(report))


def versions_selected_on_by_example(reports: Collection[Report]) -> dict[int, list[str]]:
    """Return the same of many reports together, by the id of their example, without those that select none."""
    stands = reproductions(reports)
    found: dict[int, dict[str, None]] = {}
    for report in reports:
        versions = _selected_on(report, stands[report.pk].agrees)
        found.setdefault(report.example_id, {}).update(dict.fromkeys(versions))
    return {example_id: list(versions) for example_id, versions in found.items() if versions}


def _selected_on(report: Report, reproduced: bool | None) -> list[str]:
    if report.model is not None:
        return [] if reproduced is False else [report.model.version]
    registered = CandidateModel.objects.filter(
        project=report.project_id, registered_at__lte=report.received_at
    )
    return list(registered.order_by("registered_at", "pk").values_list("version", flat=True))


def _expectation(report: Report) -> dict[str, JSON]:
    expected = None if report.expected is None else Output.from_json(report.expected)
    predicted = Output.from_json(report.predicted)
    if expected is not None and expected.label is not None:
        return {"type": "equals", "label": expected.label}
    if expected is not None:
        text = _("The report expects a number or a text; write a pattern that says what is close enough.")
        raise Invalid({"expectation": [text]})
    if predicted.label is not None:
        return {"type": "not_equals", "label": predicted.label}
    raise Invalid(
        {"expectation": [_("The report names no label; write a pattern that says what is expected.")]}
    )
