"""The forms that add test patterns: what is typed is kept, and many come at once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import equals, make_patterns, make_problem, make_project
from tracker.problems.models import Problem
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, title="Irony")


def test_another_type_keeps_what_was_typed(problem: Problem, as_triager: Visitor) -> None:
    sent = {
        "type": "equals",
        "label": "neutral",
        "input": "half a thought",
        "case": "c1",
        "source": "generated",
    }
    answer = as_triager.post("add_patterns", 1, **sent, switch="score")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="type" value="score"' in page
    assert 'name="min"' in page
    assert "half a thought</textarea>" in page
    assert 'value="c1"' in page
    assert '<option value="neutral" selected>' in page
    assert re.search(r'value="generated"[^>]*checked', page)
    assert "field-error" not in page
    assert not problem.patterns.exists()


def test_another_type_needs_no_input_yet(problem: Problem, as_triager: Visitor) -> None:
    answer = as_triager.post("add_patterns", 1, type="equals", input="", switch="invariant")
    assert answer.status_code == 200
    assert 'name="base"' in answer.content.decode()
    assert "This field is required." not in words(answer)


def test_another_type_when_relabelling(scene: Scene, as_triager: Visitor) -> None:
    pattern = scene.problem.patterns.all()[0]
    answer = as_triager.post(
        "relabel_pattern", 1, pattern.pk, type="equals", label="neutral", switch="not_equals"
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="type" value="not_equals"' in page
    assert '<option value="neutral" selected>' in page
    assert scene.problem.patterns.count() == 24


@pytest.mark.parametrize("source", ["written", "sampled", "generated"])
def test_where_it_is_from_is_chosen_on_the_form(problem: Problem, as_triager: Visitor, source: str) -> None:
    as_triager.post("add_patterns", 1, type="equals", label="neutral", input="so so", source=source)
    assert list(problem.cases.get().sources.values_list("kind", flat=True)) == [source]


def test_add_and_write_another_begins_with_what_they_share(problem: Problem, as_triager: Visitor) -> None:
    sent = {"type": "not_equals", "label": "neutral", "input": "so so", "source": "generated"}
    answer = as_triager.post("add_patterns", 1, **sent, another="1")
    assert told(answer) == "The test pattern is added."
    page = as_triager.client.get(answer["Location"]).content.decode()
    assert 'name="type" value="not_equals"' in page
    assert '<option value="neutral" selected>' in page
    assert re.search(r'value="generated"[^>]*checked', page)
    assert "so so</textarea>" not in page
    assert problem.patterns.count() == 1


def test_many_texts_with_one_answer(problem: Problem, as_triager: Visitor) -> None:
    make_patterns(problem, [equals("b", "negative")])
    sent = {"type": "equals", "label": "negative", "texts": "a\r\n\r\n b \r\nb\r\na", "source": "sampled"}
    answer = as_triager.post("add_same", 1, **sent)
    # " b " is another input than "b": every space of an input counts
    assert told(answer) == "2 added, 2 already there."
    patterns = problem.patterns.select_related("example")
    assert sorted(each.example.content for each in patterns) == ['" b "', '"a"', '"b"']
    assert {each.expectation_fields["label"] for each in patterns} == {"negative"}
    assert len({each.case_id for each in patterns}) == 3


def test_many_texts_are_refused_with_what_is_wrong(problem: Problem, as_triager: Visitor) -> None:
    answer = as_triager.post("add_same", 1, type="one_of", texts="a\nb")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "a\nb</textarea>" in page
    assert not problem.patterns.exists()


def test_many_texts_keep_what_was_typed_under_another_type(problem: Problem, as_triager: Visitor) -> None:
    answer = as_triager.post("add_same", 1, type="equals", label="neutral", texts="a\nb", switch="one_of")
    assert answer.status_code == 200
    assert "a\nb</textarea>" in answer.content.decode()


def test_many_texts_are_offered_where_inputs_are_texts(admin: User) -> None:
    rows = make_project(slug="rows", input_kind="table")
    set_member(SYSTEM, rows, admin, Role.ADMIN)
    make_problem(rows)
    visitor = Visitor(rows, admin)
    assert "Many texts, one answer" not in words(visitor.get("add_patterns", 1))


@pytest.mark.parametrize("name", ["add_same", "import_patterns"])
def test_one_can_look_first(problem: Problem, as_triager: Visitor, name: str) -> None:
    make_patterns(problem, [equals("a")])
    problem.refresh_from_db()
    sent: dict[str, Any] = {"type": "equals", "label": "positive", "texts": "a\nb\nc"}
    if name == "import_patterns":
        sent = {"lines": "\n".join(json.dumps(equals(text)) for text in "abc")}
    answer = as_triager.post(name, 1, **sent, preview="1")
    assert answer.status_code == 200
    assert "2 would be added, 1 is there already. Nothing is stored yet." in words(answer)
    assert (problem.patterns.count(), problem.project.examples.count()) == (1, 1)
    as_triager.post(name, 1, **sent)
    assert problem.patterns.count() == 3


def test_a_look_tells_what_would_be_refused(problem: Problem, as_triager: Visitor) -> None:
    lines = "\n".join([json.dumps(equals("a")), "{nonsense", json.dumps(equals("a", "sad"))])
    answer = as_triager.post("import_patterns", 1, lines=lines, preview="1")
    assert "1 would be added, 2 would be refused. Nothing is stored yet." in words(answer)
    assert "Line 3 expectation.label: “sad” is not a label of this project" in words(answer)
    assert "{nonsense" in answer.content.decode()


def test_a_file_that_is_too_large_is_told(
    problem: Problem, as_triager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.board.uploads.MAX_BYTES", 10)
    file = SimpleUploadedFile("patterns.jsonl", json.dumps(equals("a")).encode())
    answer = as_triager.post("import_patterns", 1, file=file)
    assert answer.status_code == 400
    assert "The file is larger than 256 MB unpacked; send it in parts." in words(answer)
    assert not problem.patterns.exists()


def test_who_only_reads_adds_nothing(problem: Problem, as_viewer: Visitor, as_stranger: Visitor) -> None:
    sent = {"type": "equals", "label": "neutral", "texts": "a"}
    assert as_viewer.post("add_same", 1, **sent).status_code == 400
    assert as_stranger.post("add_same", 1, **sent).status_code == 404
    assert not problem.patterns.exists()
