"""The test set and the outputs as they stood at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import DateTimeField, F, Q, Value

from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet, read_answer
from tracker.problems.models import CLOSED, Pattern, Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.models import Event, Project
from tracker.triage.models import Move

Answers = Mapping[int, EngineOutput]
"""What a model answered, by the id of the example; absent where it gave no answer."""


class Slot(NamedTuple):
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


class Stands(NamedTuple):
    """How a problem stood at a time: whether it was open, and its revision, 0 before the first."""

    open: bool
    revision: int


@dataclass(frozen=True, slots=True)
class TestSet:
    """The problems that were open at one time, and the revision of each problem."""

    __test__ = False  # it is not one of pytest's

    revisions: Mapping[int, int]
    open: frozenset[int]

    def stands(self, problem_id: int) -> Stands:
        return Stands(problem_id in self.open, self.revisions.get(problem_id, 0))


def set_now(problems: Iterable[Problem]) -> TestSet:
    """Return the test set as it stands, from all problems of a project."""
    listed = list(problems)
    return TestSet(
        {problem.pk: problem.revision for problem in listed},
        frozenset(problem.pk for problem in listed if problem.status not in CLOSED),
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
    return TestSet(revisions, frozenset(pk for pk in revisions if last.get(pk) not in CLOSED))


def slots_between(project: Project, then: TestSet, now: TestSet) -> list[Slot]:
    """Return the places of the test set in which a pattern of an open problem stood at one of two times. One query."""
    problems = {pk: (then.stands(pk), now.stands(pk)) for pk in then.open | now.open}
    rows = Pattern.objects.filter(problem__project=project).seen().order_by("pk").values_list(*_Row._fields)
    places: list[list[_Row]] = []
    place_of: dict[int, list[_Row]] = {}
    for row in map(_Row._make, rows):
        if row.problem_id not in problems:
            continue
        place = place_of.get(row.replaces_id or 0)
        if place is None or not _makes_room(place[-1], row):
            place = []
            places.append(place)
        place.append(row)
        place_of[row.pk] = place
    slots = (_slot(place, *problems[place[0].problem_id]) for place in places)
    return [slot for slot in slots if slot.alive_then or slot.alive_now]


def _makes_room(last: _Row, row: _Row) -> bool:
    """Return whether a pattern continues the place of the one that it replaces, whatever stood there in between.

    Of one that was retired, brought back and retired again the first may be brought back as well as the last.
    """
    return last.retired_in is not None and last.retired_in <= row.added_in


def _slot(place: list[_Row], then: Stands, now: Stands) -> Slot:
    first = place[0]
    alive_then, label_then = _at(place, then)
    alive_now, label_now = _at(place, now)
    return Slot(first.case_id, first.example_id, first.base_id, alive_then, alive_now, label_then, label_now)


def _at(place: list[_Row], stands: Stands) -> tuple[bool, str]:
    """Return whether a pattern of a place stood, and by which expectation it was, or would have been, read."""
    found = place[0]
    if found.added_in > stands.revision:
        return False, found.expectation
    for row in place[1:]:
        if row.added_in <= stands.revision:
            found = row
    alive = stands.open and (found.retired_in is None or found.retired_in > stands.revision)
    return alive, found.expectation


class _Side(NamedTuple):
    """One model at a moment, None for now, and what it said by then."""

    model_id: int
    at: datetime | None
    answers: dict[int, EngineOutput]


def answers_at(
    project: Project, asked: Sequence[tuple[CandidateModel, datetime | None]], examples: Collection[int]
) -> list[Answers]:
    """Return what models said of examples, each by a time; None is now. One query, two where a volatile one looks back.

    What a frozen model says it has always said, whenever it was asked. A volatile one had said nothing before it was
    asked, and where its last word by then was an error, it had no answer.
    """
    sides = [_Side(model.pk, None if model.frozen else at, {}) for model, at in asked]
    outputs = Output.objects.for_patterns_of(project)
    back = [side for side in sides if side.at is not None]
    if back:
        by_then = [Q(model=side.model_id, created_at__lte=side.at) for side in back]
        earlier = outputs.past().filter(reduce(or_, by_then)).order_by("created_at", "pk")
        _read(earlier, examples, back, looks_back=True)
    # What is current is the newest.
    current = outputs.current().filter(model__in={side.model_id for side in sides})
    _read(current, examples, sides, looks_back=bool(back))
    return [side.answers for side in sides]


def _read(
    outputs: OutputQuerySet, examples: Collection[int], sides: Sequence[_Side], *, looks_back: bool
) -> None:
    # When something was said costs time to read, and nobody asks where all speak of now.
    said_at = F("created_at") if looks_back else Value(None, output_field=DateTimeField(null=True))
    rows = outputs.values_list("model_id", said_at, "example_id", "label", "scores", "value", "text", "error")
    for model_id, at, example_id, label, scores, value, text, error in rows.iterator(chunk_size=CHUNK_ROWS):
        if example_id not in examples:
            continue
        answer = None if error is not None else read_answer(label, scores, value, text)
        for side in sides:
            if side.model_id != model_id or (side.at is not None and at > side.at):
                continue
            if answer is None:
                side.answers.pop(example_id, None)
            else:
                side.answers[example_id] = answer
