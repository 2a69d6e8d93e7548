"""What a comparison comes to, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.comparison import Change, smallest_provable
from tracker.board.figures import NO_BREAK, count, rounded
from tracker.triage.comparison import Comparison

LEAST_P = 0.001


def p_words(p_value: float | None) -> str:
    """Return “p < 0.001” or “p = 0.034”; empty where nothing was tested."""
    if p_value is None:
        return ""
    if p_value < LEAST_P:
        return f"p{NO_BREAK}<{NO_BREAK}{rounded(LEAST_P, 3)}"
    return f"p{NO_BREAK}={NO_BREAK}{rounded(p_value, 2 if p_value >= 0.1 else 3)}"


def change_word(change: str) -> str:
    words = {"improved": _("improved"), "worse": _("worse"), "unproven": _("unproven")}
    return words[change]


def flips_words(newly_passing: int, newly_failing: int) -> str:
    passing = ngettext("%(n)s case newly passes", "%(n)s cases newly pass", newly_passing)
    failing = ngettext("%(n)s newly fails", "%(n)s newly fail", newly_failing)
    return ", ".join(
        [passing % {"n": count(newly_passing)}, failing % {"n": count(newly_failing)}],
    )


def comparison_sentence(comparison: Comparison) -> str:
    """Return the one sentence: “svm-3 is better: 31 cases newly pass, 4 newly fail; p < 0.001.”"""
    where = compared_cases_words(comparison)
    told = {
        "base": comparison.base.version,
        "head": comparison.head.version,
        "where": f" {where}" if where else "",
    }
    if not comparison.n_compared:
        return _("Nothing can be compared yet: no case is scored under both %(base)s and %(head)s.") % told
    overall = comparison.overall
    flips = overall.flips
    if not flips.n_pairs:
        text = _(
            "Nothing can be tested: every case that both are scored on was filed because a model failed it, or one of "
            "them was trained on it. Beyond any test, with %(head)s %(flips)s%(where)s."
        )
        return text % {
            **told,
            "flips": flips_words(comparison.n_newly_passing, comparison.n_newly_failing),
        }
    told["flips"] = flips_words(flips.newly_passing, flips.newly_failing)
    p_value = overall.p_value if overall.adjusted_p_value is None else overall.adjusted_p_value
    told["p"] = p_words(p_value)
    if not flips.n_flips and comparison.n_newly_failing + comparison.n_newly_passing:
        return (
            _(
                "Neither is proven better%(where)s: no case that the tests count flips between %(base)s and %(head)s."
            )
            % told
        )
    if not flips.n_flips:
        return _("%(base)s and %(head)s pass and fail the same cases%(where)s.") % told
    if overall.change == Change.IMPROVED:
        return _("%(head)s is better%(where)s: %(flips)s; %(p)s.") % told
    if overall.change == Change.WORSE:
        return _("%(head)s is worse%(where)s: %(flips)s; %(p)s.") % told
    return _("Neither is proven better%(where)s: with %(head)s, %(flips)s; %(p)s.") % told


def compared_cases_words(comparison: Comparison) -> str:
    """Return “on the 20 of 50 cases that both are scored on”; empty where that is all of them."""
    n, n_cases = comparison.n_compared, comparison.n_cases
    if n == n_cases:
        return ""
    text = _("on the %(n)s of %(total)s cases that both are scored on")
    return text % {"n": count(n), "total": count(n_cases)}


def by_problem_words(comparison: Comparison) -> str:
    """Return what is proven of single problems and the sentence does not say: a bug that came back hides in a sum."""
    changes = [row.test.change for row in comparison.problems]
    worse, better = changes.count(Change.WORSE), changes.count(Change.IMPROVED)
    overall = comparison.overall.change
    parts = []
    if worse and overall != Change.WORSE:
        parts.append(ngettext("%(n)s is proven worse", "%(n)s are proven worse", worse) % {"n": count(worse)})
    if better and overall != Change.IMPROVED:
        parts.append(
            ngettext("%(n)s is proven better", "%(n)s are proven better", better) % {"n": count(better)}
        )
    return _("Problem by problem: %(what)s.") % {"what": ", ".join(parts)} if parts else ""


def beyond_words(comparison: Comparison) -> str:
    """Return what the sentence does not count: flips of cases that were filed because a model failed them."""
    flips = comparison.overall.flips
    passing = comparison.n_newly_passing - flips.newly_passing
    failing = comparison.n_newly_failing - flips.newly_failing
    if not flips.n_pairs or not passing + failing:
        return ""
    return _(
        "Beyond these, of the cases that were filed because a model failed them or that one of the two was trained "
        "on, %(flips)s; no test counts them."
    ) % {"flips": flips_words(passing, failing)}


def left_behind_words(comparison: Comparison) -> list[str]:
    """Return what each archived one of the two is not evaluated on, and will not be."""
    behind = {
        comparison.base.version: comparison.base_left_behind,
        comparison.head.version: comparison.head_left_behind,
    }
    return [
        ngettext(
            "%(version)s is archived and not evaluated on %(n)s problem as it stands now. What is shown rests on the "
            "results there are.",
            "%(version)s is archived and not evaluated on %(n)s problems as they stand now. What is shown rests on "
            "the results there are.",
            len(problems),
        )
        % {"version": version, "n": count(len(problems))}
        for version, problems in behind.items()
        if problems
    ]


def provable_words(comparison: Comparison) -> str:
    """Return what can be shown at all, with as many tests as there are here."""
    alone, among = smallest_provable(1), comparison.tests.smallest_provable
    told = {"alone": alone, "among": among, "n": comparison.tests.n_tests}
    if comparison.tests.n_tests > 1:
        return (
            _(
                "What can be shown at all: a difference on one problem takes at least %(alone)s cases that flip, all "
                "one way; among the %(n)s tests made here, at least %(among)s."
            )
            % told
        )
    return (
        _(
            "What can be shown at all: a difference on one problem takes at least %(alone)s cases that flip, all one "
            "way."
        )
        % told
    )
