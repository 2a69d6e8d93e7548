"""May a candidate replace the active model? Pass, fail or inconclusive, from facts. DESIGN section 6."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.comparison import Change
from evaluation.types import Verdict


class GateVerdict(StrEnum):
    """Inconclusive is an answer of its own: too little is known for either of the others."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class ReasonKind(StrEnum):
    """Why a gate does not pass; the first two make it fail, the others leave it open."""

    PROTECTED_FAILING = "protected_failing"
    WORSE = "significantly_worse"
    PROTECTED_NOT_FIXED = "protected_not_proven"
    NOT_EVALUATED = "not_evaluated"
    NOT_ASKED_AGAIN = "not_asked_again"
    UNSCORED = "unscored"
    ARCHIVED = "archived"
    NO_ACTIVE_MODEL = "no_active_model"
    IS_ACTIVE = "is_the_active_model"
    NOTHING_TO_COMPARE = "nothing_to_compare"


FAILS = frozenset({ReasonKind.PROTECTED_FAILING, ReasonKind.WORSE})


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """One open problem. `verdict` is the candidate's, None while it is not evaluated on what stands now.

    `change` is how it does beside the active model, None where the two could not be compared; `if_unscored_failed` the
    same, counting as failed what the candidate was not scored on and the active model passes; worse too where those
    cases alone would be.
    `is_current` says that the results of both rest on all that is known.
    """

    problem: int
    is_protected: bool
    verdict: Verdict | None
    change: Change | None = None
    if_unscored_failed: Change | None = None
    lacks_scores: bool = False
    """The active model is scored on cases of it, the candidate on none."""
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class GateFacts:
    """`overall` is of all problems together; None where no case can be compared."""

    problems: Sequence[ProblemFacts]
    overall: Change | None
    overall_if_unscored_failed: Change | None = None
    has_active: bool = True
    is_active: bool = False
    is_archived: bool = False
    is_heard: bool = True
    """False: a volatile one of the two was to be asked again, and has not answered all it was to be asked."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`problem` is None where it is about all of them."""

    kind: ReasonKind
    problem: int | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    verdict: GateVerdict
    reasons: tuple[Reason, ...]
    """Those that make it fail first; none where it passes."""


def decide_gate(facts: GateFacts) -> Gate:
    """Fail: a protected problem is failing under the candidate, or something is significantly worse. Pass: every
    protected problem is fixed under it and nothing is significantly worse, nor would be if what could not be scored had
    failed. Inconclusive: otherwise, also where nothing can be compared.
    """
    reasons = [
        *(reason for problem in facts.problems for reason in _of_problem(problem)),
        *_of_all(facts),
    ]
    reasons.sort(key=lambda reason: reason.kind not in FAILS)  # stable: problems keep their order
    if any(reason.kind in FAILS for reason in reasons):
        verdict = GateVerdict.FAIL
    else:
        verdict = GateVerdict.INCONCLUSIVE if reasons else GateVerdict.PASS
    return Gate(verdict, tuple(reasons))


def _of_problem(facts: ProblemFacts) -> list[Reason]:
    if not facts.is_current:
        return [Reason(ReasonKind.NOT_EVALUATED, facts.problem)]
    kinds = []
    if facts.is_protected and facts.verdict == Verdict.FAILING:
        kinds.append(ReasonKind.PROTECTED_FAILING)
    if facts.change == Change.WORSE:
        kinds.append(ReasonKind.WORSE)
    if facts.lacks_scores or (facts.is_protected and facts.verdict == Verdict.UNSCORED):
        kinds.append(ReasonKind.UNSCORED)
    elif facts.is_protected and facts.verdict not in (Verdict.FIXED, Verdict.FAILING):
        kinds.append(ReasonKind.PROTECTED_NOT_FIXED)
    elif facts.if_unscored_failed == Change.WORSE and facts.change != Change.WORSE:
        kinds.append(ReasonKind.UNSCORED)
    return [Reason(kind, facts.problem) for kind in kinds]


def _of_all(facts: GateFacts) -> list[Reason]:
    unheard = [] if facts.is_heard else [Reason(ReasonKind.NOT_ASKED_AGAIN)]
    return [*unheard, *_of_the_two(facts)]


def _of_the_two(facts: GateFacts) -> list[Reason]:
    if facts.is_archived:
        return [Reason(ReasonKind.ARCHIVED)]
    if not facts.has_active:
        return [Reason(ReasonKind.NO_ACTIVE_MODEL)]
    if facts.is_active:
        return [Reason(ReasonKind.IS_ACTIVE)]
    if facts.overall is None:
        return [Reason(ReasonKind.NOTHING_TO_COMPARE)]
    if facts.overall == Change.WORSE:
        return [Reason(ReasonKind.WORSE)]
    return [Reason(ReasonKind.UNSCORED)] if facts.overall_if_unscored_failed == Change.WORSE else []
