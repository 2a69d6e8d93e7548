"""Who reaches which page: every address of a project, for each role and for strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor
from tests.factories import make_model, make_problem, make_project
from tracker.board.urls import of_project
from tracker.problems.models import Pattern, Problem
from tracker.problems.sample_models import Sample, SampledInput, SampleOrigin
from tracker.problems.sampling import draw_sample
from tracker.projects.changes import create_token
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import User
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run

PAGES = [
    "board", "new_problem", "problem", "edit_problem", "move_problem", "assign_problem", "set_harm", "set_reach",
    "problem_freshness", "problem_reports", "revisions", "overlays", "matrix", "cell",
    "add_patterns", "relabel_pattern", "retire_pattern", "retired_patterns", "draw_sample", "sample", "label_sample",
    "file_report", "inbox", "link_reports", "dismiss_reports", "models", "register_model", "model",
    "activate_model", "compare", "runs", "work", "run", "run_progress", "changed_answers", "settings", "revoke_token",
]  # fmt: skip
FILES = [
    "example", "picture", "small_picture", "board_csv", "history_csv", "matrix_csv", "missing_inputs",
    "export_project", "compare_problems_csv", "compare_flips_csv", "compare_change_csv",
]  # fmt: skip
ACTIONS = [
    "delete_problem", "comment", "evaluate_problem", "pattern_of_report", "import_patterns", "add_same",
    "restore_pattern", "undo_addition", "restore_revision", "finish_sample", "cancel_sample", "reopen_reports",
    "change_stage", "undo_activation", "set_schedule", "bring_outputs", "try_model", "change_keys",
    "request_evaluation", "cancel_run", "retry_run", "add_member", "remove_member", "add_token",
]  # fmt: skip


def arguments(scene: Scene) -> dict[str, Any]:
    """Return what stands for each variable part of an address."""
    pattern = Pattern.objects.filter(problem=scene.problem).first()
    run = Run.objects.filter(project=scene.project).first()
    assert pattern is not None
    assert run is not None
    token, _secret = create_token(SYSTEM, scene.project, name="shop", scopes=["report"])
    image = canonical_input([[0, 1]])
    store_examples(scene.project, [image])
    return {
        "number": scene.problem.number,
        "report": scene.report.pk,
        "pattern": pattern.pk,
        "case": pattern.case_id,
        "revision": 1,
        "sample": make_sample(scene.problem).pk,
        "version": scene.v2.version,
        "run_id": run.pk,
        "user": "nobody-here",
        "token": token.pk,
        "digest": image.digest,
        "activation": scene.project.activations.get().pk,
    }


def make_sample(problem: Problem) -> Sample:
    """Return the open sample of a problem; the first time it is drawn."""
    drawn = problem.samples.first()
    return drawn or draw_sample(
        SYSTEM, problem, [canonical_input(f"7 {number}") for number in range(3)],
        origin=SampleOrigin.PASTED, n=2, seed=7, shared={"type": "equals"},
    )  # fmt: skip


def addresses(patterns: Iterable[Any], before: str = "") -> dict[str, str]:
    """Return every address by name, with its variable parts in braces."""
    found: dict[str, str] = {}
    for each in patterns:
        route = before + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern))
        found |= addresses(each.url_patterns, route) if hasattr(each, "url_patterns") else {each.name: route}
    return found


def urls(scene: Scene, names: Iterable[str]) -> dict[str, str]:
    known = addresses(of_project)
    told = arguments(scene)
    return {name: f"/projects/{scene.project.slug}/{known[name].format(**told)}" for name in names}


def test_every_address_is_tested_here() -> None:
    assert sorted(addresses(of_project)) == sorted(PAGES + FILES + ACTIONS)


def test_a_member_who_only_reads_sees_every_page(scene: Scene, as_viewer: Visitor) -> None:
    for name, url in urls(scene, PAGES + FILES).items():
        assert as_viewer.client.get(url).status_code == 200, name


def test_a_stranger_finds_nothing(scene: Scene, as_stranger: Visitor) -> None:
    for name, url in urls(scene, PAGES + FILES + ACTIONS).items():
        assert as_stranger.client.post(url).status_code in {404, 405}, name
        assert as_stranger.client.get(url).status_code in {404, 405}, name
    assert as_stranger.get("board").status_code == 404
    assert as_stranger.post("comment", scene.problem.number, text="hello").status_code == 404
    assert not scene.problem.comments.exists()


def test_who_is_signed_out_goes_to_sign_in_and_comes_back(scene: Scene, as_nobody: Visitor) -> None:
    for name, url in urls(scene, PAGES + FILES).items():
        answer = as_nobody.client.get(url)
        assert answer.status_code == 302, name
        assert answer["Location"] == f"/accounts/login/?next={url}", name


def test_a_fragment_says_that_one_is_signed_out(scene: Scene, as_nobody: Visitor) -> None:
    assert as_nobody.get("work", htmx={}).status_code == 401


def test_what_is_sent_signed_out_changes_nothing(scene: Scene, as_nobody: Visitor) -> None:
    answer = as_nobody.post("comment", scene.problem.number, text="hello")
    assert answer["Location"] == "/accounts/login/?next=/"
    assert not scene.problem.comments.exists()


def test_an_action_has_no_page(scene: Scene, as_admin: Visitor) -> None:
    for name, url in urls(scene, ACTIONS).items():
        assert as_admin.client.get(url).status_code == 405, name


def test_a_reader_can_do_nothing(scene: Scene, as_viewer: Visitor) -> None:
    known = urls(scene, ACTIONS + PAGES + FILES)
    before = state(scene)
    for name, url in known.items():
        answer = as_viewer.client.post(url, SENT.get(name, {}))
        assert answer.status_code in {302, 400, 404, 405}, name
    assert state(scene) == before


SENT: dict[str, dict[str, Any]] = {
    "new_problem": {"title": "Mine"},
    "edit_problem": {"title": "Mine", "rule": "bound", "max_error": "0.1", "confidence": "0.9", "min_cases": "5"},
    "move_problem": {"to": "in_progress"},
    "comment": {"text": "hello"},
    "add_patterns": {"type": "equals", "input": "so so", "label": "neutral"},
    "import_patterns": {"lines": '{"input": "so so", "expectation": {"type": "equals", "label": "neutral"}}'},
    "add_same": {"type": "equals", "label": "neutral", "texts": "so so"},
    "draw_sample": {"origin": "list", "inputs": "so so", "n": "1", "seed": "1", "type": "equals"},
    "label_sample": {"input": "1", "seen": "0", "label": "neutral"},
    "relabel_pattern": {"type": "equals", "label": "neutral"},
    "file_report": {"input": "so so", "predicted": "neutral"},
    "register_model": {"kind": "recorded", "version": "v9"},
    "change_stage": {"stage": "archived"},
    "bring_outputs": {"lines": '{"input": "new", "label": "neutral"}'},
    "settings": {
        "name": "Mine", "window_days": "28", "harm_name": ["major"], "harm_weight": ["5"], "rule": "bound",
        "max_error": "0.1", "confidence": "0.9", "min_cases": "5", "activation_mode": "automatic",
        "min_cut_percent": "5",
    },
    "add_member": {"user": "viewer", "role": "admin"},
    "add_token": {"name": "mine", "scopes": ["admin"]},
}  # fmt: skip


def state(scene: Scene) -> list[Any]:
    """Return all that the actions above would change."""
    project = type(scene.project).objects.get(pk=scene.project.pk)
    return [
        project.name,
        sorted(project.memberships.values_list("user__username", "role")),
        sorted(project.tokens.values_list("name", "revoked_at")),
        sorted(project.models.values_list("version", "stage")),
        sorted(project.problems.values_list("title", "status", "revision")),
        sorted(project.reports.values_list("pk", "status")),
        sorted(project.runs.values_list("pk", "status")),
        sorted(SampledInput.objects.filter(project=project).values_list("pk", "decision", "sample__status")),
        project.events.count(),
        project.examples.count(),
    ]


def test_what_is_in_another_project_is_not_found_in_this_one(
    scene: Scene, as_admin: Visitor, admin: User
) -> None:
    other = make_project(slug="other")
    problem, model = make_problem(other, title="Theirs"), make_model(other, "theirs")
    problem_number = max(problem.number, 99)
    type(problem).objects.filter(pk=problem.pk).update(number=problem_number)
    assert as_admin.get("problem", problem_number).status_code == 404
    assert as_admin.get("model", model.version).status_code == 404
    run = Run.objects.create(project=other, model=model)
    assert as_admin.get("run", run.pk).status_code == 404
    assert as_admin.get("changed_answers", run.pk).status_code == 404
    token, _secret = create_token(SYSTEM, other, name="theirs", scopes=["read"])
    assert as_admin.post("revoke_token", token.pk).status_code == 404


@pytest.mark.parametrize("role", ["as_admin", "as_triager", "as_reporter", "as_viewer"])
def test_every_form_that_changes_something_carries_its_token(
    scene: Scene, role: str, request: pytest.FixtureRequest
) -> None:
    visitor: Visitor = request.getfixturevalue(role)
    for name, url in urls(scene, PAGES).items():
        page = visitor.client.get(url).content.decode()
        assert page.count('method="post"') == page.count("csrfmiddlewaretoken"), name
        assert "style=" not in page, name
        assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", page), name


def test_a_reader_is_shown_no_button_that_would_be_refused(scene: Scene, as_viewer: Visitor) -> None:
    for name in ("board", "inbox", "models", "runs"):
        page = as_viewer.get(name).content.decode()
        # signing out is the one form
        assert page.count('method="post"') == 1, name
    page = as_viewer.get("problem", scene.problem.number).content.decode()
    assert page.count('method="post"') == 1
