"""Two models side by side, on the same cases of the same revisions. Reads; what is stale it names, and leaves so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum

import numpy as np

from evaluation.comparison import Family, Flips, PairedTest, compare_flips
from evaluation.lineage import LineageDifference, lineage_difference
from evaluation.priority import RemainingImpact
from tracker.candidates.model_changes import EARLIEST
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CLOSED, Case, Problem
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.case_pairs import CasePairs, case_pairs
from tracker.triage.remaining_impact import ImpactFacts, remaining_impacts_of
from tracker.triage.result_cases import CASE_FIELDS
from tracker.triage.same_outputs import SameOutputs, outputs_now
from tracker.triage.score_change import ScoreChange, score_change

LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_RESULT_FIELDS = (
    "model_id", "problem_id", "revision", "criterion", "facts_version", "verdict", *CASE_FIELDS,
    "n_judged", "n_judged_scored", "n_judged_failed", "judged_error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scores:
    """1 - mean case error, over the same cases for both."""

    base: float
    head: float


@dataclass(frozen=True, slots=True)
class ComparedProblem:
    """One open problem under both models, on its newest revision.

    Errors, scores and lists are over all cases that both are scored on (`n_compared` of `n_cases`), the test over those
    of them that are unselected and that neither model says it was trained on. `newly_failing` and `newly_passing` are
    case ids; the base model passes the former and fails the latter.
    """

    problem: Problem
    n_cases: int
    n_compared: int
    base_error: float | None
    head_error: float | None
    base_verdict: str
    head_verdict: str
    newly_failing: tuple[int, ...]
    newly_passing: tuple[int, ...]
    unselected_flips: frozenset[int]
    """Which of the two lists' cases the test counts."""
    test: PairedTest
    if_unscored_failed: Flips
    """The same flips, those cases counted as failed that the head model alone is not scored on."""
    unscored_by_head: tuple[int, ...]
    """Cases that the base model is scored on and the head model is not."""

    @property
    def n_left_out(self) -> int:
        """How many cases one of the models is not scored on."""
        return self.n_cases - self.n_compared


@dataclass(frozen=True, slots=True)
class Comparison:
    """What speaks for `head` beside `base`. Problems in the order of their priority.

    `not_compared`: open problems with test patterns, on whose newest revision not both models are evaluated;
    `not_described`: those without.
    `base_stale`, `head_stale`: ids of problems on which the model has no result that rests on all that is known now;
    those that are evaluated on the newest revision are compared all the same. An archived model is not evaluated any
    more, so it is never stale: `base_left_behind`, `head_left_behind` are these problems of one that is archived.
    """

    project: Project
    base: CandidateModel
    head: CandidateModel
    facts: ImpactFacts
    """What it was read from: all open problems, the two models, their results."""
    problems: Sequence[ComparedProblem]
    not_compared: Sequence[Problem]
    not_described: Sequence[Problem]
    head_results: Mapping[int, Result]
    """By problem, also where the base model has none: verdicts and lists of cases."""
    base_stale: frozenset[int]
    head_stale: frozenset[int]
    base_left_behind: frozenset[int]
    head_left_behind: frozenset[int]
    score: Scores | None
    tests: Family
    base_impact: RemainingImpact
    head_impact: RemainingImpact
    lineage: LineageDifference
    outputs: SameOutputs | None
    """Where the two tell the same lineage or are one model: whether they say the same, each at its moment. None where
    lineages differ, or where neither of two models tells one."""
    score_change: ScoreChange | None
    """What changed between two moments; None where none was asked for."""

    @property
    def overall(self) -> PairedTest:
        return self.tests.overall

    @property
    def is_stale(self) -> bool:
        return bool(self.base_stale or self.head_stale)

    @property
    def n_cases(self) -> int:
        return sum(row.n_cases for row in self.problems)

    @property
    def n_compared(self) -> int:
        return sum(row.n_compared for row in self.problems)

    @property
    def n_newly_failing(self) -> int:
        return sum(len(row.newly_failing) for row in self.problems)

    @property
    def n_newly_passing(self) -> int:
        return sum(len(row.newly_passing) for row in self.problems)


@dataclass(frozen=True, slots=True)
class ComparisonFacts:
    """What comparisons of a project's models are read from: its problems, by priority, the models' results on the
    newest revisions of the open ones, by problem and model, and the cases that only failures put there, by problem.
    """

    known: Sequence[Problem]
    results: Mapping[int, Mapping[int, Result]]
    selected: Mapping[int, set[int]]

    @property
    def problems(self) -> list[Problem]:
        """The open ones."""
        return [problem for problem in self.known if problem.status not in CLOSED]


def comparison_facts(project: Project, models: set[int]) -> ComparisonFacts:
    """Return what comparisons between models, given by id, are read from; three queries."""
    known = list(Problem.objects.filter(project=project).by_priority())
    for problem in known:
        problem.project = project
    return ComparisonFacts(known, _results(project, models), _only_selected(project))


def moment_in_utc(at: datetime) -> datetime:
    """Return a time in UTC, as compared moments are. No model is older than the earliest one, and some times of the
    first and of the last day of the calendar cannot be written in UTC.
    """
    return EARLIEST if at < EARLIEST else LATEST if at > LATEST else at.astimezone(UTC)


