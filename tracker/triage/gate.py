"""The gate: may a model replace the active one? Reads; what is stale it names, and leaves so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.comparison import NO_FLIPS, Change, Flips, PairedTest, compare_flips
from evaluation.gate import GateFacts, GateVerdict, ProblemFacts, ReasonKind, decide_gate
from evaluation.types import JSON, Verdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Case, Problem, Status
from tracker.projects.id_lists import Among
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.runs.unheard import Unheard, unheard_models
from tracker.triage.comparison import ComparedProblem, Comparison, compare_models, rests_on_all
from tracker.triage.gate_words import reason_words

NAMED_CASES = 100
"""So many cases are named for each reason; `n_cases` says how many there are."""


@dataclass(frozen=True, slots=True)
class GateReason:
    """Why the gate does not pass. `problem` is None where it is about all of them. `cases` are case keys; for all
    problems, between which keys repeat, `slug/key`.
    """

    kind: ReasonKind
    problem: Problem | None
    detail: str
    cases: tuple[str, ...]
    n_cases: int


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """`reasons`: those that make it fail first; none where it passes. `comparison`: with the active model, None where
    there is none, or where it is the model itself.
    """

    project: Project
    model: CandidateModel
    active: CandidateModel | None
    verdict: GateVerdict
    reasons: tuple[GateReason, ...]
    n_protected: int
    comparison: Comparison | None
    problems: tuple[Problem, ...]
    """The open problems that have test patterns."""
    results: Mapping[int, Result]
    """The model's, on their newest revisions, by problem."""

    def to_json(self) -> dict[str, JSON]:
        """The form in which API and command tell it."""
        return {
            "verdict": self.verdict.value,
            "model": self.model.version,
            "active": self.active.version if self.active else None,
            "n_protected": self.n_protected,
            "reasons": [
                {
                    "problem": reason.problem.slug if reason.problem else None,
                    "kind": reason.kind.value,
                    "detail": reason.detail,
                    "cases": list(reason.cases),
                    "n_cases": reason.n_cases,
                }
                for reason in self.reasons
            ],
        }


def gate(project: Project, model: CandidateModel, *, comparison: Comparison | None = None) -> GateOutcome:
    """Return whether a model may replace the active one, from the results there are. Six queries at most, and two more
    where one of the two is volatile.

    One who has compared the model with the active one already may pass that in: one query is left, or three.
    """
    if comparison is not None and comparison.base.stage == Stage.ACTIVE and comparison.head == model:
        active: CandidateModel | None = comparison.base
    else:
        active = CandidateModel.objects.filter(project=project, stage=Stage.ACTIVE).first()
        comparison = compare_models(project, active, model) if active and active != model else None
    if active == model:
        comparison = None
    own = _own_results(project, model, comparison)
    unheard = unheard_models([model, active] if active and active != model else [model])
    facts = _facts(own, comparison, model, active, unheard)
    decided = decide_gate(facts)
    by_problem = {each.problem.pk: each for each in own}
    rows = {row.problem.pk: row for row in (comparison.problems if comparison else [])}
    current = [row for pk, row in rows.items() if by_problem[pk].is_current]
    found = [
        _about_all(reason.kind, current)
        if reason.problem is None
        else _about(reason.kind, by_problem[reason.problem], rows.get(reason.problem))
        for reason in decided.reasons
    ]
    keys = _keys(case for about in found for case in about.cases[:NAMED_CASES])

    def name(about: _About, case: int) -> str:
        problem, key = keys[case]
        return key if about.own else f"{by_problem[problem].problem.slug}/{key}"

    return GateOutcome(
        project=project,
        model=model,
        active=active,
        verdict=decided.verdict,
        reasons=tuple(
            GateReason(
                kind=about.kind,
                problem=about.own.problem if about.own else None,
                detail=reason_words(
                    about.kind,
                    model=model,
                    active=active,
                    unheard=unheard,
                    n_cases=len(about.cases),
                    judgement=about.own.result.judgement if about.own and about.own.result else None,
                    flips=about.flips,
                ),
                cases=tuple(name(about, case) for case in about.cases[:NAMED_CASES] if case in keys),
                n_cases=len(about.cases),
            )
            for about in found
        ),
        n_protected=sum(problem.is_protected for problem in facts.problems),
        comparison=comparison,
        problems=tuple(each.problem for each in own if each.problem.revision),
        results={each.problem.pk: each.result for each in own if each.result is not None},
    )


def passes_gate(comparison: Comparison, unheard: Collection[Unheard]) -> bool:
    """Return whether a model that was compared with the active one passes its gate, reading nothing more. `unheard` are
    those of all models.
    """
    active, model = comparison.base, comparison.head
    own = _own_results(comparison.project, model, comparison)
    of_the_two = [each for each in unheard if each.model in (active, model)]
    return decide_gate(_facts(own, comparison, model, active, of_the_two)).verdict == GateVerdict.PASS


@dataclass(frozen=True, slots=True)
class _Own:
    """An open, described problem with the model's result on its newest revision, if there is one."""

    problem: Problem
    result: Result | None
    is_current: bool

    @property
    def is_protected(self) -> bool:
        return self.problem.status == Status.FIXED

    def judged(self, cases: Sequence[int]) -> list[int]:
        """Return those of the cases that the model is judged on; all, where it is judged on none of them."""
        skipped = set(self.result.not_judged_cases) if self.result else set()
        return [case for case in cases if case not in skipped] or list(cases)


