"""What a fix criterion asks for, in numbers of cases."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.types import Criterion
from evaluation.verdicts import cases_needed
from tracker.board.figures import set_share


def criterion_words(criterion: Criterion) -> str:
    """Return how many cases prove a problem fixed, and what a failure costs."""
    if criterion.rule == "every_case":
        return _("Fixed: every case is scored and passes. It says nothing beyond these cases.")
    clean, with_one = cases_needed(criterion), cases_needed(criterion, 1)
    return _(
        "Fixed: the error is at most %(error)s with %(confidence)s confidence. %(clean)s clean cases of %(clean)s "
        "prove it; with 1 failure it takes %(with_one)s cases."
    ) % {
        "error": set_share(criterion.max_error),
        "confidence": set_share(criterion.confidence),
        "clean": clean,
        "with_one": with_one,
    }
