"""Sampling by pages: drawing, labelling without any model's output, finishing, cancelling."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, told, words
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem, make_project
from tracker.problems.models import Problem
from tracker.problems.sample_models import Decision, Sample
from tracker.problems.sampling import decide
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role

pytestmark = pytest.mark.django_db

SENT = {"origin": "list", "written_as": "plain", "n": "3", "seed": "7", "type": "equals"}
TEXTS = "\n".join(f"Not half bad {number}" for number in range(9))


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, title="Litotes")


def drawn(visitor: Visitor, number: int = 1, **sent: Any) -> Sample:
    answer = visitor.post("draw_sample", number, **(SENT | {"inputs": TEXTS} | sent))
    assert answer.status_code == 302, words(answer)
    found = Sample.objects.first()
    assert found is not None
    assert answer["Location"] == visitor.url("label_sample", number, found.pk)
    return found


def texts_of(sample: Sample) -> set[Any]:
    return {each.example.input for each in sample.inputs.select_related("example")}


def test_the_page_proposes_what_is_missing_and_a_seed_of_the_problem(
    problem: Problem, as_triager: Visitor
) -> None:
    page = as_triager.get("draw_sample", 1)
    assert re.search(r'name="n" value="22"', page.content.decode())
    seed = re.search(r'name="seed" value="(\d+)"', page.content.decode())
    again = re.search(r'name="seed" value="(\d+)"', as_triager.get("draw_sample", 1).content.decode())
    assert seed is not None
    assert again is not None
    assert seed[1] == again[1]
    text = words(page)
    assert "22 unselected cases are missing until a fix can be proved." in text
    assert "not judged for the model that was reported" in text
    assert "drawing from them would be to select by failure" in text
    make_patterns(problem, [equals("a"), equals("b")])
    assert "20 unselected cases are missing" in words(as_triager.get("draw_sample", 1))


def test_from_a_pasted_list(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager, inputs=f"  spaces count \r\n\r\n{TEXTS}", n="10")
    assert texts_of(sample) == {"  spaces count ", *TEXTS.split("\n")}
    assert (sample.origin, sample.seed, sample.pool, sample.drawn_by) == ("pasted", 7, 10, "triager")


@pytest.mark.parametrize("packed", [False, True])
def test_from_a_file(problem: Problem, as_triager: Visitor, packed: bool) -> None:
    content = '\ufeffé one\n"two"\n'.encode()
    file = SimpleUploadedFile("inputs.txt", gzip.compress(content) if packed else content)
    sample = drawn(as_triager, inputs="", file=file)
    assert texts_of(sample) == {"é one", '"two"'}  # lines as they are
    assert sample.origin == "file"


def test_from_json_lines(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager, inputs='"one"\n{"text": "two"}', written_as="json")
    contents = sample.inputs.values_list("example__content", flat=True)
    assert sorted(contents) == ['"one"', '{"text":"two"}']


def test_from_reports_elsewhere(scene: Scene, as_triager: Visitor) -> None:
    other = make_problem(scene.project)
    page = words(as_triager.get("draw_sample", other.number))
    assert "Reports of other problems (1 input)" in page
    assert "Reports in the inbox (1 input)" in page
    assert "All reports but those of this problem (2 inputs)" in page
    sample = drawn(as_triager, other.number, origin="reports", inputs="")
    assert texts_of(sample) == {"not bad at all 0", "not a bad start"}
    # the scene's own report is never drawn for its own problem
    assert texts_of(drawn(as_triager, 1, origin="reports", inputs="")) == {"not a bad start"}


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"inputs": " "}, "Paste some inputs, choose a file, or draw from reports."),
        ({"inputs": '"a"\n{', "written_as": "json"}, "Line 2: "),
        ({"file": SimpleUploadedFile("a.txt", b"a\n\xff\n")}, "Line 2: This is not UTF-8. Nothing was drawn."),
        ({"n": "0"}, "greater than or equal to 1"),
        ({"seed": "x"}, "Enter a whole number."),
        ({"origin": "reports"}, "There is no input to draw from."),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told_and_kept(
    problem: Problem, as_triager: Visitor, sent: dict[str, Any], text: str
) -> None:
    answer = as_triager.post("draw_sample", 1, **(SENT | {"inputs": "kept as typed"} | sent))
    assert answer.status_code == 400
    assert text in words(answer)
    assert sent.get("inputs", "kept as typed").strip() in answer.content.decode().replace("&quot;", '"')
    assert not Sample.objects.exists()


def test_labelling_from_the_first_to_the_last(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager)
    url = as_triager.url("label_sample", 1, sample.pk)
    page = as_triager.client.get(url)
    assert "Input 1 of 3" in words(page)
    assert "0 of 3" in words(page)
    assert re.findall(r'name="label"\s+value="(\w+)"[^>]*data-key="(\d)"', page.content.decode()) == [
        ("negative", "1"), ("neutral", "2"), ("positive", "3"),
    ]  # fmt: skip
    answer = as_triager.client.post(url, {"input": "1", "seen": "0", "label": "neutral"})
    assert answer["Location"] == f"{url}?after=1"
    assert "Input 2 of 3" in words(as_triager.client.get(answer["Location"]))
    answer = as_triager.client.post(url, {"input": "3", "seen": "0", "decision": "not_this_problem"})
    # the second was passed over, and comes again
    assert "Input 2 of 3" in words(as_triager.client.get(answer["Location"]))
    assert "Go on labelling (2 of 3)" in words(as_triager.get("problem", 1))
    answer = as_triager.client.post(url, {"input": "2", "seen": "0", "decision": "cannot_be_said"})
    assert as_triager.client.get(answer["Location"])["Location"] == as_triager.url("sample", 1, sample.pk)

    page = as_triager.get("sample", 1, sample.pk)
    assert "Sample: 3 of 9 inputs with seed 7" in words(page)
    assert "1 labelled, 1 cannot be said, 1 not of this problem" in words(page)
    assert "Finish: add 1 test pattern" in words(page)
    done = as_triager.post("finish_sample", 1, sample.pk)
    assert told(done) == "Sampled test patterns: 1 added."
    assert problem.patterns.get().expectation_fields == {"type": "equals", "label": "neutral"}
    text = words(as_triager.get("problem", 1))
    assert (
        "3 of 9 inputs with seed 7 1 labelled, 1 cannot be said, 1 not of this problem from a pasted list"
        in text
    )
    assert "1 labelled, 1 cannot be said, 1 not of this problem" in text
    assert "finished the sample of 3 of 9 inputs with seed 7" in text
    assert "drew a sample: 3 of 9 inputs with seed 7, to be labelled" in text
    assert "sampled" in text


def test_nothing_that_a_model_says_stands_on_the_pages(
    scene: Scene, as_triager: Visitor, as_viewer: Visitor
) -> None:
    """The models answer with words that stand nowhere else."""
    other = make_problem(scene.project, title="Litotes")
    secret = make_model(scene.project, "v3-loud")
    texts = TEXTS.split("\n")
    scene.project.labels = ["good", "bad", "said-by-v3"]
    scene.project.save()
    make_outputs(secret, dict.fromkeys([*texts, "reported"], "said-by-v3"))
    report(scene.project, "reported", predicted="said-by-v3", expected="good", comment="it told said-by-v3")
    scene.project.labels = ["good", "bad"]
    scene.project.save()
    sample = drawn(as_triager, other.number, origin="inbox", inputs="")
    decide(SYSTEM, sample.inputs.get(position=1), Decision.LABELLED, said={"label": "good"})
    url = as_triager.url("label_sample", other.number, sample.pk)
    for visitor in (as_triager, as_viewer):
        for position in range(1, sample.inputs.count() + 1):
            page = visitor.client.get(url, {"at": position}).content.decode()
            assert "said-by-v3" not in page
            assert not re.search("v3-loud|verdict-", page)
        page = visitor.get("sample", other.number, sample.pk).content.decode()
        assert "said-by-v3" not in page
        assert "v3-loud" not in page


def test_what_was_decided_can_be_changed_until_it_is_a_pattern(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager)
    url = as_triager.url("label_sample", 1, sample.pk)
    as_triager.client.post(url, {"input": "1", "seen": "0", "label": "neutral"})
    page = as_triager.client.get(url, {"at": 1})
    assert "triager decided: should be “neutral”." in words(page)
    assert re.search(r'value="neutral"\s+aria-pressed="true"', page.content.decode())
    as_triager.client.post(url, {"input": "1", "seen": "1", "label": "positive"})
    answer = as_triager.post("finish_sample", 1, sample.pk)
    assert told(answer) == "Sampled test patterns: 1 added. 2 can be labelled later."
    assert problem.patterns.get().expectation_fields["label"] == "positive"
    answer = as_triager.client.post(url, {"input": "1", "seen": "2", "label": "neutral"})
    assert answer.status_code == 400
    assert "This input is a test pattern by now; relabel it there." in words(answer)


def test_two_people_lose_nothing_and_are_told(
    problem: Problem, as_triager: Visitor, as_admin: Visitor
) -> None:
    sample = drawn(as_triager)
    url = as_triager.url("label_sample", 1, sample.pk)
    as_triager.client.post(url, {"input": "1", "seen": "0", "label": "neutral"})
    answer = as_admin.client.post(url, {"input": "1", "seen": "0", "label": "positive"})
    assert told(answer) == (
        "triager had decided input 1 meanwhile: should be “neutral”. What you said replaced it: should be “positive”."
    )
    as_admin.client.post(url, {"input": "2", "seen": "0", "label": "positive"})
    assert sorted(sample.inputs.values_list("position", "decided_by")) == [
        (1, "admin"),
        (2, "admin"),
        (3, ""),
    ]


def test_one_sample_at_a_time(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager)
    page = as_triager.get("draw_sample", 1)
    assert "A sample is being labelled" in words(page)
    assert as_triager.url("sample", 1, sample.pk) in page.content.decode()
    answer = as_triager.post("draw_sample", 1, **SENT, inputs=TEXTS)
    assert answer.status_code == 400
    assert Sample.objects.count() == 1


def test_a_cancelled_sample_stays_on_record(problem: Problem, as_triager: Visitor) -> None:
    sample = drawn(as_triager)
    url = as_triager.url("label_sample", 1, sample.pk)
    as_triager.client.post(url, {"input": "1", "seen": "0", "label": "neutral"})
    answer = as_triager.post("cancel_sample", 1, sample.pk)
    assert "It stays on record" in told(answer)
    page = as_triager.get("sample", 1, sample.pk)
    assert "cancelled, triager" in words(page)
    assert "Go on labelling" not in words(page)
    answer = as_triager.client.post(url, {"input": "2", "seen": "0", "label": "neutral"})
    assert "The sample was cancelled; draw another." in words(answer)
    assert "The sample was cancelled" in told(as_triager.post("finish_sample", 1, sample.pk))
    assert not problem.patterns.exists()


def test_values_are_asked_where_there_are_no_labels(admin: User) -> None:
    project = make_project(slug="prices", task="regression", input_kind="table", labels=[])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    problem, visitor = make_problem(project), Visitor(project, admin)
    sent = {
        "origin": "list",
        "n": "2",
        "seed": "1",
        "type": "close_to",
        "inputs": '{"rooms": 2}\n{"rooms": 3}',
    }
    answer = visitor.post("draw_sample", 1, **sent)
    assert "Needs abs_tol, rel_tol or both." in words(answer)
    visitor.post("draw_sample", 1, **sent, abs_tol="5")
    sample = problem.samples.get()
    url = visitor.url("label_sample", 1, sample.pk)
    page = visitor.client.get(url).content.decode()
    assert 'name="value"' in page
    assert 'name="abs_tol"' not in page
    assert visitor.client.post(url, {"input": "1", "seen": "0", "value": ""}).status_code == 400
    visitor.client.post(url, {"input": "1", "seen": "0", "value": "100"})
    visitor.client.post(url, {"input": "2", "seen": "0", "decision": "cannot_be_said"})
    visitor.post("finish_sample", 1, sample.pk)
    assert problem.patterns.get().expectation_fields == {"type": "close_to", "value": 100, "abs_tol": 5}


def test_texts_are_asked_with_what_all_share(admin: User) -> None:
    project = make_project(slug="chat", task="text", labels=[])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    problem, visitor = make_problem(project), Visitor(project, admin)
    visitor.post("draw_sample", 1, **(SENT | {"type": "contains", "inputs": "hello", "ignore_case": "on"}))
    url = visitor.url("label_sample", 1, problem.samples.get().pk)
    visitor.client.post(url, {"input": "1", "seen": "0", "text": "Hi"})
    visitor.post("finish_sample", 1, problem.samples.get().pk)
    assert problem.patterns.get().expectation_fields == {
        "type": "contains",
        "text": "Hi",
        "ignore_case": True,
    }


def test_digits_are_pressed_by_themselves(admin: User) -> None:
    project = make_project(slug="digits", labels=["0", "1", "2"])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    make_problem(project)
    visitor = Visitor(project, admin)
    sample = drawn(visitor)
    page = visitor.get("label_sample", 1, sample.pk).content.decode()
    assert re.findall(r'name="label"\s+value="(\w+)"[^>]*data-key="(\d)"', page) == [
        ("0", "0"), ("1", "1"), ("2", "2"),
    ]  # fmt: skip


def test_who_may_not_write_changes_nothing(
    problem: Problem, as_triager: Visitor, as_reporter: Visitor
) -> None:
    sample = drawn(as_triager)
    assert as_reporter.post("draw_sample", 1, **SENT, inputs=TEXTS).status_code == 400
    page = as_reporter.get("label_sample", 1, sample.pk).content.decode()
    assert 'name="label"' not in page
    url = as_reporter.url("label_sample", 1, sample.pk)
    assert as_reporter.client.post(url, {"input": "1", "seen": "0", "label": "neutral"}).status_code == 400
    as_reporter.post("finish_sample", 1, sample.pk)
    as_reporter.post("cancel_sample", 1, sample.pk)
    sample.refresh_from_db()
    assert (sample.status, sample.inputs.undecided().count()) == ("open", 3)


def test_a_stranger_and_another_problem_find_no_sample(
    project: Project, problem: Problem, as_triager: Visitor, as_stranger: Visitor
) -> None:
    sample = drawn(as_triager)
    other = make_problem(project)
    for name in ("sample", "label_sample"):
        assert as_stranger.get(name, 1, sample.pk).status_code == 404
        assert as_triager.get(name, other.number, sample.pk).status_code == 404
    for name in ("label_sample", "finish_sample", "cancel_sample"):
        assert as_stranger.post(name, 1, sample.pk, input="1", label="neutral").status_code == 404
        assert as_triager.post(name, other.number, sample.pk).status_code == 404
    assert as_stranger.get("draw_sample", 1).status_code == 404
    assert as_triager.get("label_sample", 1, sample.pk, at="99").status_code == 404


def test_queries_do_not_grow(problem: Problem, as_triager: Visitor) -> None:
    few_texts = "\n".join(TEXTS.split("\n")[:2])
    small = drawn(as_triager, inputs=few_texts, n="2")
    few = [as_triager.queries(name, 1, small.pk) for name in ("sample", "label_sample")]
    as_triager.post("cancel_sample", 1, small.pk)
    few_draw, few_problem = as_triager.queries("draw_sample", 1), as_triager.queries("problem", 1)
    large = drawn(as_triager, n="9")
    many = [as_triager.queries(name, 1, large.pk) for name in ("sample", "label_sample")]
    as_triager.post("cancel_sample", 1, large.pk)
    assert all(now <= then for now, then in zip(many, few, strict=True))
    assert as_triager.queries("draw_sample", 1) <= few_draw
    assert as_triager.queries("problem", 1) <= few_problem
    assert max(*many, few_draw) <= 15
