"""The numbers of charts and matrix as files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.board.conftest import TEXTS, Scene
from tests.board.visitors import Visitor
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.board.csv_rows import guarded
from tracker.board.pages import matrix_csv


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("", ""),
        (-0.5, -0.5),
        (None, None),
    ],
)
def test_nothing_that_a_spreadsheet_computes(value: Any, safe: Any) -> None:
    assert guarded(value) == safe


def test_the_chart_a_model_a_row(scene: Scene, as_viewer: Visitor) -> None:
    answer = as_viewer.get("history_csv", 1)
    assert answer["Content-Disposition"] == 'attachment; filename="negation-history-r1.csv"'
    first, second = table(answer)
    assert (first["problem"], first["revision"], first["model"]) == ("negation", "1", "v1")
    assert (first["stage"], first["verdict"], first["trained_at"]) == (
        "active",
        "failing",
        "2020-01-01T00:00:00+00:00",
    )
    assert (first["n_judged"], first["n_judged_failed"], first["judged_error"]) == ("24", "24", "1.0")
    # Wilson, 0 of 24 at 95 %: upper end z^2 / (n + z^2) = 3.8415 / 27.8415
    assert float(second["judged_error_high"]) == pytest.approx(0.13798, abs=1e-5)


def test_what_is_missing_is_an_empty_field(scene: Scene, as_viewer: Visitor) -> None:
    make_model(scene.project, "v3", trained_at=day(3))
    last = table(as_viewer.get("history_csv", 1))[-1]
    assert (last["model"], last["verdict"], last["judged_error"], last["n_cases"]) == ("v3", "", "", "")


def test_problems_laid_over_have_columns(scene: Scene, as_viewer: Visitor) -> None:
    other = make_problem(scene.project)
    make_patterns(other, [equals(TEXTS[0]), equals(TEXTS[1], "negative")])
    evaluate(scene.project)
    rows = table(as_viewer.get("history_csv", 1, **{"with": other.number}))
    name = f"problem_{other.number}_judged_error"
    assert [row[name] for row in rows] == ["0.5", "0.5"]
    assert rows[0][f"problem_{other.number}_n_judged_failed"] == "1"


def test_files_are_of_the_revision_that_is_asked_for(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("later")])
    evaluate(scene.project)
    assert table(as_viewer.get("history_csv", 1, revision=1))[1]["n_cases"] == "24"
    assert len(table(as_viewer.get("matrix_csv", 1, revision=1))) == 24
    assert len(table(as_viewer.get("matrix_csv", 1))) == 25


def test_the_matrix_a_case_a_row(scene: Scene, as_viewer: Visitor) -> None:
    filed = {"selected_on": "v1"}
    lines = [equals("=cmd()", case="=danger", source=filed), equals("two", case="=danger", source=filed)]
    make_patterns(scene.problem, lines)
    make_outputs(scene.v1, {"=cmd()": "negative", "two": "positive"})
    make_outputs(scene.v2, {"=cmd()": "positive", "two": "positive"})
    evaluate(scene.project)
    rows = table(as_viewer.get("matrix_csv", 1))
    assert len(rows) == 25
    row = next(row for row in rows if row["case"] == "'=danger")
    assert (json.loads(row["input"]) in {"=cmd()", "two"}, row["n_patterns"]) == (True, "2")
    assert (row["v1"], row["v2"], row["n_models_failing"]) == ("fail", "pass", "1")
    # 24 unselected cases are enough, so that a filed one is judged for nobody
    assert (row["sources"], row["not_judged_for"]) == ("selected_on:v1", "v1; v2")


def test_the_matrix_as_it_is_filtered(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("easy")])
    for model in (scene.v1, scene.v2):
        make_outputs(model, {"easy": "positive"})
    evaluate(scene.project)
    assert len(table(as_viewer.get("matrix_csv", 1))) == 25
    assert len(table(as_viewer.get("matrix_csv", 1, show="failing"))) == 24
    assert "easy" in table(as_viewer.get("matrix_csv", 1, order="newest"))[0]["input"]


def test_a_version_that_looks_like_a_formula_heads_its_column_safely(
    scene: Scene, as_viewer: Visitor
) -> None:
    make_model(scene.project, "=1+1", trained_at=day(3))
    row = table(as_viewer.get("matrix_csv", 1))[0]
    assert row["'=1+1"] == "not_evaluated"


def test_the_matrix_is_read_in_pieces(
    scene: Scene, as_viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix_csv, "ROWS", 5)
    rows = table(as_viewer.get("matrix_csv", 1))
    assert sorted(row["input"] for row in rows) == sorted(f'"{text}"' for text in TEXTS)


def test_pages_lead_to_the_files(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("later")])
    page = as_viewer.get("problem", 1, revision=1, page=2, **{"with": 2}).content.decode()
    assert f'href="{as_viewer.url("history_csv", 1)}?revision=1&amp;with=2"' in page
    matrix = as_viewer.get("matrix", 1, revision=1, show="failing").content.decode()
    assert f'href="{as_viewer.url("matrix_csv", 1)}?show=failing&amp;revision=1"' in matrix


def test_who_is_no_member_finds_nothing(scene: Scene, as_stranger: Visitor) -> None:
    assert as_stranger.get("history_csv", 1).status_code == 404
    assert as_stranger.get("matrix_csv", 1).status_code == 404
