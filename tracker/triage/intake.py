"""Filing reports: one by one from a product, or many at once. What becomes of them: `report_links`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.problems.revisions import BulkOutcome
from tracker.projects.bulk_rows import CHUNK_ROWS, insert_rows
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.examples import store_examples
from tracker.projects.models import Project
from tracker.projects.rights import Actor, Right
from tracker.triage.models import Report, ReportStatus
from tracker.triage.report_bodies import CheckedReport, ReportBody, ReportReader

Numbered = tuple[int, CheckedReport]


def file_report(
    actor: Actor, project: Project, body: ReportBody, *, now: datetime | None = None
) -> tuple[Report, bool]:
    """Store a report; return it and whether it is new (else the first one with this external id and body).

    Raises NotAllowed; Invalid; Conflict where the external id stands for another body.
    """
    actor.require(Right.FILE)
    now = now or timezone.now()
    report = ReportReader(project, now).check(body)
    with transaction.atomic():
        first = _first(actor, project, report)
        if first is not None:
            return first, False
        example_id = store_examples(project, [report.input])[report.input.digest]
        try:
            with transaction.atomic():
                stored = Report.objects.create(**_fields(actor, project, report, example_id, now))
        except IntegrityError:
            # Another writer came between the look and the insert; its row is visible now.
            first = _first(actor, project, report)
            if first is None:
                raise
            return first, False
    return stored, True


def file_reports(
    actor: Actor, project: Project, bodies: Iterable[tuple[int, object]], *, now: datetime | None = None
) -> BulkOutcome:
    """Store the good ones of numbered reports, name the bad ones.

    An item is parsed JSON, or the Invalid that reading it gave. Each chunk of CHUNK_ROWS reports is a
    transaction of its own. Raises NotAllowed.
    """
    actor.require(Right.FILE)
    now = now or timezone.now()
    reader = ReportReader(project, now)
    outcome = BulkOutcome()
    items = iter(bodies)
    while chunk := list(islice(items, CHUNK_ROWS)):
        checked = list(_read(reader, chunk, outcome))
        with transaction.atomic():
            # Bulks of one project take turns: with the same external ids in other orders they would wait for
            # each other.
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            fresh = _without_known(actor, project, checked, outcome)
            _insert(actor, project, fresh, now, outcome)
    outcome.rejected.sort(key=lambda rejected: int(rejected["line"]))
    return outcome


def external_scope(actor: Actor) -> str:
    """Return within what an external id is unique: the project (empty), or a token that only files reports.

    Such tokens ship inside products, so one must not be able to probe for what another filed.
    """
    return str(actor.token.pk) if actor.token is not None and actor.only_files_reports else ""


def another_body() -> str:
    return _("This external id was used for another report.")


def _first(actor: Actor, project: Project, report: CheckedReport) -> Report | None:
    """Return the report stored under the same external id; raises Conflict if it says something else."""
    if report.external_id is None:
        return None
    first = Report.objects.filter(
        project=project, external_scope=external_scope(actor), external_id=report.external_id
    ).first()
    if first is not None and first.body_digest != report.digest:
        raise Conflict(another_body())
    return first


def _fields(
    actor: Actor, project: Project, report: CheckedReport, example_id: int, now: datetime
) -> dict[str, Any]:
    return {
        "project_id": project.pk,
        "example_id": example_id,
        "model_id": report.model_id,
        "status": ReportStatus.NEW,
        "dismissed_because": "",
        "predicted": report.predicted,
        "expected": report.expected,
        "reporter": report.reporter,
        "comment": report.comment,
        "external_id": report.external_id,
        "external_scope": external_scope(actor) if report.external_id is not None else "",
        "body_digest": report.digest,
        "token_id": actor.token.pk if actor.token else None,
        "user_id": actor.user.pk if actor.user else None,
        "occurred_at": report.occurred_at,
        "received_at": now,
    }


def _read(
    reader: ReportReader, items: Sequence[tuple[int, object]], outcome: BulkOutcome
) -> Iterator[Numbered]:
    for line, item in items:
        try:
            yield line, reader.read(item)
        except Invalid as invalid:
            outcome.reject(line, invalid.errors)


def _without_known(
    actor: Actor, project: Project, reports: Sequence[Numbered], outcome: BulkOutcome
) -> list[Numbered]:
    """Return the reports whose external id is new; count repeats, reject those that say something else."""
    told = _stored_digests(actor, project, reports)
    fresh = []
    for line, report in reports:
        first = told.get(report.external_id) if report.external_id is not None else None
        if first is None:
            fresh.append((line, report))
            if report.external_id is not None:
                told[report.external_id] = report.digest
        elif first == report.digest:
            outcome.duplicates += 1
        else:
            outcome.reject(line, {"external_id": [another_body()]})
    return fresh


def _insert(
    actor: Actor, project: Project, reports: Sequence[Numbered], now: datetime, outcome: BulkOutcome
) -> None:
    if not reports:
        return
    examples = store_examples(project, [report.input for _line, report in reports])
    rows = [_fields(actor, project, report, examples[report.input.digest], now) for _line, report in reports]
    for row in rows:
        row["predicted"] = json.dumps(row["predicted"])
        row["expected"] = None if row["expected"] is None else json.dumps(row["expected"])
    added = insert_rows(Report, list(rows[0]), [tuple(row.values()) for row in rows])
    outcome.accepted += added
    if added == len(reports):
        return
    # Another writer stored some of these external ids since `_without_known` looked. Where the body is the
    # same it does not matter whose row was stored: it is there once.
    told = _stored_digests(actor, project, reports)
    others = [
        line for line, report in reports if report.external_id and told[report.external_id] != report.digest
    ]
    for line in others:
        outcome.reject(line, {"external_id": [another_body()]})
    outcome.duplicates += len(reports) - added - len(others)


def _stored_digests(actor: Actor, project: Project, reports: Sequence[Numbered]) -> dict[str, str]:
    """Return the body digest stored under each of the reports' external ids that is taken."""
    wanted = {report.external_id for _line, report in reports if report.external_id is not None}
    if not wanted:
        return {}
    rows = Report.objects.filter(
        project=project, external_scope=external_scope(actor), external_id__in=wanted
    ).values_list("external_id", "body_digest")
    return {external_id: digest for external_id, digest in rows if external_id is not None}
