"""Writing and reading many rows: the same as row by row, whatever comes in which number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_model, make_patterns, make_problem, make_project
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern, Problem
from tracker.projects.bulk_rows import ROWS_A_STATEMENT, add_rows, insert_rows, put_rows
from tracker.projects.id_lists import exactly, spanning
from tracker.projects.models import Example, Project
from tracker.projects.row_parts import in_parts, read_ids
from tracker.runs.models import Result

pytestmark = pytest.mark.django_db

NUMBERS = [1, ROWS_A_STATEMENT - 1, ROWS_A_STATEMENT, ROWS_A_STATEMENT + 1, 2 * ROWS_A_STATEMENT + 50]
AT = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)


def example_rows(project: Project, numbers: range) -> list[tuple[int, str, str]]:
    return [(project.pk, f"{number:064}", f'"text {number}"') for number in numbers]


def insert_examples(project: Project, numbers: range) -> int:
    return insert_rows(Example, ["project_id", "digest", "content"], example_rows(project, numbers))


@pytest.mark.parametrize("n_rows", NUMBERS)
def test_what_is_there_already_is_left_and_the_rest_is_counted(n_rows: int) -> None:
    project = make_project()
    assert insert_examples(project, range(n_rows)) == n_rows
    assert insert_examples(project, range(n_rows // 2, n_rows + 3)) == 3
    contents = Example.objects.filter(project=project).values_list("digest", "content")
    assert dict(contents) == {f"{number:064}": f'"text {number}"' for number in range(n_rows + 3)}


def output_rows(model: CandidateModel, n_rows: int) -> list[tuple[Any, ...]]:
    insert_examples(model.project, range(n_rows))
    examples = Example.objects.filter(project=model.project).order_by("digest").values_list("pk", flat=True)
    return [(pk, f"l\tab\\el {number}\n", None) for number, pk in enumerate(examples)]


def alike(model: CandidateModel) -> dict[str, Any]:
    """The columns that all rows have alike."""
    return {
        "project_id": model.project_id,
        "model_id": model.pk,
        "tries": 1,
        "is_current": True,
        "created_at": AT,
    }


@pytest.mark.parametrize("n_rows", NUMBERS)
def test_what_is_alike_in_all_rows_is_told_once(n_rows: int) -> None:
    model = make_model(make_project())
    rows = output_rows(model, n_rows)
    same = alike(model)
    add_rows(Output, ["example_id", "label", "value"], rows, same)
    stored = Output.objects.filter(model=model)
    assert set(stored.values_list("example_id", "label", "value")) == set(rows)
    assert set(stored.values_list("tries", "is_current", "created_at", "run_id")) == {(1, True, AT, None)}


def test_a_row_that_is_there_already_is_an_error_and_none_is_added() -> None:
    model = make_model(make_project())
    rows = output_rows(model, 3)
    same = alike(model)
    add_rows(Output, ["example_id", "label", "value"], rows[:1], same)
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(Output, ["example_id", "label", "value"], rows, same)
    assert Output.objects.filter(model=model).count() == 1


def result_rows(model: CandidateModel, problem_ids: list[int], verdict: str, failed: int) -> list[list[Any]]:
    return [
        [model.project_id, model.pk, pk, 1, "{}", 1, AT, 10, 10, failed, None, None, "[1, 2]", "[]", "{}",
         10, 10, failed, 0.5, "[0.1, 0.9]", verdict, "[]"]
        for pk in problem_ids
    ]  # fmt: skip


RESULT = [
    "project_id", "model_id", "problem_id", "revision", "criterion", "facts_version", "scored_at", "n_cases",
    "n_scored", "n_failed", "error", "interval", "failed_cases", "unscored_cases", "partial_errors", "n_judged",
    "n_judged_scored", "n_judged_failed", "judged_error", "judged_interval", "verdict", "not_judged_cases",
]  # fmt: skip
UNIQUE = ["model_id", "problem_id", "revision"]


def test_rows_are_put_in_the_place_of_those_that_stand() -> None:
    model = make_model(make_project())
    old, new = (make_problem(model.project).pk for _ in range(2))
    put_rows(Result, RESULT, result_rows(model, [old], "failing", 5), unique=UNIQUE)
    before = Result.objects.get()
    put_rows(Result, RESULT, result_rows(model, [old, new], "fixed", 0), unique=UNIQUE)
    standing = {result.problem_id: result for result in Result.objects.all()}
    assert standing.keys() == {old, new}
    assert standing[old].pk == before.pk
    for result in standing.values():
        assert (result.verdict, result.n_failed, result.error, result.interval) == ("fixed", 0, None, None)
        assert (result.failed_cases, result.judged_interval, result.scored_at) == ([1, 2], [0.1, 0.9], AT)


def test_a_row_that_must_not_be_is_not_put() -> None:
    model = make_model(make_project())
    with pytest.raises(IntegrityError), transaction.atomic():
        put_rows(
            Result, RESULT, result_rows(model, [make_problem(model.project).pk], "perfect", 0), unique=UNIQUE
        )
    put_rows(Result, RESULT, [], unique=UNIQUE)
    assert not Result.objects.exists()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_rows_in_parts_are_all_rows(size: int) -> None:
    project = make_project()
    insert_examples(project, range(4))
    rows = Example.objects.filter(project=project).order_by("pk").values_list("pk", "digest")
    parts = list(in_parts(rows, size))
    assert [row for part in parts for row in part] == list(rows)
    assert max(map(len, parts)) <= size
    assert list(in_parts(rows.none(), size)) == []


def test_ids_of_all_columns_are_read_once_each() -> None:
    project = make_project()
    make_patterns(
        make_problem(project),
        [
            {"input": "a", "expectation": {"type": "equals", "label": "positive"}},
            {"input": "b", "base": "a", "expectation": {"type": "invariant"}},
            {"input": "c", "base": "d", "expectation": {"type": "invariant"}},
        ],
    )
    ids = read_ids(Pattern.objects.values_list("example_id", "base_id"))
    assert ids.tolist() == sorted(Example.objects.values_list("pk", flat=True))
    assert read_ids(Pattern.objects.none().values_list("example_id")).tolist() == []


@pytest.mark.parametrize("gap", [1, 10])
def test_a_stretch_holds_all_that_were_asked_for(gap: int) -> None:
    project = make_project()
    insert_examples(project, range(40))
    wanted = list(Example.objects.order_by("pk").values_list("pk", flat=True))[5:35:gap]
    found = set(Example.objects.filter(spanning("pk", wanted)).values_list("pk", flat=True))
    assert found >= set(wanted)
    assert set(Example.objects.filter(spanning("pk", [])).values_list("pk", flat=True)) == set()


@pytest.mark.parametrize("chosen", [[], [0], [0, 1, 2, 3], [3, 1, 2], [0, 0, 2], [0, 2, 2, 4], [4, 0]])
def test_exactly_those_that_were_asked_for(chosen: list[int]) -> None:
    """In whatever order they come and however often: a list as long as its span need not be one stretch."""
    problems = [make_problem(make_project()) for _ in range(5)]
    wanted = [problems[place].pk for place in chosen]
    found = Problem.objects.filter(exactly("pk", wanted)).values_list("pk", flat=True)
    assert sorted(found) == sorted(set(wanted))


def test_an_error_on_the_way_leaves_no_row() -> None:
    """Rows are made while those before are written: what breaks in the middle of that is not half written."""
    model = make_model(make_project())
    rows = output_rows(model, ROWS_A_STATEMENT + 3)

    def broken() -> Iterator[tuple[Any, ...]]:
        yield from rows[:-1]
        raise ValueError("the last one cannot be made")

    with pytest.raises(ValueError, match="the last one"), transaction.atomic():
        add_rows(Output, ["example_id", "label", "value"], broken(), alike(model))
    assert not Output.objects.filter(model=model).exists()