def compare_models(
    project: Project,
    base: CandidateModel,
    head: CandidateModel,
    *,
    base_at: datetime | None = None,
    head_at: datetime | None = None,
    given: ComparisonFacts | None = None,
) -> Comparison:
    """Compare two models of a project as they stand on the newest revisions.

    With a time, also take the change of score apart, from the base model then to the head model then (no time: now);
    the two may be one model. Nothing is evaluated or queued. Three queries, one more for equal lineages, four with
    a time and one more where a volatile model is looked at then.
    """
    given = given or comparison_facts(project, {base.pk, head.pk})
    known, problems, results, selected = given.known, given.problems, given.results, given.selected
    pairs = [
        case_pairs(problem, found[base.pk], found[head.pk], selected.get(problem.pk, set()))
        for problem in problems
        if base.pk in (found := results.get(problem.pk, {})) and head.pk in found
    ]
    tests = compare_flips([each.tested for each in pairs])
    compared = {each.problem.pk for each in pairs}
    facts = ImpactFacts(problems, [base, head], results)
    before, after = remaining_impacts_of(facts, [base, head])
    lineage = lineage_difference(base.lineage, head.lineage)
    at_moments = base_at is not None or head_at is not None
    base_at, head_at = (at and moment_in_utc(at) for at in (base_at, head_at))
    change = (
        score_change(project, known, base, head, base_at=base_at, head_at=head_at) if at_moments else None
    )
    base_stale, base_left_behind = _behind(base, problems, results)
    head_stale, head_left_behind = _behind(head, problems, results)
    return Comparison(
        project=project,
        base=base,
        head=head,
        facts=facts,
        head_results={pk: found[head.pk] for pk, found in results.items() if head.pk in found},
        problems=[_row(each, test) for each, test in zip(pairs, tests.problems, strict=True)],
        not_described=[each for each in problems if not each.revision],
        not_compared=[each for each in problems if each.revision and each.pk not in compared],
        base_stale=base_stale,
        head_stale=head_stale,
        base_left_behind=base_left_behind,
        head_left_behind=head_left_behind,
        score=_scores(pairs),
        tests=tests,
        base_impact=before,
        head_impact=after,
        lineage=lineage,
        outputs=_outputs(lineage, base, head, change),
        score_change=change,
    )


def _row(pairs: CasePairs, test: PairedTest) -> ComparedProblem:
    n = pairs.n_compared
    base, head = pairs.results
    worse = np.equal(pairs.base, 0) & np.greater(pairs.head, 0)
    better = np.greater(pairs.base, 0) & np.equal(pairs.head, 0)
    return ComparedProblem(
        problem=pairs.problem,
        n_cases=base.n_cases,
        n_compared=n,
        base_error=pairs.error_sum(pairs.base) / n if n else None,
        head_error=pairs.error_sum(pairs.head) / n if n else None,
        base_verdict=base.verdict,
        head_verdict=head.verdict,
        newly_failing=pairs.ids_where(worse),
        newly_passing=pairs.ids_where(better),
        unselected_flips=frozenset(pairs.ids_where((worse | better) & pairs.counted)),
        test=test,
        if_unscored_failed=pairs.if_unscored_failed,
        unscored_by_head=pairs.ids_where(np.isnan(pairs.head) & ~np.isnan(pairs.base)),
    )


def _scores(pairs: Sequence[CasePairs]) -> Scores | None:
    n = sum(each.n_compared for each in pairs)
    if not n:
        return None
    base, head = (
        fsum(errors) / n
        for errors in (
            [each.error_sum(each.base) for each in pairs],
            [each.error_sum(each.head) for each in pairs],
        )
    )
    return Scores(1 - base, 1 - head)


def _results(project: Project, models: set[int]) -> Mapping[int, Mapping[int, Result]]:
    """Return the models' results on the newest revisions of the open problems, by problem and model."""
    found: dict[int, dict[int, Result]] = defaultdict(dict)
    rows = Result.objects.current().filter(project=project, model__in=models)
    for result in rows.exclude(problem__status__in=CLOSED).only(*_RESULT_FIELDS):
        found[result.problem_id][result.model_id] = result
    return found


def _only_selected(project: Project) -> Mapping[int, set[int]]:
    """Return the cases that no source but a model's failure put there, by problem."""
    found: dict[int, set[int]] = defaultdict(set)
    for problem_id, case_id in (
        Case.objects.filter(project=project).only_selected().values_list("problem_id", "pk")
    ):
        found[problem_id].add(case_id)
    return found


def _behind(
    model: CandidateModel, problems: Sequence[Problem], results: Mapping[int, Mapping[int, Result]]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return on which problems a model is stale, and on which an archived one is left behind."""
    behind = frozenset(
        problem.pk
        for problem in problems
        if problem.revision and not rests_on_all(results.get(problem.pk, {}).get(model.pk), model, problem)
    )
    return (frozenset(), behind) if model.stage == Stage.ARCHIVED else (behind, frozenset())


def rests_on_all(result: Result | None, model: CandidateModel, problem: Problem) -> bool:
    """Return whether a result on the newest revision rests on the criterion in force and all that the model said."""
    criterion = problem.fix_criterion or problem.project.fix_criterion
    return (
        result is not None and result.criterion == criterion and result.facts_version == model.facts_version
    )


def _outputs(
    lineage: LineageDifference, base: CandidateModel, head: CandidateModel, change: ScoreChange | None
) -> SameOutputs | None:
    is_one = base.pk == head.pk  # and from where it is from, whatever it tells of that
    if not (is_one or (lineage.is_same and lineage.n_same)):
        return None
    if change is not None and change.outputs is not None:
        return change.outputs
    return outputs_now(base, head)
