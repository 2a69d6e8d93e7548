"""The revisions of a problem, each with what made it."""

from __future__ import annotations

from django.http import HttpResponse

from tracker.board.frame import Place, in_project
from tracker.board.revisions import AtRevision, at_revision
from tracker.triage.revision_log import PAGE, revision_log

DIALOG = "dialog"


@in_project("GET")
@at_revision
def revisions(place: Place, at: AtRevision) -> HttpResponse:
    before = place.request.GET.get("before", "")
    wanted = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    made = revision_log(at.problem, before=wanted, limit=PAGE + 1)
    context = {
        "at": at,
        "problem": at.problem,
        "revisions": made[:PAGE],
        "older": made[PAGE - 1].revision if len(made) > PAGE else None,
    }
    if place.target == DIALOG:
        return place.fragment("_fragments/_revisions_dialog.html", context)
    return place.page("revisions.html", context, section="board")
