"""A comparison of two models as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from evaluation.comparison import ALPHA, PairedTest
from evaluation.lineage import LineageDifference
from evaluation.priority import RemainingImpact
from evaluation.shapley import Bounds
from tracker.candidates.models import Output
from tracker.triage.comparison import ComparedProblem, Comparison
from tracker.triage.flips import Direction, Flip, FlippedPattern
from tracker.triage.pattern_answers import Said
from tracker.triage.same_outputs import SameOutputs
from tracker.triage.score_change import ScoreChange

Number = float | list[float]
"""A number, or its lower and upper bound where outputs are unknown."""
Change = Literal["improved", "worse", "unproven"]


class ScoresShown(msgspec.Struct):
    """1 - mean case error over all cases that both models are scored on; null where there is none."""

    base: float | None
    head: float | None


class TestShown(msgspec.Struct, kw_only=True):
    """The exact McNemar test of the unselected cases that both models are scored on.

    `newly_failing` and `newly_passing` count those that flipped. `change` follows from `adjusted_p_value`, Holm's over
    all tests of the comparison; null where too few cases flipped for anything to be shown: then it is none of them.
    """

    n_tested: int
    newly_failing: int
    newly_passing: int
    p_value: float | None
    adjusted_p_value: float | None
    change: Change


class ComparedProblemShown(TestShown, kw_only=True):
    """One problem on its newest revision. The errors are means over the `n_compared` cases that both are scored on."""

    slug: str
    title: str
    status: str
    revision: int
    n_cases: int
    n_compared: int
    base_error: float | None
    head_error: float | None
    base_verdict: str
    head_verdict: str


class FamilyShown(msgspec.Struct):
    """The tests that the p-values are adjusted for. So many flips, all one way, are significant whatever the rest."""

    n_tests: int
    alpha: float
    smallest_flips: int


class SaidShown(msgspec.Struct):
    """What one model says of the input, and of the base; null where it has said nothing. `error` null: unscored."""

    output: dict[str, Any] | None
    base_output: dict[str, Any] | None
    error: float | None


class FlippedPatternShown(msgspec.Struct):
    id: int
    input: Any
    base: Any
    expectation: dict[str, Any]
    base_model: SaidShown
    head_model: SaidShown


class FlipShown(msgspec.Struct, kw_only=True):
    """A case that one model passes and the other fails.

    `input`, `expectation` and both models' outputs are those of the first of its `patterns`, which makes it flip; of
    `n_patterns` at most twenty are listed.
    """

    problem: str
    case: str
    unselected: bool
    input: Any
    expectation: dict[str, Any]
    base_output: dict[str, Any] | None
    head_output: dict[str, Any] | None
    patterns: list[FlippedPatternShown]
    n_patterns: int


class FlipsShown(msgspec.Struct, kw_only=True):
    """Part of the cases that flipped, selected ones too, and how many there are in all."""

    newly_failing: list[FlipShown]
    newly_passing: list[FlipShown]
    n_newly_failing: int
    n_newly_passing: int


class FieldShown(msgspec.Struct):
    field: str
    value: Any


class ChangedFieldShown(msgspec.Struct):
    field: str
    base: Any
    head: Any


class LineageShown(msgspec.Struct, kw_only=True):
    """The fields of the two lineages that differ. `same_lineage_other_outputs`: none does, or it is one model at two
    moments, and the outputs do. Null where that is not known: neither of two models tells a lineage, or there is no
    example that both have answered.
    """

    changed: list[ChangedFieldShown]
    only_in_base: list[FieldShown]
    only_in_head: list[FieldShown]
    n_same: int
    same_lineage_other_outputs: bool | None


class ImpactShown(msgspec.Struct):
    """Remaining impact over the same cases for both; null where nothing can be summed."""

    base: float | None
    head: float | None
    n_problems: int
    n_left_out: int


class StaleShown(msgspec.Struct):
    """Problems on which a model has yet to be evaluated with all that is known now; start a run to bring them up to
    date. An archived model has none: it is not evaluated any more.
    """

    base: list[str]
    head: list[str]


class DecompositionShown(msgspec.Struct, kw_only=True):
    """What moved the score from that of the base model then to that of the head model then.

    Shapley values of the three factors, which add up to the total; a pair is a lower and an upper bound, where outputs
    are unknown. The truth always lies between the two; they are not the narrowest pair where one unknown output is read
    by two expectations, or a base and an input, since each error is then taken to be unknown by itself. All are null
    where no open problem had test patterns at one of the times.

    `patterns_added` and `patterns_retired` also count those whose problem was opened or closed between the two times;
    `patterns_unknown` those that cannot be scored, their output being unknown or without what the expectation reads.
    """

    model: Number | None
    patterns: Number | None
    expectations: Number | None
    total: Number | None
    base_score: Number | None
    head_score: Number | None
    base_score_on_head_set: Number | None
    head_score_on_base_set: Number | None
    n_cases_base: int
    n_cases_head: int
    patterns_kept: int
    patterns_added: int
    patterns_retired: int
    patterns_relabelled: int
    patterns_unknown: int


class ComparisonShown(msgspec.Struct, kw_only=True):
    """Two models on the newest revision of every open problem that both are evaluated on."""

    base: str
    head: str
    score: ScoresShown
    n_cases: int
    n_compared: int
    overall: TestShown
    family: FamilyShown
    problems: list[ComparedProblemShown]
    flips: FlipsShown
    impact: ImpactShown
    lineage: LineageShown
    stale: StaleShown
    not_compared: list[str]
    decomposition: DecompositionShown | UnsetType = UNSET


def shown_comparison(found: Comparison, flips: Mapping[Direction, Sequence[Flip]]) -> ComparisonShown:
    slugs = {row.problem.pk: row.problem.slug for row in found.problems}
    slugs |= {problem.pk: problem.slug for problem in found.not_compared}
    return ComparisonShown(
        base=found.base.version,
        head=found.head.version,
        score=ScoresShown(found.score.base, found.score.head) if found.score else ScoresShown(None, None),
        n_cases=found.n_cases,
        n_compared=found.n_compared,
        overall=TestShown(**_test(found.overall)),
        family=FamilyShown(found.tests.n_tests, ALPHA, found.tests.smallest_provable),
        problems=[_problem(row) for row in found.problems],
        flips=FlipsShown(
            newly_failing=[_flip(flip) for flip in flips["newly_failing"]],
            newly_passing=[_flip(flip) for flip in flips["newly_passing"]],
            n_newly_failing=found.n_newly_failing,
            n_newly_passing=found.n_newly_passing,
        ),
        impact=_impact(found.base_impact, found.head_impact),
        lineage=_lineage(found.lineage, found.outputs),
        stale=StaleShown(
            sorted(slugs[pk] for pk in found.base_stale), sorted(slugs[pk] for pk in found.head_stale)
        ),
        not_compared=[problem.slug for problem in found.not_compared],
        decomposition=_decomposition(found.score_change) if found.score_change else UNSET,
    )


def _test(test: PairedTest) -> dict[str, Any]:
    return {
        "n_tested": test.flips.n_pairs,
        "newly_failing": test.flips.newly_failing,
        "newly_passing": test.flips.newly_passing,
        "p_value": test.p_value,
        "adjusted_p_value": test.adjusted_p_value,
        "change": test.change.value,
    }


def _problem(row: ComparedProblem) -> ComparedProblemShown:
    return ComparedProblemShown(
        slug=row.problem.slug,
        title=row.problem.title,
        status=row.problem.status,
        revision=row.problem.revision,
        n_cases=row.n_cases,
        n_compared=row.n_compared,
        base_error=row.base_error,
        head_error=row.head_error,
        base_verdict=row.base_verdict,
        head_verdict=row.head_verdict,
        **_test(row.test),
    )


def _flip(flip: Flip) -> FlipShown:
    patterns = [_pattern(each) for each in flip.patterns]
    first = patterns[0]
    return FlipShown(
        problem=flip.problem.slug,
        case=flip.case.key,
        unselected=flip.unselected,
        input=first.input,
        expectation=first.expectation,
        base_output=first.base_model.output,
        head_output=first.head_model.output,
        patterns=patterns,
        n_patterns=flip.n_patterns,
    )


def _pattern(flipped: FlippedPattern) -> FlippedPatternShown:
    pattern = flipped.pattern
    return FlippedPatternShown(
        id=pattern.pk,
        input=msgspec.Raw(pattern.example.content.encode()),
        base=msgspec.Raw(pattern.base.content.encode()) if pattern.base else None,
        expectation=pattern.expectation_fields,
        base_model=_said(flipped.base),
        head_model=_said(flipped.head),
    )


def _said(said: Said) -> SaidShown:
    return SaidShown(_output(said.output), _output(said.base_output), said.error)


def _output(output: Output | None) -> dict[str, Any] | None:
    if output is None:
        return None
    answer = output.answer
    return {"error": output.error} if answer is None else dict(answer.to_json())


def _lineage(difference: LineageDifference, outputs: SameOutputs | None) -> LineageShown:
    return LineageShown(
        changed=[ChangedFieldShown(each.name, each.base, each.head) for each in difference.changed],
        only_in_base=[FieldShown(each.name, each.value) for each in difference.only_in_base],
        only_in_head=[FieldShown(each.name, each.value) for each in difference.only_in_head],
        n_same=difference.n_same,
        same_lineage_other_outputs=None
        if outputs is SameOutputs.NOT_KNOWN or (outputs is None and difference.is_same)
        else outputs is SameOutputs.DIFFERENT,
    )


def _impact(base: RemainingImpact, head: RemainingImpact) -> ImpactShown:
    return ImpactShown(base.total, head.total, head.n_problems, head.n_left_out)


def _decomposition(change: ScoreChange) -> DecompositionShown:
    parts = change.parts
    return DecompositionShown(
        model=_number(parts.model) if parts else None,
        patterns=_number(parts.patterns) if parts else None,
        expectations=_number(parts.expectations) if parts else None,
        total=_number(parts.total) if parts else None,
        base_score=_number(parts.then) if parts else None,
        head_score=_number(parts.now) if parts else None,
        base_score_on_head_set=_number(parts.old_model_now) if parts else None,
        head_score_on_base_set=_number(parts.new_model_then) if parts else None,
        n_cases_base=change.n_cases_then,
        n_cases_head=change.n_cases_now,
        patterns_kept=change.n_kept,
        patterns_added=change.n_added,
        patterns_retired=change.n_retired,
        patterns_relabelled=change.n_relabelled,
        patterns_unknown=change.n_unknown,
    )


def _number(bounds: Bounds) -> Number:
    return bounds.low if bounds.is_known else [bounds.low, bounds.high]
