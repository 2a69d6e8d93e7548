"""Forms that ask for an input fit what the project's inputs are, without scripts."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from tests.board.visitors import Visitor, words
from tests.factories import make_problem, make_project
from tracker.board.forms.report_forms import ReportForm
from tracker.problems.models import Pattern
from tracker.projects.changes import set_member
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM, Role
from tracker.triage.models import Report


@pytest.fixture
def project(db: None, request: pytest.FixtureRequest) -> Project:
    """A project of the input kind that the test asks for."""
    return make_project(slug="shop", input_kind=getattr(request, "param", "text"), labels=["yes", "no"])


def like(project: Project, value: Any) -> None:
    store_examples(project, [canonical_input(value)])


def send(visitor: Visitor, **sent: Any) -> Any:
    return visitor.post("file_report", predicted="yes", **sent)


def filed() -> Any:
    return Report.objects.get().example.input


def test_a_newline_is_one_character_as_it_was_typed(as_reporter: Visitor) -> None:
    send(as_reporter, input="one\r\ntwo ")
    assert filed() == "one\ntwo "


@pytest.mark.parametrize("project", ["text_pair"], indirect=True)
def test_two_texts(as_reporter: Visitor) -> None:
    assert "First text Second text" in words(as_reporter.get("file_report"))
    send(as_reporter, input_first="How old are you?", input_second=" What is\r\nyour age?")
    assert filed() == ["How old are you?", " What is\nyour age?"]


@pytest.mark.parametrize("project", ["text_pair"], indirect=True)
def test_two_texts_are_named_as_in_the_newest_input(project: Project, as_reporter: Visitor) -> None:
    like(project, {"premise": "a", "hypothesis": "b"})
    assert "premise hypothesis" in words(as_reporter.get("file_report"))
    send(as_reporter, input_first="It rains", input_second="It is wet")
    assert filed() == {"premise": "It rains", "hypothesis": "It is wet"}


@pytest.mark.parametrize("project", ["text_pair"], indirect=True)
def test_one_text_is_not_two(as_reporter: Visitor) -> None:
    answer = send(as_reporter, input_first="alone")
    assert (answer.status_code, "Give both texts." in words(answer)) == (400, True)
    assert "alone</textarea>" in answer.content.decode()


@pytest.mark.parametrize("project", ["text_pair"], indirect=True)
def test_json_instead(as_reporter: Visitor) -> None:
    send(as_reporter, input='["a", "b"]')
    assert filed() == ["a", "b"]
    assert "Fill in the fields or paste JSON, not both." in words(
        send(as_reporter, input="[]", input_first="a")
    )
    answer = send(as_reporter, input='["a", ')
    assert "Not JSON" in words(answer)
    assert '<details class="explained" open>' in answer.content.decode()


@pytest.mark.parametrize("project", ["chat"], indirect=True)
def test_a_chat_turn_by_turn(as_reporter: Visitor) -> None:
    send(as_reporter, input_role=["user", "assistant", "user"], input_text=["Hello", "", "Is it\r\nopen?"])
    assert filed() == [{"role": "user", "content": "Hello"}, {"role": "user", "content": "Is it\nopen?"}]


@pytest.mark.parametrize("project", ["chat"], indirect=True)
def test_a_chat_has_the_shape_of_the_newest_one(project: Project, as_reporter: Visitor) -> None:
    like(
        project, {"messages": [{"role": "system", "content": "be kind"}, {"role": "critic", "content": "no"}]}
    )
    page = as_reporter.get("file_report").content.decode()
    assert '<option value="critic"' in page
    assert page.index('value="system" selected') < page.index('value="user" selected')
    send(as_reporter, input_role=["critic"], input_text=["Bad"])
    assert filed() == {"messages": [{"role": "critic", "content": "Bad"}]}


@pytest.mark.parametrize("project", ["chat"], indirect=True)
def test_turns_are_kept_when_something_is_wrong(as_reporter: Visitor) -> None:
    roles, texts = ["user"] * 7, [f"turn {number}" for number in range(7)]
    answer = as_reporter.post("file_report", input_role=roles, input_text=texts)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert [page.count(f"{text}</textarea>") for text in texts] == [1] * 7
    assert "This field is required." in words(send(as_reporter, input_role=["user"], input_text=[""]))


@pytest.mark.parametrize("project", ["table"], indirect=True)
def test_a_row_has_the_columns_of_the_newest_one(project: Project, as_reporter: Visitor) -> None:
    like(project, {"age": 41, "city": "Oslo", "married": True, "note": None})
    assert "age city married" in words(as_reporter.get("file_report"))
    columns = ["age", "city", "married", "note", "income", "zip", "", "kind"]
    cells = ["42.5", "7", "false", "", "1e3", '"0150"', "", "a b"]
    send(as_reporter, input_column=columns, input_cell=cells)
    assert filed() == {
        "age": 42.5, "city": "7", "married": False, "note": None, "income": 1000, "zip": "0150", "kind": "a b",
    }  # fmt: skip


@pytest.mark.parametrize("project", ["table"], indirect=True)
@pytest.mark.parametrize(
    ("columns", "cells", "text"),
    [
        (["age"], ["old"], "age: give a number, not “old”."),
        (["married"], ["perhaps"], "married: give true or false, not “perhaps”."),
        ([""], ["41"], "Name the column of “41”."),
        (["a", "a"], ["1", "2"], "The column “a” stands there twice."),
        (["age"], ["1e999"], "age: give a number, not “1e999”."),
        (["age", "city"], ["", ""], "This field is required."),
    ],
)
def test_a_wrong_cell_is_named_and_kept(
    project: Project, as_reporter: Visitor, columns: list[str], cells: list[str], text: str
) -> None:
    like(project, {"age": 41, "city": "Oslo", "married": True})
    answer = send(as_reporter, input_column=columns, input_cell=cells)
    assert answer.status_code == 400
    assert text in words(answer)
    if columns in (["age"], [""]):
        assert f'value="{cells[0]}"' in answer.content.decode()


@pytest.mark.parametrize("project", ["table"], indirect=True)
def test_a_project_without_inputs_has_free_columns(as_reporter: Visitor) -> None:
    assert as_reporter.get("file_report").content.decode().count('name="input_column"') == 5
    send(as_reporter, input_column=["age", "ok"], input_cell=["41", "true"])
    assert filed() == {"age": 41, "ok": True}


@pytest.mark.parametrize(
    ("kind", "newest", "value"),
    [
        ("text_pair", None, ["a\n", " b"]),
        ("text_pair", {"question": "x", "answer": "y"}, {"question": "why?", "answer": "so"}),
        ("text_pair", None, {"question": "why?", "answer": "so"}),
        ("chat", None, [{"role": "user", "content": "hi"}, {"role": "judge", "content": "no"}]),
        ("chat", None, [{"role": "user", "content": [{"type": "text"}]}]),
        ("chat", None, {"messages": [{"role": "user", "content": "hi"}], "temperature": 0}),
        ("chat", [{"role": "user", "content": "hi"}], {"messages": [{"role": "user", "content": "hi"}]}),
        (
            "table",
            {"age": 41, "city": "Oslo"},
            {"age": 42, "city": "41", "zip": "0150", "x": None, "t": 'a "b"'},
        ),
        ("table", None, {"nested": {"a": 1}}),
        ("table", {"city": "Oslo"}, {"city": "", "b": " ", "c": '"x"', "d": "1\n2"}),
        ("table", {"city": "Oslo"}, {"city": " ", "b": '"x"', "c": " 41", "d": "true"}),
        ("text_pair", None, ["", "b"]),
        ("text_pair", None, ["a\r\n", "b\r"]),
        ("chat", None, [{"role": "user", "content": ""}, {"role": "user", "content": "a\rb"}]),
        ("image", None, [[0, 1], [2, 3]]),
        ("image", None, "https://example.org/a.png"),
        ("json", None, {"a": [1]}),
    ],
)
def test_an_input_that_is_given_comes_back_the_same(db: None, kind: str, newest: Any, value: Any) -> None:
    """What a form shows of an input, sent back as it stands, is that input."""
    project = make_project(input_kind=kind, labels=["yes"])
    if newest is not None:
        like(project, newest)
    shown = str(
        ReportForm(project=project, initial={"input": value if kind != "json" else json.dumps(value)})[
            "input"
        ]
    )
    sent = ReportForm(sent_by_a_browser(shown), project=project)
    sent.full_clean()
    assert sent.cleaned_data.get("input") == value, sent.errors


def sent_by_a_browser(html: str) -> Any:
    """Return what a browser would send of these fields."""
    found = QueryDict(mutable=True)

    class Fields(HTMLParser):
        name = ""
        kind = ""
        text = ""

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            told = dict(attrs)
            if tag == "input" and told.get("type") != "file":
                found.appendlist(told["name"], told.get("value", ""))
            elif tag in {"textarea", "select"}:
                self.kind, self.name, self.text = tag, told["name"], ""
            elif tag == "option" and "selected" in told:
                found.appendlist(self.name, told["value"])

        def handle_data(self, data: str) -> None:
            if self.kind == "textarea":
                self.text += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                found.appendlist(
                    self.name, self.text.removeprefix("\r\n").removeprefix("\n").replace("\n", "\r\n")
                )
            if tag == self.kind:
                self.kind = ""

    Fields().feed(html)
    return found


@pytest.mark.parametrize("project", ["table"], indirect=True)
def test_a_pattern_and_its_base_are_asked_for_alike(project: Project, as_triager: Visitor) -> None:
    make_problem(project)
    like(project, {"age": 41})
    page = as_triager.get("add_patterns", 1, type="invariant").content.decode()
    assert (page.count('name="input_cell"'), page.count('name="base_cell"')) == (3, 3)
    as_triager.post(
        "add_patterns",
        1,
        type="invariant",
        input_column="age",
        input_cell="42",
        base_column="age",
        base_cell="41",
    )
    pattern = Pattern.objects.get()
    assert pattern.base is not None
    assert (pattern.example.input, pattern.base.input) == ({"age": 42}, {"age": 41})


@pytest.mark.parametrize("kind", ["text", "text_pair", "chat", "table", "image", "json"])
def test_the_form_takes_few_queries(kind: str, db: None, reporter: Any) -> None:
    project = make_project(input_kind=kind)
    set_member(SYSTEM, project, reporter, Role.REPORTER)
    visitor = Visitor(project, reporter)
    few = visitor.queries("file_report")
    for number in range(20):
        like(project, [[number]])
    assert visitor.queries("file_report") <= few <= 10


def test_a_file_where_none_is_asked_for_is_passed_over(as_reporter: Visitor) -> None:
    send(as_reporter, input="a text", input_file=SimpleUploadedFile("a.png", b"x"))
    assert filed() == "a text"
