"""What an activation policy does, and why it does not act now."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.figures import set_share
from tracker.candidates.models import CandidateModel
from tracker.projects.activation_policy import ActivationPolicy
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.triage.policy_standing import PolicyStanding, Waiting, held_up_by_model, policy_standing

NAMED = 5
"""More models than that are counted."""


def policy_words(policy: ActivationPolicy) -> str:
    """Return what a project's policy does, in a sentence or two."""
    if not policy.is_automatic:
        return _("A model goes live when an admin activates it. Nothing goes live by itself.")
    return _(
        "When all models are evaluated, the candidate that leaves the least impact goes live by itself if its gate "
        "passes and the remaining impact falls by at least %(cut)s. Shadow models, models that were live before "
        "and, after an undo, all that stood then are left to people."
    ) % {"cut": set_share(policy.min_cut)}


def standing_words(project: Project) -> str:
    """Return why an automatic policy does not act now; empty where people activate."""
    standing = policy_standing(project)
    return _standing(standing) if standing is not None else ""


def blocking_words(model: CandidateModel, runs: Sequence[Run], *, is_stale: bool) -> str:
    """Return what is to be said where a model, by its last run, keeps a policy from acting; empty where it does not."""
    standing = held_up_by_model(model, runs, is_stale=is_stale)
    return _standing(standing) if standing is not None else ""


def _standing(standing: PolicyStanding) -> str:
    n = len(standing.models)
    told = {"models": _named(standing.models), "detail": standing.detail, "n": n}
    return {
        Waiting.ACTIVE_MODEL: _(
            "It does not act now: no model is active, so there is nothing to compare candidates with. Activate one."
        ),
        Waiting.NEW_MODEL: _(
            "It does not act now: there is no candidate that may go live by itself. Register a new model."
        ),
        Waiting.FAILED_RUN: ngettext(
            "It does not act now: it waits for %(models)s, whose last run failed (%(detail)s). Mend the model and ask "
            "for a run, or archive it.",
            "It does not act now: it waits for %(models)s, whose last runs failed (the first: %(detail)s). Mend the "
            "models and ask for runs, or archive them.",
            n,
        ),
        Waiting.CANCELLED_RUN: ngettext(
            "It does not act now: it waits for %(models)s, whose last run was cancelled. Ask for a run, or archive "
            "the model.",
            "It does not act now: it waits for %(models)s, whose last runs were cancelled. Ask for runs, or archive "
            "the models.",
            n,
        ),
        Waiting.SERVER: ngettext(
            "It does not act now: it waits for %(models)s, whose server does not answer (%(detail)s). Bring it back, "
            "or archive the model.",
            "It does not act now: it waits for %(models)s, whose servers do not answer (the first: %(detail)s). "
            "Bring them back, or archive the models.",
            n,
        ),
        Waiting.EVALUATION: ngettext(
            "It waits until %(models)s is evaluated.", "It waits until %(models)s are evaluated.", n
        ),
        Waiting.CANDIDATES: _(
            "Nothing holds it up: it looks at the candidates when an evaluation ends, and every few minutes besides."
        ),
    }[standing.waiting] % told


def _named(models: Sequence[CandidateModel]) -> str:
    named = ", ".join(model.version for model in models[:NAMED])
    more = len(models) - NAMED
    return named if more <= 0 else _("%(named)s and %(n)s more") % {"named": named, "n": more}