def _own_results(project: Project, model: CandidateModel, comparison: Comparison | None) -> list[_Own]:
    """Return the open problems that have test patterns or are protected, by number."""
    if comparison is not None:
        compared = [row.problem for row in comparison.problems]
        known = [*compared, *comparison.not_compared, *comparison.not_described]
    else:
        known = list(Problem.objects.filter(project=project).open())
        for problem in known:
            problem.project = project
    problems = [problem for problem in known if problem.revision or problem.status == Status.FIXED]
    problems.sort(key=lambda problem: problem.number)
    if comparison is not None:
        results = comparison.head_results
    else:
        rows = Result.objects.current().filter(
            Among("problem_id", [problem.pk for problem in problems]), model=model
        )
        results = {result.problem_id: result for result in rows}
    active_stale = comparison.base_stale if comparison else frozenset()
    return [
        _Own(
            problem,
            result := results.get(problem.pk),
            is_current=not problem.revision
            or (rests_on_all(result, model, problem) and problem.pk not in active_stale),
        )
        for problem in problems
    ]


def _facts(
    own: Sequence[_Own],
    comparison: Comparison | None,
    model: CandidateModel,
    active: CandidateModel | None,
    unheard: Sequence[Unheard],
) -> GateFacts:
    """Compare anew what is up to date: what is stale is no evidence, for or against."""
    current = {each.problem.pk for each in own if each.is_current}
    rows = {row.problem.pk: row for row in (comparison.problems if comparison else [])}
    compared = [row for pk, row in rows.items() if pk in current]
    tests = compare_flips([row.test.flips for row in compared])
    changes = {
        row.problem.pk: (test.change, _if_unscored_failed(test, row.if_unscored_failed))
        for row, test in zip(compared, tests.problems, strict=True)
    }
    return GateFacts(
        problems=[_problem_facts(each, rows.get(each.problem.pk), changes) for each in own],
        overall=tests.overall.change if tests.overall.flips.n_pairs else None,
        overall_if_unscored_failed=_if_unscored_failed(
            tests.overall, sum((row.if_unscored_failed for row in compared), start=NO_FLIPS)
        ),
        has_active=active is not None,
        is_active=active == model,
        is_archived=model.stage == Stage.ARCHIVED,
        is_heard=not unheard,
    )


def _if_unscored_failed(test: PairedTest, flips: Flips) -> Change:
    """What a test could show if nothing else were tested: what others answer, or leave unanswered, widens the family
    and must not hide it. Nor may what newly passes outweigh what is not answered: silence is tested alone too.
    """
    silent = flips.newly_failing - test.flips.newly_failing
    if not silent:
        return test.change
    alone = Flips(silent, newly_failing=silent, newly_passing=0)
    changes = [compare_flips([each]).overall.change for each in (flips, alone)]
    return Change.WORSE if Change.WORSE in changes else changes[0]


def _problem_facts(
    own: _Own, row: ComparedProblem | None, changes: Mapping[int, tuple[Change, Change]]
) -> ProblemFacts:
    change, if_unscored_failed = changes.get(own.problem.pk, (None, None))
    return ProblemFacts(
        problem=own.problem.pk,
        is_protected=own.is_protected,
        verdict=Verdict(own.result.verdict) if own.result else None,
        change=change,
        if_unscored_failed=if_unscored_failed,
        lacks_scores=row is not None and not row.n_compared and bool(row.unscored_by_head),
        is_current=own.is_current,
    )


@dataclass(frozen=True, slots=True)
class _About:
    """A reason with the problem that it is about (None: all), the ids of the cases it rests on, the tested flips."""

    kind: ReasonKind
    own: _Own | None
    cases: Sequence[int]
    flips: Flips | None


def _about_all(kind: ReasonKind, current: Sequence[ComparedProblem]) -> _About:
    """Name the cases of those problems alone whose results are up to date, as the tests do."""
    cases = [case for row in current for case in _cases_of(kind, row)]
    return _About(kind, None, cases, sum((row.test.flips for row in current), start=NO_FLIPS))


def _about(kind: ReasonKind, mine: _Own, row: ComparedProblem | None) -> _About:
    result = mine.result
    cases = _cases_of(kind, row) if row else []
    if kind == ReasonKind.PROTECTED_FAILING and result:
        cases = mine.judged(result.failed_cases)
    elif kind == ReasonKind.PROTECTED_NOT_FIXED and result:
        cases = mine.judged(result.failed_cases + result.unscored_cases)
    elif kind == ReasonKind.UNSCORED and result and not cases:
        cases = mine.judged(result.unscored_cases)
    return _About(kind, mine, cases, row.test.flips if row else None)


def _cases_of(kind: ReasonKind, row: ComparedProblem) -> list[int]:
    if kind == ReasonKind.WORSE:
        return [case for case in row.newly_failing if case in row.unselected_flips]
    return list(row.unscored_by_head) if kind == ReasonKind.UNSCORED else []


def _keys(cases: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Return problem and key by case."""
    named = set(cases)
    rows = Case.objects.filter(Among("pk", named)).values_list("pk", "problem_id", "key") if named else []
    return {pk: (problem, key) for pk, problem, key in rows}
