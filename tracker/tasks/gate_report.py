"""What a gate says, in lines for people who read a log."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.gate import GateVerdict
from tracker.triage.comparison import Comparison
from tracker.triage.gate import GateOutcome, GateReason

NAMED = 10
"""So many cases are named in a line; the files name more."""


def gate_report(outcome: GateOutcome) -> Iterator[str]:
    """Yield the verdict, its reasons with the cases that they rest on, and the comparison in two lines."""
    compared = outcome.active if outcome.active != outcome.model else None
    beside = f" beside the active {compared.version}" if compared else ""
    yield f"{outcome.model.version}{beside}: {outcome.verdict.value.upper()}"
    for reason in outcome.reasons:
        yield f"  {reason.problem.slug if reason.problem else 'all problems'}: {reason.detail}"
        if reason.cases:
            yield f"    {_cases(reason)}"
    if outcome.verdict == GateVerdict.PASS:
        yield (
            f"  Every one of the {outcome.n_protected} fixed problems stays fixed; nothing is significantly worse."
            if outcome.n_protected
            else "  No problem is fixed yet, so none can come back; nothing is significantly worse."
        )
    if outcome.comparison is not None:
        yield from _comparison(outcome.comparison)


def _cases(reason: GateReason) -> str:
    named = ", ".join(reason.cases[:NAMED])
    more = reason.n_cases - min(NAMED, len(reason.cases))
    return f"{named} and {more} more" if more > 0 else named


def _comparison(found: Comparison) -> Iterator[str]:
    if found.score is None:
        return
    yield (
        f"  Score {found.score.base:.3f} to {found.score.head:.3f} over {found.n_compared} cases: "
        f"{found.n_newly_passing} newly pass, {found.n_newly_failing} newly fail."
    )
    test = found.overall
    if test.p_value is not None:
        yield (
            f"  Of {test.flips.n_pairs} unselected ones {test.flips.newly_passing} newly pass and "
            f"{test.flips.newly_failing} newly fail, p = {test.p_value:.2g}: {test.change.value}."
        )
