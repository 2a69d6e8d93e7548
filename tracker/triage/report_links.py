"""What becomes of a report: part of a problem, dismissed, or back in the inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.strings import string_fault
from tracker.problems.models import Problem
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.events import log
from tracker.projects.models import Project
from tracker.projects.rights import Actor, Right
from tracker.triage.locks import lock_with_targets
from tracker.triage.models import Report, ReportStatus
from tracker.triage.refresh import refresh_problems

MAX_REASON = 2_000

Seen = Mapping[int, str]
"""Where a person saw reports (`standing`), by their id."""


def standing(report: Report) -> str:
    """Return where a report stands, as text: a form keeps it, so that nobody undoes what somebody else did since."""
    return f"{report.status}:{report.problem_id or ''}"


def link_report(actor: Actor, report: Report, problem: Problem) -> Report:
    """Make a report part of a problem, wherever it was before; repeating it changes nothing."""
    return link_reports(actor, [report], problem)[0]


def link_reports(
    actor: Actor, reports: Collection[Report], problem: Problem, *, seen: Seen | None = None
) -> list[Report]:
    """Make reports part of a problem, all or none; return them as they stand.

    `seen`: where the person saw them. Raises NotAllowed, Invalid, and Conflict where one stands elsewhere by now.
    """
    actor.require(Right.WRITE)
    return _settle(actor, problem.project, reports, ReportStatus.LINKED, problem=problem, seen=seen)


def dismiss_report(actor: Actor, report: Report, reason: str = "") -> Report:
    """Say that a report describes no problem; it can be reopened."""
    return dismiss_reports(actor, report.project, [report], reason)[0]


def dismiss_reports(
    actor: Actor, project: Project, reports: Collection[Report], reason: str = "", *, seen: Seen | None = None
) -> list[Report]:
    """Say that reports describe no problem, all or none; return them as they stand. Raises as `link_reports`."""
    actor.require(Right.WRITE)
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise Invalid({"reason": [_("Give a text of at most 2,000 characters.")]})
    if fault := string_fault(reason):
        raise Invalid({"reason": [fault]})
    return _settle(actor, project, reports, ReportStatus.DISMISSED, reason=reason, seen=seen)


def reopen_report(actor: Actor, report: Report) -> Report:
    """Put a report back into the inbox as a new one."""
    return reopen_reports(actor, report.project, [report])[0]


def reopen_reports(
    actor: Actor, project: Project, reports: Collection[Report], *, seen: Seen | None = None
) -> list[Report]:
    """Put reports back into the inbox as new ones, all or none; return them as they stand. Raises as `link_reports`."""
    actor.require(Right.WRITE)
    return _settle(actor, project, reports, ReportStatus.NEW, seen=seen)


def _settle(
    actor: Actor,
    project: Project,
    reports: Collection[Report],
    status: ReportStatus,
    *,
    problem: Problem | None = None,
    reason: str = "",
    seen: Seen | None = None,
) -> list[Report]:
    if any(report.project_id != project.pk for report in reports):
        raise Invalid({"problem": [_("A report can only be part of a problem of its own project.")]})
    wanted = [report.pk for report in reports]
    with transaction.atomic():
        held = {
            report.pk: report
            for report in Report.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
        }
        _require_as_seen(held, seen or {})
        target_id = problem.pk if problem else None
        changed = [
            report
            for report in held.values()
            if (report.status, report.problem_id, report.dismissed_because) != (status, target_id, reason)
        ]
        if changed:
            left = _left_behind(changed, target_id)
            touched = lock_with_targets(project, {*left, *([target_id] if target_id else [])})
            Report.objects.filter(pk__in=[report.pk for report in changed]).update(
                status=status, problem=problem, dismissed_because=reason
            )
            target = touched.get(target_id or 0)
            _log(actor, project, changed, status, left=left, target=target, reason=reason)
            refresh_problems(project, touched.keys())
        found = {report.pk: report for report in Report.objects.filter(pk__in=wanted)}
    return [found[pk] for pk in wanted]


def _require_as_seen(held: Mapping[int, Report], seen: Seen) -> None:
    n = sum(standing(report) != seen.get(pk, standing(report)) for pk, report in held.items())
    if n:
        text = ngettext(
            "Somebody settled %(n)s of these reports otherwise meanwhile; look at where it stands now.",
            "Somebody settled %(n)s of these reports otherwise meanwhile; look at where they stand now.",
            n,
        )
        raise Conflict(text % {"n": n})


def _left_behind(reports: Collection[Report], target_id: int | None) -> dict[int, list[int]]:
    """Return the ids of the reports that leave a problem, by that problem."""
    left: dict[int, list[int]] = defaultdict(list)
    for report in reports:
        if report.problem_id is not None and report.problem_id != target_id:
            left[report.problem_id].append(report.pk)
    return dict(left)


def _log(
    actor: Actor,
    project: Project,
    reports: Collection[Report],
    status: ReportStatus,
    *,
    left: dict[int, list[int]],
    target: Problem | None,
    reason: str,
) -> None:
    for problem_id, report_ids in left.items():
        log(
            actor, project, "reports_unlinked", about="problem", subject_id=problem_id,
            evidence={
                "reports": [*report_ids], "to": target.slug if target else None, "status": status.value,
            },
        )  # fmt: skip
    report_ids = [report.pk for report in reports]
    if target is not None:
        log(
            actor, project, "reports_linked", about="problem", subject_id=target.pk,
            evidence={"reports": [*report_ids]},
        )  # fmt: skip
    else:
        kind = "report_dismissed" if status is ReportStatus.DISMISSED else "report_reopened"
        log(
            actor, project, kind, about="project", subject_id=project.pk,
            evidence={"reports": [*report_ids], "reason": reason},
        )  # fmt: skip
