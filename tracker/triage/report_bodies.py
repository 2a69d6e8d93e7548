"""A report as people and products send it, checked against its project."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

import msgspec
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, check_json
from evaluation.labels import Labels
from evaluation.strings import string_fault
from evaluation.types import JSON, InvalidOutput, Output
from tracker.candidates.models import Activation, CandidateModel
from tracker.projects.bodies import read_body
from tracker.projects.errors import Errors, Invalid
from tracker.projects.examples import CanonicalInput, canonical_input
from tracker.projects.models import Project

MAX_COMMENT = 10_000
CLOCK_SKEW = timedelta(seconds=60)
"""How far a sender's clock may run ahead of ours."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No report speaks of a time before this; what does has a clock that was never set."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_COMMENT)]
SomeOutput = str | dict[str, Any]


class ReportBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One user's complaint. A field that is null is one that is not there, except for the input."""

    input: Any
    predicted: SomeOutput
    expected: SomeOutput | None = None
    reporter: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    comment: Text | None = None
    model: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    external_id: Name | None = None
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """A report ready to be stored; two with the same `digest` say the same."""

    input: CanonicalInput
    predicted: dict[str, JSON]
    expected: dict[str, JSON] | None
    reporter: str
    comment: str
    model_id: int | None
    external_id: str | None
    occurred_at: datetime
    digest: str


def reporter_hash(project: Project, reporter: str | None) -> str:
    """Return the keyed hash that tells reporters apart within one project, never who they are.

    Blank stays blank: nobody is not a person.
    """
    name = (reporter or "").strip()
    if not name:
        return ""
    return salted_hmac(f"tracker.triage.reporter.{project.pk}", name, algorithm="sha256").hexdigest()


class ReportReader:
    """Checks bodies against one project; asks the database once for all that a bulk needs."""

    def __init__(self, project: Project, now: datetime) -> None:
        self._project = project
        self._now = now

    def read(self, item: object) -> CheckedReport:
        """Return a checked report from parsed JSON; raises Invalid, also the one that the item is already."""
        if isinstance(item, Invalid):
            raise item
        return self.check(item if isinstance(item, ReportBody) else read_body(item, ReportBody))

    def check(self, body: ReportBody) -> CheckedReport:
        """Return the report in its stored form; raises Invalid, which names every bad field."""
        errors: Errors = {}
        sent = _checked_input(body.input, errors)
        predicted = self._output("predicted", body.predicted, errors)
        expected = None if body.expected is None else self._output("expected", body.expected, errors)
        for field in ("reporter", "comment", "model", "external_id"):
            if fault := string_fault(getattr(body, field) or ""):
                errors[field] = [fault]
        occurred_at = self._occurred_at(body.occurred_at, errors)
        model_id = self._model_id(body.model, occurred_at, errors)
        if errors or sent is None or predicted is None:
            raise Invalid(errors)
        reporter = reporter_hash(self._project, body.reporter)
        told: dict[str, JSON] = {
            "input": sent.digest,
            "predicted": predicted,
            "expected": expected,
            "reporter": reporter,
            "comment": body.comment or "",
            "model": body.model,
            "occurred_at": None if body.occurred_at is None else occurred_at.isoformat(),
        }
        return CheckedReport(
            input=sent,
            predicted=predicted,
            expected=expected,
            reporter=reporter,
            comment=body.comment or "",
            model_id=model_id,
            external_id=body.external_id,
            occurred_at=occurred_at,
            digest=_digest(told),
        )

    @cached_property
    def _labels(self) -> Labels:
        return Labels.of(self._project.labels)

    @cached_property
    def _versions(self) -> Mapping[str, int]:
        return dict(CandidateModel.objects.filter(project=self._project).values_list("version", "pk"))

    @cached_property
    def _live(self) -> tuple[list[datetime], list[int | None]]:
        """When models went live, in order, and which: None where none was live any more."""
        activations = Activation.objects.filter(project=self._project).order_by("at", "pk")
        rows = list(activations.values_list("at", "model_id"))
        return [at for at, _model_id in rows], [model_id for _at, model_id in rows]

    def _output(self, field: str, value: SomeOutput, errors: Errors) -> dict[str, JSON] | None:
        try:
            return Output.from_json(value, labels=self._labels).to_json()
        except InvalidOutput as error:
            for name, texts in error.errors.items():
                errors[field if name == "output" or isinstance(value, str) else f"{field}.{name}"] = texts
            return None

    def _occurred_at(self, said: datetime | None, errors: Errors) -> datetime:
        if said is None:
            return self._now
        # Compared as they are: the first and last hours of the calendar have no UTC form.
        if said < EARLIEST:
            errors["occurred_at"] = [_("This time lies before 1970.")]
        elif said > self._now + CLOCK_SKEW:
            errors["occurred_at"] = [_("This time lies in the future.")]
        else:
            return said.astimezone(UTC)
        return self._now

    def _model_id(self, version: str | None, at: datetime, errors: Errors) -> int | None:
        if version is None:
            times, models = self._live
            before = bisect_right(times, at)
            return models[before - 1] if before else None
        if version not in self._versions and "model" not in errors:
            errors["model"] = [_("There is no model %(version)s in this project.") % {"version": version}]
        return self._versions.get(version)


def _digest(told: dict[str, JSON]) -> str:
    # Every part is in its one stored form by now, so that Python's own JSON is the same for the same body.
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _checked_input(value: Any, errors: Errors) -> CanonicalInput | None:
    try:
        check_json(value)
        return canonical_input(value)
    except InvalidJSON as error:
        errors["input"] = [str(error)]
        return None
