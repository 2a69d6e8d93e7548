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
        yield f"  {_kept(outcome.n_protected)}; nothing is significantly worse."
    if outcome.comparison is not None:
        yield from _comparison(outcome.comparison)


def _kept(n_protected: int) -> str:
    if n_protected > 1:
        return f"Every one of the {n_protected} fixed problems stays fixed"
    return (
        "The one fixed problem stays fixed"
        if n_protected
        else "No problem is fixed yet, so none can come back"
    )


def _cases(reason: GateReason) -> str:
    named = ", ".join(reason.cases[:NAMED])
    more = reason.n_cases - min(NAMED, len(reason.cases))
    return f"{named} and {more} more" if more > 0 else named


def _comparison(found: Comparison) -> Iterator[str]:
    if found.score is None:
        return
    yield (
        f"  Score {found.score.base:.3f} to {found.score.head:.3f} over {_counted(found.n_compared, 'case')}: "
        f"{_flips(found.n_newly_passing, found.n_newly_failing)}."
    )
    test = found.overall
    if test.p_value is not None:
        yield (
            f"  Of {_counted(test.flips.n_pairs, 'unselected one')} "
            f"{_flips(test.flips.newly_passing, test.flips.newly_failing)}, "
            f"p = {test.p_value:.2g}: {test.change.value}."
        )


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _flips(newly_passing: int, newly_failing: int) -> str:
    passing = f"{newly_passing} newly {'passes' if newly_passing == 1 else 'pass'}"
    return f"{passing}, {newly_failing} newly {'fails' if newly_failing == 1 else 'fail'}"
