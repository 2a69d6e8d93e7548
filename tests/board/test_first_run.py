"""From an empty installation to the first verdict: each page leads to the next."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from tests.board.visitors import Visitor, words
from tests.factories import evaluate, make_project
from tracker.board.pages.file_examples import example_of_expectation, example_of_input, example_of_said
from tracker.problems.pattern_lines import PatternReader
from tracker.projects.changes import set_member
from tracker.projects.models import InputKind, Project, Task, User
from tracker.projects.rights import SYSTEM, Role

LINE = '{"input": "so so", "expectation": {"type": "equals", "label": "neutral"}}'


def steps(visitor: Visitor) -> tuple[str, str]:
    """Return how far it is, and where the next step leads."""
    page = visitor.get("board")
    found = re.search(r'<li class="is-next">.*?href="([^"]+)"', page.content.decode(), re.DOTALL)
    done = re.search(r"\d of \d done", words(page))
    return (done.group() if done else "", found.group(1) if found else "")


def test_an_empty_installation_leads_to_a_verdict(client: Client, db: None) -> None:
    ada = User.objects.create_user("ada", password="not-secret")
    client.force_login(ada)
    start = client.get("/")
    assert "make demo" in words(start)
    assert 'href="/new-project/"' in start.content.decode()
    sent = {"name": "Shop", "task": "classification", "input_kind": "text", "labels": "bad\nneutral\ngood"}
    assert client.post("/new-project/", sent)["Location"] == "/projects/shop/"
    project = Project.objects.get(slug="shop")
    here = Visitor(project, ada)

    assert steps(here) == ("0 of 6 done", here.url("register_model"))
    here.post("register_model", kind="recorded", version="v1")
    assert steps(here) == ("1 of 6 done", here.url("models"))
    here.post("activate_model", "v1")
    assert steps(here) == ("2 of 6 done", here.url("file_report"))
    here.post("file_report", input="so so", predicted="bad", expected="neutral")
    assert steps(here) == ("3 of 6 done", here.url("inbox"))
    here.post("new_problem", title="Indifference", report=[project.reports.get().pk])
    assert steps(here) == ("4 of 6 done", here.url("add_patterns", 1))
    here.post("import_patterns", 1, lines=LINE)
    assert steps(here) == ("5 of 6 done", here.url("problem", 1))
    here.post("bring_outputs", "v1", lines='{"input": "so so", "label": "neutral"}')
    evaluate(project)
    assert "First steps" not in words(here.get("board"))


def test_the_api_is_shown_at_its_own_address(project: Project, as_triager: Visitor) -> None:
    text = words(as_triager.get("board"))
    assert "curl -X POST http://testserver/api/v1/projects/reviews/reports/" in text
    assert '"predicted": {"label": "negative"}' in text


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("kind", InputKind)
def test_the_lines_shown_can_be_read(task: Task, kind: InputKind, admin: User) -> None:
    labels = ["cat", "dog"] if task is Task.CLASSIFICATION else []
    project = make_project(task=task, input_kind=kind, labels=labels)
    set_member(SYSTEM, project, admin, Role.ADMIN)
    said = json.loads(f'{{"input": {example_of_input(project)}, {example_of_said(project)}}}')
    pattern = {"input": said["input"], "expectation": json.loads(example_of_expectation(project))}
    PatternReader(project).read(1, pattern)  # refuses what it cannot read
    visitor = Visitor(project, admin)
    visitor.post("register_model", kind="recorded", version="v1")
    visitor.post("bring_outputs", "v1", lines=json.dumps(said))
    assert project.models.get().outputs.get().example.input == said["input"]
