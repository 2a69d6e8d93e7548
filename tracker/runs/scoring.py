"""Scoring: from stored outputs to one result per problem. Reads in a few queries per chunk of problems."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.adapters import ADAPTERS
from evaluation.bounds import wilson_interval
from evaluation.expectations import Expectation, parse_expectation
from evaluation.scoring import CaseScores, score_cases, score_patterns
from evaluation.types import Criterion
from evaluation.types import Output as EngineOutput
from evaluation.verdicts import Judgement, judge, judged_mask
from tracker.candidates.models import CandidateModel, Output, TrainedOn
from tracker.problems.models import CaseSource, Pattern, Problem, SourceKind
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.models import Example
from tracker.runs.models import Result

REMEMBERED = 10_000
"""Expectations kept in parsed form; most test sets have few distinct ones."""


@dataclass(slots=True)
class PatternSet:
    """The living patterns of one problem at one revision, column by column, in a fixed order."""

    case_ids: list[int] = field(default_factory=list)
    example_ids: list[int] = field(default_factory=list)
    base_ids: list[int | None] = field(default_factory=list)
    expectations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CaseFacts:
    """What decides whether a case is judged for a model: the ids of cases for which each is so."""

    unselected: set[int] = field(default_factory=set)
    selected_on_model: set[int] = field(default_factory=set)
    trained_on: set[int] = field(default_factory=set)


class ProblemScorer:
    """Scores problems for one model. Problems are passed in chunks; `with_criterion` and at their revision."""

    def __init__(self, model: CandidateModel) -> None:
        self._model = model
        self._asks = ADAPTERS[model.adapter["kind"]].asks
        self._parsed: dict[tuple[str, bool], Expectation] = {}

    def score(self, problems: Sequence[Problem]) -> list[Result]:
        """Return unsaved results, leaving out problems for which the model has yet to be asked."""
        patterns = _patterns(problems)
        said = self._outputs(patterns.values())
        facts = self._case_facts(problems, patterns)
        return [
            self._result(problem, patterns[problem.pk], said, facts)
            for problem in problems
            if not self._asks or self._all_asked(patterns[problem.pk], said)
        ]

    def _all_asked(self, patterns: PatternSet, said: dict[int, EngineOutput | None]) -> bool:
        needed = (*patterns.example_ids, *(base for base in patterns.base_ids if base is not None))
        return all(example_id in said for example_id in needed)

    def _outputs(self, sets: Iterable[PatternSet]) -> dict[int, EngineOutput | None]:
        """Return the model's current output by example id, None for an error; absent where it has said nothing."""
        wanted: set[int] = set()
        for patterns in sets:
            wanted.update(patterns.example_ids)
            wanted.update(base for base in patterns.base_ids if base is not None)
        ordered = sorted(wanted)
        said: dict[int, EngineOutput | None] = {}
        for start in range(0, len(ordered), CHUNK_ROWS):
            rows = Output.objects.current().filter(
                model=self._model, example_id__in=ordered[start : start + CHUNK_ROWS]
            )
            for example_id, label, scores, value, text, error in rows.values_list(
                "example_id", "label", "scores", "value", "text", "error"
            ):
                read_scores = json.loads(scores) if scores is not None else None
                said[example_id] = (
                    None if error is not None else EngineOutput(label, read_scores, value, text)
                )
        return said

    def _case_facts(self, problems: Sequence[Problem], patterns: dict[int, PatternSet]) -> CaseFacts:
        facts = CaseFacts()
        revisions = {problem.pk: problem.revision for problem in problems}
        sources = CaseSource.objects.filter(case__problem__in=revisions)
        for case_id, kind, version, added_in, problem_id in sources.values_list(
            "case_id", "kind", "version", "added_in", "case__problem_id"
        ):
            if added_in > revisions[problem_id]:
                continue
            if kind != SourceKind.SELECTED_ON:
                facts.unselected.add(case_id)
            elif version == self._model.version:
                facts.selected_on_model.add(case_id)
        if self._model.says_trained_on:
            digests = TrainedOn.objects.filter(model=self._model).values("digest")
            known = Example.objects.filter(project=self._model.project_id, digest__in=digests)
            trained = set(known.values_list("pk", flat=True))
            for columns in patterns.values():
                pairs = zip(columns.case_ids, columns.example_ids, strict=True)
                facts.trained_on.update(case_id for case_id, example_id in pairs if example_id in trained)
        return facts

    def _expectation(self, text: str, *, has_base: bool) -> Expectation:
        key = (text, has_base)
        if key not in self._parsed:
            if len(self._parsed) >= REMEMBERED:
                self._parsed.clear()
            # Labels were checked when the pattern was accepted; the project's may have changed since.
            self._parsed[key] = parse_expectation(json.loads(text), labels=(), has_base=has_base)
        return self._parsed[key]

    def _result(
        self, problem: Problem, patterns: PatternSet, said: dict[int, EngineOutput | None], facts: CaseFacts
    ) -> Result:
        case_ids, case_index = np.unique(np.asarray(patterns.case_ids, dtype=np.int64), return_inverse=True)
        errors = score_patterns(
            [
                self._expectation(text, has_base=base is not None)
                for text, base in zip(patterns.expectations, patterns.base_ids, strict=True)
            ],
            [said.get(example_id) for example_id in patterns.example_ids],
            [said.get(base_id) if base_id is not None else None for base_id in patterns.base_ids],
        )
        cases = score_cases(errors, case_index.astype(np.intp), len(case_ids))
        criterion: Criterion = problem.criterion
        judged = judged_mask(
            unselected=_mask(case_ids, facts.unselected),
            selected_on_model=_mask(case_ids, facts.selected_on_model),
            trained_on=_mask(case_ids, facts.trained_on),
            criterion=criterion,
        )
        return self._row(problem, case_ids, cases, judged, judge(cases.errors[judged], criterion))

    def _row(
        self,
        problem: Problem,
        case_ids: NDArray[np.int64],
        cases: CaseScores,
        judged: NDArray[np.bool_],
        judgement: Judgement,
    ) -> Result:
        partial = cases.failed & (cases.errors < 1)
        return Result(
            project_id=self._model.project_id,
            model=self._model,
            problem=problem,
            revision=problem.revision,
            criterion=problem.fix_criterion or problem.project.fix_criterion,
            facts_version=self._model.facts_version,
            n_cases=cases.n_cases,
            n_scored=cases.n_scored,
            n_failed=cases.n_failed,
            error=cases.error,
            interval=_wilson(cases.error, cases.n_scored),
            failed_cases=case_ids[cases.failed].tolist(),
            unscored_cases=case_ids[cases.unscored].tolist(),
            partial_errors={str(case_ids[i]): float(cases.errors[i]) for i in np.flatnonzero(partial)},
            n_judged=judgement.n_judged,
            n_judged_scored=judgement.n_scored,
            n_judged_failed=judgement.n_failed,
            judged_error=judgement.error,
            judged_interval=list(judgement.interval) if judgement.interval is not None else None,
            verdict=judgement.verdict.value,
            not_judged_cases=case_ids[~judged].tolist(),
        )


def _patterns(problems: Sequence[Problem]) -> dict[int, PatternSet]:
    """Return the problems' patterns at the revisions that the given objects hold."""
    sets = {problem.pk: PatternSet() for problem in problems}
    by_revision: defaultdict[int, list[int]] = defaultdict(list)
    for problem in problems:
        by_revision[problem.revision].append(problem.pk)
    for revision, problem_ids in sorted(by_revision.items()):
        rows = Pattern.objects.alive_at(revision).filter(problem__in=problem_ids).order_by("pk")
        for problem_id, case_id, example_id, base_id, expectation in rows.values_list(
            "problem_id", "case_id", "example_id", "base_id", "expectation"
        ):
            columns = sets[problem_id]
            columns.case_ids.append(case_id)
            columns.example_ids.append(example_id)
            columns.base_ids.append(base_id)
            columns.expectations.append(expectation)
    return sets


def _mask(case_ids: NDArray[np.int64], members: set[int]) -> NDArray[np.bool_]:
    return np.isin(case_ids, np.fromiter(members, dtype=np.int64, count=len(members)))


def _wilson(error: float | None, n: int) -> list[float] | None:
    return None if error is None else list(wilson_interval(error, n))
