"""The head of a problem's page: its status and who set it, its priority and where each factor is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.board.figures import percent, plain
from tracker.board.pages.board_cards import reach_source
from tracker.board.words import actor_word, reach_meaning
from tracker.problems.models import Problem, Status, UsersAffectedSource
from tracker.projects.models import Project
from tracker.triage.status_words import status_reason


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the priority. `value` is empty where it is unknown; `asks` then says what to do."""

    name: str
    value: str
    source: str
    as_of: datetime | None = None
    asks: str = ""
    edit: str = ""
    """The name of the page where a person sets it; empty where nobody does."""
    edit_words: str = ""
    key: str = ""


def factors(project: Project, problem: Problem, deciding: str | None) -> list[Factor]:
    """Return the three factors; `deciding` is the version of the model whose error counts."""
    return [_reach(project, problem), _error(problem, deciding), _harm(problem)]


def _reach(project: Project, problem: Problem) -> Factor:
    asks = ""
    if problem.users_affected_percent is None:
        asks = _missing_reach(project, problem)
    source = reach_meaning(reach_source(problem))
    if problem.users_affected_source == UsersAffectedSource.MANUAL:
        source = _("Set by hand: %(reason)s") % {"reason": problem.users_affected_reason}
    elif problem.users_affected_percent is not None:
        source = _("Distinct reporters in %(days)s days, of %(users)s active users") % {
            "days": project.window_days,
            "users": project.active_users,
        }
    if problem.users_affected_as_of:
        source = _("No report in the last %(days)s days, so the last known value") % {
            "days": project.window_days
        }
    return Factor(
        _("Users affected"),
        percent(problem.users_affected_percent),
        source if not asks else "",
        problem.users_affected_as_of,
        asks,
        "board:set_reach",
        _("Set the users affected by hand"),
    )


def _missing_reach(project: Project, problem: Problem) -> str:
    if not project.active_users:
        return _("Unknown: the project's settings do not say how many active users there are.")
    if not problem.reports_count:
        return _("Unknown: nobody has reported it. Link reports, or set a percentage by hand.")
    return _("Unknown. Set a percentage by hand.")


def _error(problem: Problem, deciding: str | None) -> Factor:
    if deciding is None:
        source = _("Nothing is scored yet, so the worst is assumed")
    elif problem.provisional:
        source = _("%(model)s, over all scored cases: too few are judged yet") % {"model": deciding}
    else:
        source = _("Mean error of %(model)s over its judged cases") % {"model": deciding}
    return Factor(_("Error"), plain(problem.normalized_error), source)


def _harm(problem: Problem) -> Factor:
    asks = _("Not set. Say how bad one wrong answer is.") if problem.harm is None else ""
    source = "" if asks else problem.harm_name or _("Given as a number")
    return Factor(
        _("Harm"), plain(problem.harm), source, None, asks, "board:set_harm", _("Set the harm (h)"), "h"
    )


def who_set_it(problem: Problem) -> str:
    """Return who or what set the status, in a sentence; of a problem as `problem_at` reads it."""
    reason = status_reason(problem.status_evidence or {})
    if reason:
        return _("Evidence: %(reason)s.") % {"reason": reason}
    actor, because = problem.moved_by, problem.moved_because  # type: ignore[attr-defined]
    if actor is None or problem.status == Status.TRIAGE:
        return _("Nobody has confirmed it yet.") if problem.status == Status.TRIAGE else ""
    told = {"actor": actor_word(actor), "reason": because.rstrip(".")}
    texts = {
        Status.REJECTED: _("Rejected by %(actor)s: %(reason)s."),
        Status.DUPLICATE: _("Marked as a duplicate by %(actor)s."),
        Status.FIXED: _("Closed by hand by %(actor)s: %(reason)s."),
    }
    return texts.get(Status(problem.status), _("Set by %(actor)s.")) % told
