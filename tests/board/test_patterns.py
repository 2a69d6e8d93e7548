"""Adding, relabelling and retiring test patterns by forms."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, told, words
from tests.factories import make_problem, make_project
from tracker.problems.models import Pattern
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role
from tracker.triage.report_links import link_report


def line(text: str, **fields: Any) -> str:
    return json.dumps({"input": text, "expectation": {"type": "equals", "label": "positive"}} | fields)


def newest(project: Project) -> Pattern:
    found = Pattern.objects.filter(project=project).order_by("-pk").first()
    assert found is not None
    return found


@pytest.fixture
def problem(project: Project) -> Any:
    return make_problem(project, title="Irony")


@pytest.mark.parametrize(
    ("sent", "expectation"),
    [
        ({"type": "equals", "label": "neutral"}, {"type": "equals", "label": "neutral"}),
        ({"type": "one_of", "labels": ["neutral", "positive"]}, {"type": "one_of", "labels": ["neutral", "positive"]}),
        (
            {"type": "score", "label": "neutral", "min": "0.2", "max": ""},
            {"type": "score", "label": "neutral", "min": 0.2},
        ),
        ({"type": "invariant", "base": "so", "tolerance": ""}, {"type": "invariant", "tolerance": 0}),
        (
            {"type": "directional", "base": "so", "label": "neutral", "direction": "decrease", "tolerance": "0.1"},
            {"type": "directional", "label": "neutral", "direction": "decrease", "tolerance": 0.1},
        ),
    ],
)  # fmt: skip
def test_one_pattern_by_a_form_that_fits_its_type(
    problem: Any, as_triager: Visitor, sent: dict[str, Any], expectation: dict[str, Any]
) -> None:
    page = as_triager.get("add_patterns", 1, type=sent["type"]).content.decode()
    assert f'name="type" value="{sent["type"]}"' in page
    answer = as_triager.post("add_patterns", 1, input="  so so  ", case="", **sent)
    assert answer["Location"] == "/projects/reviews/problems/1/#patterns"
    pattern = newest(problem.project)
    assert pattern.expectation_fields == expectation
    assert pattern.example.input == "  so so  "  # every space of an input counts
    assert (pattern.base.input if pattern.base else None) == sent.get("base")


def test_inputs_that_are_not_texts_are_json(admin: User) -> None:
    project = make_project(slug="rows", task="regression", input_kind="table", labels=[])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    problem = make_problem(project)
    visitor = Visitor(project, admin)
    sent = {"type": "close_to", "value": "3.5", "abs_tol": "0.5", "rel_tol": "", "scale": ""}
    answer = visitor.post("add_patterns", problem.number, input='{"age": 41', **sent)
    assert answer.status_code == 400
    visitor.post("add_patterns", problem.number, input='{"age": 41}', **sent)
    assert newest(project).example.input == {"age": 41}
    assert newest(project).expectation_fields == {"type": "close_to", "value": 3.5, "abs_tol": 0.5}


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"type": "equals", "label": "neutral", "input": ""}, "This field is required."),
        ({"type": "equals", "label": "sad", "input": "x"}, "not one of the available choices"),
        ({"type": "score", "label": "neutral", "input": "x"}, "Needs min, max or both."),
        (
            {"type": "score", "label": "neutral", "min": "1", "max": "0", "input": "x"},
            "Must not be above max.",
        ),
        ({"type": "invariant", "input": "x", "base": ""}, "This field is required."),
    ],
)
def test_a_wrong_pattern_is_told_beside_its_field(
    problem: Any, as_triager: Visitor, sent: dict[str, Any], text: str
) -> None:
    answer = as_triager.post("add_patterns", 1, **sent)
    assert answer.status_code == 400
    assert text in words(answer)
    assert not problem.patterns.exists()


def test_the_same_pattern_again_is_told_and_not_stored(problem: Any, as_triager: Visitor) -> None:
    for _time in range(2):
        answer = as_triager.post("add_patterns", 1, type="equals", label="neutral", input="so so")
    assert told(answer) == "That test pattern is already there."
    assert problem.patterns.count() == 1


def test_many_by_paste(problem: Any, as_triager: Visitor) -> None:
    answer = as_triager.post("import_patterns", 1, lines="\n".join([line("a"), "", line("b"), line("a")]))
    assert answer["Location"] == "/projects/reviews/problems/1/#patterns"
    assert told(answer) == "2 added, 1 already there."
    problem.refresh_from_db()
    assert (problem.revision, problem.patterns.count()) == (1, 2)


def test_good_lines_are_stored_and_bad_ones_come_back(problem: Any, as_triager: Visitor) -> None:
    bad = line("b", expectation={"type": "equals", "label": "sad"})
    answer = as_triager.post("import_patterns", 1, lines="\n".join([line("a"), bad, "{nonsense"]))
    assert answer.status_code == 400
    text = words(answer)
    assert "1 added, 2 refused. The good lines are stored. These were not:" in text
    assert "Line 2 expectation.label: “sad” is not a label of this project" in text
    assert "Line 3" in text
    page = answer.content.decode()
    assert "{nonsense" in page
    assert "&quot;sad&quot;" in page
    assert "&quot;input&quot;: &quot;a&quot;" not in page
    assert problem.patterns.count() == 1


@pytest.mark.parametrize("packed", [False, True])
def test_many_by_a_file(problem: Any, as_triager: Visitor, packed: bool) -> None:
    content = "\n".join([line("a"), line("é")]).encode()
    file = SimpleUploadedFile("patterns.jsonl", gzip.compress(content) if packed else content)
    as_triager.post("import_patterns", 1, file=file)
    assert sorted(pattern.example.input for pattern in problem.patterns.all()) == ["a", "é"]


def test_a_broken_file_changes_nothing(problem: Any, as_triager: Visitor) -> None:
    file = SimpleUploadedFile("patterns.jsonl.gz", gzip.compress(line("a").encode())[:-9])
    answer = as_triager.post("import_patterns", 1, file=file)
    assert answer.status_code == 400
    assert "The file cannot be read to its end" in words(answer)
    assert not problem.patterns.exists()


def test_nothing_sent_is_told(problem: Any, as_triager: Visitor) -> None:
    assert "Paste some lines or choose a file." in words(as_triager.post("import_patterns", 1, lines=" "))


def test_a_pattern_is_relabelled(scene: Scene, as_triager: Visitor) -> None:
    pattern = newest(scene.project)
    page = as_triager.get("relabel_pattern", 1, pattern.pk)
    assert "should be “positive”" in words(page)
    assert '<option value="positive" selected>' in page.content.decode()
    as_triager.post("relabel_pattern", 1, pattern.pk, type="not_equals", label="negative")
    pattern.refresh_from_db()
    assert pattern.retired_in == 2
    assert newest(scene.project).expectation_fields == {"type": "not_equals", "label": "negative"}
    assert newest(scene.project).replaces == pattern


def test_a_retired_pattern_cannot_be_relabelled(scene: Scene, as_triager: Visitor) -> None:
    pattern = newest(scene.project)
    as_triager.post("retire_pattern", 1, pattern.pk)
    answer = as_triager.post("relabel_pattern", 1, pattern.pk, type="equals", label="negative")
    assert answer.status_code == 400
    assert "The pattern is retired already" in words(answer)


def test_retiring_asks_first(scene: Scene, as_triager: Visitor) -> None:
    pattern = newest(scene.project)
    assert "Retire this test pattern?" in words(as_triager.get("retire_pattern", 1, pattern.pk))
    as_triager.post("retire_pattern", 1, pattern.pk)
    pattern.refresh_from_db()
    assert pattern.retired_in == 2
    answer = as_triager.post("retire_pattern", 1, pattern.pk)
    assert (
        told(answer)
        == "The pattern is retired already; what stands in its place can be changed. Nothing was changed."
    )


def test_a_report_becomes_a_pattern_by_one_press(scene: Scene, as_triager: Visitor) -> None:
    link_report(SYSTEM, scene.new_report, scene.problem)
    assert "Make a test pattern" in words(as_triager.get("problem", 1))
    as_triager.post("pattern_of_report", 1, scene.new_report.pk)
    assert newest(scene.project).example.input == "not a bad start"
    assert newest(scene.project).expectation_fields == {"type": "equals", "label": "positive"}
    assert "Make a test pattern" not in words(as_triager.get("problem", 1))


def test_a_report_without_a_label_says_what_to_do(admin: User) -> None:
    project = make_project(slug="prices", task="regression", labels=[])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    problem = make_problem(project)
    filed = link_report(SYSTEM, report(project, "a", predicted={"value": 3}, expected={"value": 4}), problem)
    answer = Visitor(project, admin).post("pattern_of_report", 1, filed.pk)
    assert "write a pattern that says what is close enough" in told(answer)


def test_a_report_of_another_problem_is_not_found(scene: Scene, as_triager: Visitor) -> None:
    other = make_problem(scene.project)
    assert as_triager.post("pattern_of_report", other.number, scene.report.pk).status_code == 404
