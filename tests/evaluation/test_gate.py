"""The gate's answers, one rule at a time."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.comparison import Change
from evaluation.gate import GateFacts, GateVerdict, ProblemFacts, ReasonKind, decide_gate
from evaluation.types import Verdict


def problem(number: int = 1, **facts: Any) -> ProblemFacts:
    defaults: dict[str, Any] = {"is_protected": True, "verdict": Verdict.FIXED, "change": Change.UNPROVEN}
    return ProblemFacts(problem=number, **defaults | facts)


def facts(*problems: ProblemFacts, overall: Change | None = Change.UNPROVEN, **others: Any) -> GateFacts:
    return GateFacts(problems, overall=overall, **others)


def kinds(given: GateFacts) -> list[tuple[str, int | None]]:
    return [(reason.kind.value, reason.problem) for reason in decide_gate(given).reasons]


@pytest.mark.parametrize("change", [Change.UNPROVEN, Change.IMPROVED])
def test_it_passes_where_all_that_is_protected_stays_fixed_and_nothing_is_worse(change: Change) -> None:
    given = facts(
        problem(change=change), problem(2, is_protected=False, verdict=Verdict.FAILING), overall=change
    )
    decided = decide_gate(given)
    assert (decided.verdict, decided.reasons) == (GateVerdict.PASS, ())


def test_a_protected_problem_that_fails_fails_it() -> None:
    given = facts(problem(), problem(2, verdict=Verdict.FAILING))
    assert decide_gate(given).verdict == GateVerdict.FAIL
    assert kinds(given) == [("protected_failing", 2)]


def test_a_problem_that_is_significantly_worse_fails_it_protected_or_not() -> None:
    given = facts(problem(7, is_protected=False, verdict=Verdict.INCONCLUSIVE, change=Change.WORSE))
    assert decide_gate(given).verdict == GateVerdict.FAIL
    assert kinds(given) == [("significantly_worse", 7)]


def test_the_whole_being_significantly_worse_fails_it() -> None:
    given = facts(problem(), overall=Change.WORSE)
    assert decide_gate(given).verdict == GateVerdict.FAIL
    assert kinds(given) == [("significantly_worse", None)]


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [(Verdict.INCONCLUSIVE, "protected_not_proven"), (Verdict.UNSCORED, "unscored")],
)
def test_a_protected_problem_that_is_not_decided_leaves_it_open(verdict: Verdict, kind: str) -> None:
    given = facts(problem(verdict=verdict))
    assert decide_gate(given).verdict == GateVerdict.INCONCLUSIVE
    assert kinds(given) == [(kind, 1)]


def test_what_was_not_evaluated_leaves_it_open_and_is_no_failure() -> None:
    given = facts(
        problem(verdict=None, is_current=False),
        problem(2, verdict=Verdict.FAILING, is_current=False),
        problem(3, is_protected=False, is_current=False),
    )
    assert decide_gate(given).verdict == GateVerdict.INCONCLUSIVE
    assert kinds(given) == [("not_evaluated", 1), ("not_evaluated", 2), ("not_evaluated", 3)]


def test_a_volatile_model_that_could_not_be_asked_again_leaves_it_open() -> None:
    assert decide_gate(facts(problem(), is_heard=False)).verdict == GateVerdict.INCONCLUSIVE
    assert kinds(facts(problem(), is_heard=False)) == [("not_asked_again", None)]
    failing = facts(problem(verdict=Verdict.FAILING), is_heard=False)
    assert decide_gate(failing).verdict == GateVerdict.FAIL


def test_silence_is_no_way_through() -> None:
    """A candidate that gives no answer where the active model has one is not judged by the rest."""
    silent = problem(is_protected=False, verdict=Verdict.UNSCORED, lacks_scores=True)
    might_be_worse = problem(2, is_protected=False, verdict=None, if_unscored_failed=Change.WORSE)
    for given in (facts(silent), facts(might_be_worse), facts(overall_if_unscored_failed=Change.WORSE)):
        assert decide_gate(given).verdict == GateVerdict.INCONCLUSIVE
        assert [reason.kind for reason in decide_gate(given).reasons] == [ReasonKind.UNSCORED]


@pytest.mark.parametrize(
    ("others", "kind"),
    [
        ({"has_active": False, "overall": None}, "no_active_model"),
        ({"is_active": True, "overall": None}, "is_the_active_model"),
        ({"overall": None}, "nothing_to_compare"),
        ({"is_archived": True}, "archived"),
    ],
)
def test_where_nothing_can_be_compared_it_is_open(others: dict[str, Any], kind: str) -> None:
    assert decide_gate(facts(problem(), **others)).verdict == GateVerdict.INCONCLUSIVE
    assert kinds(facts(problem(), **others)) == [(kind, None)]
    # A bug that comes back is one without a comparison too.
    assert decide_gate(facts(problem(verdict=Verdict.FAILING), **others)).verdict == GateVerdict.FAIL


def test_reasons_that_make_it_fail_come_first() -> None:
    given = facts(
        problem(verdict=Verdict.INCONCLUSIVE),
        problem(2, verdict=Verdict.FAILING, change=Change.WORSE),
        overall=Change.WORSE,
    )
    assert kinds(given) == [
        ("protected_failing", 2),
        ("significantly_worse", 2),
        ("significantly_worse", None),
        ("protected_not_proven", 1),
    ]
