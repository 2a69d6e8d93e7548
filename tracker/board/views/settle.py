"""Settling reports: linking, dismissing and putting back, one or many, from the inbox or the page of a problem.

Each act is asked for on a page of its own that htmx shows in the dialog, and answers with the list as it is then.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from tracker.board.forms.settle_forms import DismissForm, LinkForm
from tracker.board.forms.styled import StyledForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.inbox_page import inbox_page
from tracker.board.pages.report_rows import report_rows, with_all
from tracker.board.problems import problem_choices
from tracker.board.refusals import attempt, back, status_of, tell
from tracker.board.undo import Undo, tell_with_undo
from tracker.board.whole_numbers import whole_number, whole_numbers
from tracker.triage.models import Report, ReportStatus
from tracker.triage.report_links import dismiss_reports, link_reports, reopen_reports, standing

NONE_TICKED = gettext_lazy("Tick at least one report first.")
DIALOG, INBOX = "dialog", "inbox"
MOST_REPORTS = 500
SHOWN = 6
"""Of the reports that an act is about, so many are shown where it is asked for."""


@in_project("GET", "POST")
def link(place: Place) -> HttpResponse:
    """Ask which problem, or make the reports part of it."""
    form = LinkForm(_sent(place), project=place.project)
    reports = _named(place)
    if not _ready(form, reports):
        return _ask(place, "link", form, reports)
    problem = form.found()
    if attempt(form, lambda: link_reports(place.actor, reports, problem, seen=_seen(place))) is None:
        return _ask(place, "link", form, reports)
    n = len(reports)
    text = ngettext(
        "%(n)s report is now part of #%(number)s %(title)s.",
        "%(n)s reports are now part of #%(number)s %(title)s.",
        n,
    ) % {"n": n, "number": problem.number, "title": problem.title}
    return _done(place, text, reports)


@in_project("GET", "POST")
def dismiss(place: Place) -> HttpResponse:
    """Ask why, or dismiss the reports."""
    form = DismissForm(_sent(place), initial={"common": "right"})
    reports = _named(place)
    if not _ready(form, reports):
        return _ask(place, "dismiss", form, reports)
    seen = _seen(place)
    if (
        attempt(form, lambda: dismiss_reports(place.actor, place.project, reports, form.whole(), seen=seen))
        is None
    ):
        return _ask(place, "dismiss", form, reports)
    n = len(reports)
    text = ngettext("%(n)s report dismissed.", "%(n)s reports dismissed.", n) % {"n": n}
    return _done(place, text, reports)


@in_project("POST")
def reopen(place: Place) -> HttpResponse:
    """Back into the inbox: undoes links and dismissals."""
    reports = _named(place)
    n = len(reports)
    done = ngettext("%(n)s report is back in the inbox.", "%(n)s reports are back in the inbox.", n) % {
        "n": n
    }
    undo, seen = _link_again(place, reports), _seen(place)
    tell(
        place.request, lambda: reopen_reports(place.actor, place.project, reports, seen=seen), done, undo=undo
    )
    return back(place.request, _inbox(place))


def _link_again(place: Place, reports: Sequence[Report]) -> Undo | None:
    """Return what undoes unlinking; putting back what was dismissed needs no undo."""
    before = {report.problem for report in reports}
    problem = before.pop() if len(before) == 1 else None
    if problem is None:
        return None
    seen = [("seen", f"{report.pk} {ReportStatus.NEW.value}:") for report in reports]
    fields = [*_report_fields(reports), *seen, ("problem", f"#{problem.number}"), ("next", _next(place))]
    return Undo(reverse("board:link_reports", args=[place.project.slug]), tuple(fields))


def _named(place: Place) -> list[Report]:
    """Return the reports that the address or the form names, newest first."""
    query = place.request.POST if place.request.method == "POST" else place.request.GET
    ids = whole_numbers(query.getlist("report"))[:MOST_REPORTS]
    return list(with_all(Report.objects.filter(project=place.project, pk__in=ids).select_related("project")))


def _seen(place: Place) -> dict[int, str]:
    """Return where the person saw the reports, as the form says; nothing where it does not."""
    told = (text.partition(" ") for text in place.request.POST.getlist("seen"))
    return {pk: stood for text, _space, stood in told if (pk := whole_number(text)) is not None}


def _seen_texts(place: Place, reports: Sequence[Report]) -> list[str]:
    """Return what a form keeps: what it kept already, else where the reports stand now."""
    return place.request.POST.getlist("seen") or [f"{report.pk} {standing(report)}" for report in reports]


def _sent(place: Place) -> QueryDict | None:
    return place.request.POST if place.request.method == "POST" else None


def _ready(form: StyledForm, reports: Sequence[Report]) -> bool:
    if form.is_bound and not reports:
        form.add_error(None, NONE_TICKED)
    return form.is_valid()


def _ask(place: Place, action: str, form: StyledForm, reports: Sequence[Report]) -> HttpResponse:
    context = {
        "action": action,
        "form": form,
        "reports": reports,
        "rows": report_rows(reports[:SHOWN]),
        "n_more": max(len(reports) - SHOWN, 0),
        "seen": _seen_texts(place, reports),
        "n_settled": sum(report.status != ReportStatus.NEW for report in reports),
        "problems": problem_choices(place.project) if action == "link" else [],
        "next": _next(place),
    }
    if place.target == DIALOG:
        return place.fragment("_fragments/_settle_dialog.html", context)
    if place.target == INBOX:  # the form in the dialog was refused: it says why where it stands
        answer = place.fragment("_fragments/_settle_dialog.html", context)
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#{DIALOG}", "innerHTML"
        return answer
    return place.page("settle_reports.html", context, section="inbox", status=status_of(form))


def _done(place: Place, text: str, reports: Sequence[Report]) -> HttpResponse:
    """Say what was done, with its undo; for htmx with the list as it is now, else back to where it was asked."""
    returns = f"{_next(place)}#report-{reports[0].pk}" if _next(place) == _inbox(place) else _next(place)
    undo = Undo(
        reverse("board:reopen_reports", args=[place.project.slug]),
        (*_report_fields(reports), *_seen_fields(reports), ("next", returns)),
    )
    tell_with_undo(place.request, text, undo)
    if place.target != INBOX:
        return back(place.request, _inbox(place))
    current = urlsplit(place.request.headers.get("HX-Current-URL", ""))
    context = {
        "inbox": inbox_page(place.project, QueryDict(current.query)),
        "inbox_count": Report.objects.waiting_in(place.project, ReportStatus.NEW).count(),
    }
    answer = place.fragment("_fragments/_inbox_settled.html", context)
    answer["HX-Trigger"] = "dialog-close"
    return answer


def _report_fields(reports: Sequence[Report]) -> list[tuple[str, str]]:
    return [("report", str(report.pk)) for report in reports]


def _seen_fields(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """Return where the reports stand once they are settled: an undo is of this, and of nothing that came later."""
    pks = [report.pk for report in reports]
    return [("seen", f"{report.pk} {standing(report)}") for report in Report.objects.filter(pk__in=pks)]


def _next(place: Place) -> str:
    """Return the page to come back to: as the form says, the page under the dialog, else the inbox."""
    parts = urlsplit(place.request.headers.get("HX-Current-URL", ""))
    under = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return place.request.POST.get("next") or under or _inbox(place)


def _inbox(place: Place) -> str:
    return reverse("board:inbox", args=[place.project.slug])
