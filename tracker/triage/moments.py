"""The test set and the outputs as they stood at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet
from tracker.problems.models import CLOSED, Pattern, Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.models import Event, Project
from tracker.triage.models import Move

Answers = Mapping[int, EngineOutput]
"""What a model answered, by the id of the example; absent where it gave no answer."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the test set: a pattern with those that it was relabelled from and to, of which one stands at a time.

    Its expectation at a moment is that of the pattern that stood then; of the one before where none stood any more; of
    the first where none had stood yet.
    """

    case_id: int
    example_id: int
    base_id: int | None
    alive_then: bool
    alive_now: bool
    label_then: str
    label_now: str

    @property
    def has_base(self) -> bool:
        return self.base_id is not None

    def label(self, level: int) -> str:
        return self.label_now if level else self.label_then


class _Row(NamedTuple):
    pk: int
    problem_id: int
    case_id: int
    example_id: int
    base_id: int | None
    expectation: str
    added_in: int
    retired_in: int | None
    replaces_id: int | None


@dataclass(frozen=True, slots=True)
class TestSet:
    """The revision of each problem (0: nothing stood yet), and the problems that were open, at one time."""

    __test__ = False  # it is not one of pytest's

    revisions: Mapping[int, int]
    open: Collection[int]

    def has(self, problem_id: int) -> bool:
        return problem_id in self.open and self.revision(problem_id) > 0

    def revision(self, problem_id: int) -> int:
        return self.revisions.get(problem_id, 0)


def set_now(problems: Iterable[Problem]) -> TestSet:
    """Return the test set as it stands, from all problems of a project."""
    listed = list(problems)
    return TestSet(
        {problem.pk: problem.revision for problem in listed},
        {problem.pk for problem in listed if problem.status not in CLOSED},
    )


def sets_at(project: Project, times: Sequence[datetime]) -> list[TestSet]:
    """Return the test sets as they stood at some times; two queries for all of them."""
    if not times:
        return []
    made = Event.objects.filter(project=project, subject="problem", at__lte=max(times)).changing_patterns()
    revisions = list(made.values_list("at", "subject_id", "evidence__revision"))
    moves = list(
        Move.objects.filter(project=project, at__lte=max(times))
        .in_order()
        .values_list("at", "problem_id", "to")
    )
    return [_set_at(at, revisions, moves) for at in times]


def _set_at(
    at: datetime, made: Iterable[tuple[datetime, int, int]], moves: Iterable[tuple[datetime, int, str]]
) -> TestSet:
    revisions: dict[int, int] = {}
    for when, problem_id, revision in made:
        if when <= at:
            revisions[problem_id] = max(revision, revisions.get(problem_id, 0))
    last = {problem_id: to for when, problem_id, to in moves if when <= at}
    return TestSet(revisions, {pk for pk in revisions if last.get(pk) not in CLOSED})


def slots_between(project: Project, then: TestSet, now: TestSet) -> list[Slot]:
    """Return the places of the test set in which a pattern of an open problem stood at one of two times. One query."""
    sets = then, now
    rows = Pattern.objects.filter(problem__project=project).seen().order_by("pk")
    patterns: dict[int, list[_Row]] = {}
    latest: dict[int, int] = {}
    for row in map(_Row._make, rows.values_list(*_Row._fields)):
        if sets[0].has(row.problem_id) or sets[1].has(row.problem_id):
            patterns[row.pk] = [row]
            if row.replaces_id is not None:
                latest[row.replaces_id] = row.pk
    # A pattern continues the place of the one that it replaces; of several that do, the last one.
    for pk in list(patterns):
        before = patterns[pk][-1].replaces_id
        if before in patterns and latest[before] == pk:
            patterns[pk] = [*patterns.pop(before), *patterns[pk]]
    slots = (_slot(place, sets) for place in patterns.values())
    return [slot for slot in slots if slot is not None]


def _slot(place: list[_Row], sets: tuple[TestSet, TestSet]) -> Slot | None:
    first = place[0]
    alive, labels = [], []
    for each in sets:
        revision = each.revision(first.problem_id)
        added = [row for row in place if row.added_in <= revision]
        alive.append(each.has(first.problem_id) and bool(added) and _stood(added[-1], revision))
        labels.append((added or place[:1])[-1].expectation)
    if not any(alive):
        return None
    return Slot(first.case_id, first.example_id, first.base_id, alive[0], alive[1], labels[0], labels[1])


def _stood(row: _Row, revision: int) -> bool:
    return row.retired_in is None or row.retired_in > revision


def answers_at(
    project: Project, asked: Sequence[tuple[CandidateModel, datetime | None]], examples: Collection[int]
) -> list[Answers]:
    """Return what models said of examples, each by a time; None is now. One query, two more per volatile model then.

    What a frozen model says it has always said, whenever it was asked. A volatile one had said nothing before it was
    asked, and where its last word by then was an error, it had no answer.
    """
    outputs = Output.objects.for_patterns_of(project)
    as_now = {model.pk for model, at in asked if model.frozen or at is None}
    now: dict[int, dict[int, EngineOutput]] = {pk: {} for pk in as_now}
    if as_now:
        _read(outputs.answers().filter(model__in=as_now), examples, now)
    said: list[Answers] = []
    for model, at in asked:
        if model.frozen or at is None:
            said.append(now[model.pk])
            continue
        then: dict[int, EngineOutput] = {}
        by_then = outputs.filter(model=model, created_at__lte=at).order_by("created_at", "pk")
        # What is current is the newest.
        _read(by_then.past(), examples, {model.pk: then})
        _read(by_then.current(), examples, {model.pk: then})
        said.append(then)
    return said


def _read(
    outputs: OutputQuerySet, examples: Collection[int], into: dict[int, dict[int, EngineOutput]]
) -> None:
    rows = outputs.values_list("model_id", "example_id", "label", "scores", "value", "text", "error")
    for model_id, example_id, label, scores, value, text, error in rows.iterator(chunk_size=CHUNK_ROWS):
        if error is not None:
            into[model_id].pop(example_id, None)
        elif example_id in examples:
            read = json.loads(scores) if scores is not None else None
            into[model_id][example_id] = EngineOutput(label, read, value, text)
