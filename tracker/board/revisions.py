"""The revision of a problem that an address asks for: `?revision=3`, or the newest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tracker.board.frame import AnyView, May, Place
from tracker.board.problems import problem_at
from tracker.problems.models import Problem
from tracker.triage.revision_log import RevisionMade, revision_made

P = ParamSpec("P")

NOTHING = May(file=False, write=False, admin=False)
"""What may be done on the page of an older revision."""


@dataclass(frozen=True, slots=True)
class AtRevision:
    """A problem as of one of its revisions."""

    problem: Problem
    revision: int

    @property
    def is_newest(self) -> bool:
        return self.revision == self.problem.revision

    @property
    def query(self) -> str:
        """What an address of the problem needs to stay on this revision."""
        return "" if self.is_newest else f"revision={self.revision}"

    @property
    def made(self) -> RevisionMade | None:
        """Who made it and when; one query."""
        return revision_made(self.problem, self.revision)


def at_revision(view: Callable[Concatenate[Place, AtRevision, P], HttpResponseBase]) -> AnyView:
    """Make a view of a problem answer `?revision=`; what is no revision is told in words, 400 or 404."""

    @wraps(view)
    def answer(place: Place, number: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        problem = problem_at(place, number)
        text = place.request.GET.get("revision", "")
        if not text:
            return view(place, AtRevision(problem, problem.revision), *args, **kwargs)
        if not (text.isascii() and text.isdigit()):
            return _told(place, problem, _("A revision is a whole number, such as 2."), 400)
        if len(text) > 9 or int(text) > problem.revision:
            told = {"asked": text[:20], "newest": problem.revision}
            why = _("There is no revision %(asked)s of this problem; the newest is %(newest)s.") % told
            return _told(place, problem, why, 404)
        return view(place, AtRevision(problem, int(text)), *args, **kwargs)

    return answer


def _told(place: Place, problem: Problem, why: str, status: int) -> HttpResponse:
    if "HX-Request" in place.request.headers:
        return HttpResponse(why, content_type="text/plain; charset=utf-8", status=status)
    return place.page("no_revision.html", {"problem": problem, "why": why}, section="board", status=status)
