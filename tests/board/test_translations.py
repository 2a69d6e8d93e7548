"""Every text of every page goes through gettext: nothing but data is left when the translated is taken out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import pytest
from django.template.base import Lexer, TokenType
from django.template.loader import render_to_string
from django.test import Client

from evaluation.drift import Stability
from evaluation.expectations.registry import EXPECTATIONS
from evaluation.types import OUTPUT_FIELDS
from tests.board.conftest import Scene
from tests.board.pseudo_language import marked, spoken, untranslated
from tests.board.test_access import addresses, arguments
from tests.board.test_fragments import NAMES, TEMPLATES
from tests.board.visitors import Visitor
from tests.factories import day, evaluate, make_model, make_outputs, make_patterns, make_problem, make_project
from tracker.board.forms.register import REGISTER_FORMS
from tracker.board.urls import urlpatterns
from tracker.candidates.model_changes import activate_model, update_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Pattern, Problem
from tracker.problems.problem_changes import update_problem
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.changes import set_member
from tracker.projects.events import log
from tracker.projects.models import Project, Token, User
from tracker.projects.rights import SYSTEM, Role
from tracker.runs.models import Run
from tracker.runs.requests import request_runs
from tracker.runs.stability_models import RepeatedAnswer, StabilityCheck
from tracker.triage.activation import activate, activate_as_policy, undo_activation, undoable
from tracker.triage.comments import add_comment
from tracker.triage.gate import gate
from tracker.triage.intake import file_report
from tracker.triage.moves import MOVES, move_problem
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import dismiss_report, link_report

YES, NO = "ναι", "όχι"
TEXTS = [f"καθόλου κακό {number}" for number in range(24)]


@pytest.fixture
def greek(db: None) -> Scene:
    """What is in the usual scene, told in Greek letters and in digits."""
    scale = {"μικρή": 1, "μεγάλη": 5}
    project = make_project(slug="7", name="Κριτικές", labels=[YES, NO], active_users=1000, harm_scale=scale)
    v1 = make_model(project, "1.0", trained_at=day(1))
    v2 = make_model(project, "2.0", trained_at=day(2))
    activate_model(SYSTEM, v1)
    problem = make_problem(project, title="Άρνηση", slug="1", harm="μεγάλη", labels=["γλώσσα"])
    make_patterns(problem, [_line(text) for text in TEXTS])
    make_outputs(v1, dict.fromkeys(TEXTS, NO))
    make_outputs(v2, dict.fromkeys(TEXTS, YES))
    linked = link_report(SYSTEM, _report(project, TEXTS[0]), problem)
    new = _report(project, "καλή αρχή")
    move_problem(SYSTEM, problem, "confirmed")
    evaluate(project)
    _history(project, problem, v2)
    for row in (problem, v1, v2):
        row.refresh_from_db()
    return Scene(project, problem, v1, v2, linked, new)


def _history(project: Project, problem: Problem, model: CandidateModel) -> None:
    """Fill the timelines with what else can happen."""
    update_problem(
        SYSTEM, problem, {"harm": "μικρή", "users_affected_percent": 5, "users_affected_reason": "τηλέφωνο"}
    )
    add_comment(SYSTEM, problem, "γεια")
    other = make_problem(project, title="Ειρωνεία", slug="2", labels=[])
    move_problem(SYSTEM, other, "duplicate", duplicate_of=problem)
    third = make_problem(project, title="Τρίτο", slug="3")
    move_problem(SYSTEM, third, "rejected", reason="διφορούμενο")
    first, second = Pattern.objects.filter(problem=problem)[:2]
    relabel_pattern(SYSTEM, first, {"type": "one_of", "labels": [YES, NO]})
    retire_pattern(SYSTEM, second)
    make_patterns(
        problem, [{"input": f"ίδιο {number}", "expectation": each} for number, each in enumerate(EXPECTED)]
    )
    make_patterns(problem, [{"input": "ίδιο", "base": "βάση", "expectation": each} for each in COMPARED[:1]])
    make_patterns(problem, [{"input": "άλλο", "base": "βάση", "expectation": each} for each in COMPARED[1:]])
    update_model(SYSTEM, model, {"stage": "shadow", "lineage": {"code": "3", "νέο": [1]}})
    server = {"kind": "http", "url": "https://192.0.2.7/", "headers": {"Κ": "1"}}
    make_model(project, "3.0", adapter={**server, "headers": {}}, frozen=False)


EXPECTED: list[dict[str, Any]] = [
    {"type": "not_equals", "label": NO},
    {"type": "score", "label": YES, "min": 0.5},
    {"type": "score", "label": YES, "max": 0.5},
    {"type": "score", "label": YES, "min": 0.1, "max": 0.5},
    {"type": "close_to", "value": 3, "abs_tol": 1, "rel_tol": 0.1},
    {"type": "contains", "text": "καλό", "ignore_case": True},
    {"type": "not_contains", "text": "κακό"},
    {"type": "matches", "pattern": "^καλ"},
    {"type": "json_schema", "schema": {}},
]
COMPARED: list[dict[str, Any]] = [
    {"type": "invariant", "tolerance": 0.1},
    {"type": "directional", "label": YES, "direction": "increase", "tolerance": 0.1},
]


def _checks(model: CandidateModel) -> Run:
    """Add what a run can tell of whether a model's answers stay; return a run with an answer that changed."""
    counts = {"n_asked": 9, "n_nearer_former": 0, "n_kept": 1, "n_sampled": 9, "n_differing": 1, "seed": 1}
    runs = [Run.objects.create(project=model.project, model=model, status="finished") for _each in Stability]
    checks = [
        StabilityCheck.objects.create(
            project=model.project, model=model, run=run,
            stability=stability, n_changed=1, n_nearer_new=1, p_value=0.004, **counts,
        )
        for run, stability in zip(runs, Stability, strict=True)
    ]  # fmt: skip
    example = model.outputs.all()[0].example
    RepeatedAnswer.objects.create(
        project=model.project,
        stability_check=checks[-1],
        example=example,
        label=NO,
        differs=True,
        nearer="new",
    )
    counts |= {"asked": 9, "changed": 1, "nearer_new": 1, "sampled": 9, "differing": 1, "missing": 2}
    for kind in ("answers_changed", "answers_flaky", "answers_unsettled", "answers_unknown"):
        for frozen in (True, False):
            told = counts | {"frozen": frozen, "p_value": 0.2, "run": runs[-1].pk}
            log(SYSTEM, model.project, kind, about="model", subject_id=model.pk, evidence=told)
    return runs[-1]


def _line(text: str) -> dict[str, Any]:
    return {"input": text, "expectation": {"type": "equals", "label": YES}}


def _report(project: Project, text: str) -> Any:
    body = ReportBody(input=text, predicted=NO, expected=YES, reporter="άννα", comment="σχόλιο")
    return file_report(SYSTEM, project, body)[0]


@pytest.fixture
def as_greek(greek: Scene) -> Visitor:
    user = User.objects.create_user(username="ελένη", password="not-secret")
    set_member(SYSTEM, greek.project, user, Role.ADMIN)
    return Visitor(greek.project, user)


def left(answer: Any, names: Collection[str] = ()) -> list[str]:
    assert answer.headers["Content-Type"].startswith("text/html"), answer.headers["Content-Type"]
    return untranslated(answer.content.decode(), names)


def test_the_marks_spare_parameters() -> None:
    assert marked("%(n)s of %(total)s fail") == "%(n)s⟦ of ⟧%(total)s⟦ fail⟧"
    assert untranslated("<p title='x'>⟦a⟧ b</p><code>c</code><p translate=no>d</p>") == [
        "<p title> x",
        "<p> ⟦a⟧ b",
    ]


def bare(template: str) -> str:
    """Return a template without its tags, its comments and what stands in blocktranslate."""
    kept: list[str] = []
    until = ""
    for token in Lexer(template).tokenize():
        if until:
            until = "" if token.token_type == TokenType.BLOCK and token.contents == until else until
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type == TokenType.BLOCK:
            name = token.split_contents()[0]
            if name in {"comment", "blocktranslate", "verbatim"}:
                until = f"end{name}"
            elif name == "block" and token.contents.endswith("_class"):  # names for the style sheet
                until = "endblock"
    return "".join(kept)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_no_words_of_its_own(name: str) -> None:
    assert untranslated(bare((TEMPLATES / name).read_text())) == []


def test_a_chart_brings_every_word_that_its_script_has() -> None:
    script = (TEMPLATES.parent / "frontend/src/charts/words.js").read_text()
    listed = script[script.index("WORDS = {") : script.index("};")]
    names = re.findall(r"^  (\w+):", listed, flags=re.MULTILINE)
    assert len(names) > 10
    template = (TEMPLATES / "_fragments/_regression_chart.html").read_text()
    brought = re.findall(r"data-text-([\w-]+)=", template)
    # as a browser reads them: data-text-all-cases is dataset.textAllCases
    assert {re.sub(r"-(\w)", lambda found: found[1].upper(), name) for name in brought} == set(names)


def test_every_page_is_translated(greek: Scene, as_greek: Visitor) -> None:
    told = arguments(greek) | {"project": greek.project.slug}
    Token.objects.update(name="κατάστημα")
    found: dict[str, list[str]] = {}
    with spoken():
        for name, route in addresses(urlpatterns).items():
            answer = as_greek.client.get("/" + route.format(**told))
            assert answer.status_code in {200, 405}, name
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                found[name] = left(answer)
    assert len(found) > 20
    assert_none(found)


def assert_none(found: Mapping[str, list[str]]) -> None:
    lines = [f"{place}: {text}" for place, texts in found.items() for text in texts]
    assert not lines, "\n".join(lines)


def test_pages_in_other_states_are_translated(greek: Scene, as_greek: Visitor) -> None:
    dismiss_report(SYSTEM, _report(greek.project, "άκυρο"), "διπλό")
    request_runs(SYSTEM, greek.project)
    run = _checks(greek.v2)
    with spoken():
        asked: list[tuple[Any, ...]] = [
            ("model", "1.0"), ("model", "2.0"), ("model", "3.0"), ("changed_answers", run.pk),
            ("problem", 2), ("problem", 3), ("work",),
            *(("problem_freshness", number) for number in (1, 2, 3)),
        ]  # fmt: skip
        found = {" ".join(map(str, args)): left(as_greek.get(*args)) for args in asked}
        asked_for: list[tuple[str, dict[str, Any]]] = [
            *(("register_model", {"kind": kind}) for kind in REGISTER_FORMS),
            ("board", {"view": "table"}), ("board", {"text": "τίποτα"}), ("board", {"status": "rejected"}),
            ("compare", {"base": "3.0", "head": "1.0"}), ("compare", {"base": "1.0", "head": "1.0"}),
            ("compare", {"base": "1.0", "head": "3.0", "base_at": "2020-01-01"}),
            ("compare", {"head": "9.9", "base_at": "7"}), ("compare", {"show": "newly_failing"}),
            ("inbox", {"status": "dismissed"}), ("new_problem", {"report": greek.report.pk}),
        ]  # fmt: skip
        found |= {f"{page} {query}": left(as_greek.get(page, **query)) for page, query in asked_for}
        for to in MOVES:
            found[f"to {to}"] = left(as_greek.get("move_problem", 1, to=to))
            found[f"to {to} in a dialog"] = left(
                as_greek.get("move_problem", 1, to=to, htmx={"HX-Target": "dialog"})
            )
        for kind in EXPECTATIONS:
            found[kind] = left(as_greek.get("add_patterns", 1, type=kind))
    assert_none(found)


def test_what_an_activation_rested_on_is_translated(greek: Scene, as_greek: Visitor) -> None:
    activate(SYSTEM, greek.v2)
    newest = undoable(greek.project)
    assert newest is not None
    undo_activation(SYSTEM, newest)
    activate_as_policy(greek.project.pk, lambda project: gate(project, greek.v2))
    greek.project.activation_policy = {"mode": "automatic", "min_cut": 0.2}
    greek.project.save()
    with spoken():
        asked: list[tuple[Any, ...]] = [
            ("model", greek.v1.version), ("model", greek.v2.version), ("activate_model", greek.v1.version),
            ("models",), ("settings",),
        ]  # fmt: skip
        found = {" ".join(map(str, args)): left(as_greek.get(*args)) for args in asked}
    assert_none(found)


@pytest.mark.parametrize("role", list(Role))
def test_what_an_empty_project_teaches_is_translated(db: None, role: Role) -> None:
    project = make_project(slug="8", name="Κενό", labels=[], harm_scale={"μικρή": 1})
    user = User.objects.create_user(username="ελένη", password="not-secret")
    set_member(SYSTEM, project, user, role)
    visitor = Visitor(project, user)
    pages = ["board", "inbox", "models", "runs", "settings", "new_problem", "file_report", "register_model"]
    with spoken():
        assert_none({page: left(visitor.get(page)) for page in pages})


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_what_went_wrong_is_translated(page: str) -> None:
    with spoken():
        assert untranslated(render_to_string(page)) == []


def test_signing_in_and_out_is_translated(greek: Scene, as_greek: Visitor, client: Client) -> None:
    with spoken():
        found = {
            "in": left(client.get("/accounts/login/")),
            "out": left(as_greek.client.get("/accounts/logout/")),
        }
        wrong = {"login": "ελένη", "password": "λάθος"}
        found["wrong"] = left(client.post("/accounts/login/", wrong))
        for page in ("password/change", "2fa"):
            found[page] = left(as_greek.client.get(f"/accounts/{page}/", follow=True))
    assert_none(found)


def joined(*lines: str) -> str:
    return "\n".join(lines)


# What a line of a file is written in, and what is told back of it. (What RE2 says of a pattern, and jsonschema of a
# schema, is told in their own words, in English.)
FILE_WORDS = {
    *EXPECTATIONS, *OUTPUT_FIELDS, "abs_tol", "array", "base", "case", "expectation",
    "input", "int", "null", "object", "output", "pattern",
    "problem", "rel_tol", "schema", "source", "str", "type",
}  # fmt: skip
REFUSED: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("new_problem", [], {"title": ""}),
    ("new_problem", [], {"title": "ν" * 300, "labels": "λ" * 60}),
    ("edit_problem", [1], {"title": "", "rule": "bound", "max_error": "7", "confidence": "0", "min_cases": "0"}),
    ("edit_problem", [1], {
        "title": "Τ", "rule": "bound", "max_error": "7", "confidence": "0", "min_cases": "5", "own_criterion": "on",
        "users_affected_percent": "101",
    }),
    ("move_problem", [1], {"to": "rejected"}),
    ("move_problem", [1], {"to": "duplicate", "duplicate_of": "άγνωστο"}),
    ("move_problem", [3], {"to": "in_progress"}),
    ("comment", [1], {"text": ""}),
    ("comment", [1], {"text": "γεια"}),
    ("evaluate_problem", [1], {}),
    ("add_patterns", [1], {"type": "equals", "input": "", "label": ""}),
    ("add_patterns", [1], {"type": "score", "input": "ένα", "label": YES}),
    ("add_patterns", [1], {"type": "score", "input": "ένα", "label": YES, "min": "3", "max": "1"}),
    ("import_patterns", [1], {"lines": ""}),
    ("import_patterns", [1], {"lines": joined(
        "{", "[]", '{"input": "ν"}', '{"input": "ν", "expectation": {"type": "τύπος"}}',
        '{"input": "ν", "expectation": {"type": "equals", "label": "άλλο"}}',
        '{"input": "ν", "expectation": {"type": "equals"}}',
        '{"input": "ν", "expectation": {"type": "equals", "label": "ναι", "νέο": 1}, "case": 1, "source": "ψ"}',
        '{"input": "ν", "expectation": {"type": "close_to", "value": "τρία"}}',
        '{"input": "ν", "expectation": {"type": "invariant"}}',
        '{"input": "ν\\u0000", "expectation": {"type": "equals", "label": "ναι"}}',
        '{"input": "ν", "problem": "99", "expectation": {"type": "equals", "label": "ναι"}}',
    )}),
    ("link_reports", [], {}),
    ("dismiss_reports", [], {}),
    ("link_reports", [], {"report": "1"}),
    ("link_reports", [], {"report": "2", "problem": "1"}),
    ("link_reports", [], {"report": "2", "problem": "99"}),
    ("dismiss_reports", [], {"report": "1"}),
    ("dismiss_reports", [], {"report": "2", "reason": "διπλό"}),
    ("reopen_reports", [], {}),
    ("reopen_reports", [], {"report": "1"}),
    ("file_report", [], {"input": "", "predicted": ""}),
    ("register_model", [], {"kind": "recorded", "version": "1.0"}),
    ("register_model", [], {"kind": "http", "version": "ψ 1", "url": "ftp", "headers": "χωρίς", "batch_size": "0"}),
    ("register_model", [], {"kind": "http", "version": "9", "url": "ftp://192.0.2.7/", "headers": "Κ: 1"}),
    ("register_model", [], {"kind": "skops", "version": "9", "input": "text"}),
    ("register_model", [], {"kind": "http", "try": "1", "url": "ftp", "headers": "χωρίς", "example": ""}),
    ("register_model", [], {"kind": "http", "try": "1", "url": "http://192.0.2.7/", "headers": "Κ: 1", "example": "ν"}),
    ("register_model", [], {"kind": "http", "try": "1", "url": "http://192.0.2.7/", "example": "ν"}),
    ("try_model", ["3.0"], {"example": ""}),
    ("try_model", ["3.0"], {"example": "ν"}),
    ("change_keys", ["3.0"], {"key_0": "χ"}),
    ("activate_model", ["1.0"], {}),
    ("change_stage", ["2.0"], {"stage": "ψ"}),
    ("set_schedule", ["2.0"], {"hours": "6"}),
    ("set_schedule", ["3.0"], {"hours": "0"}),
    ("set_schedule", ["3.0"], {"hours": "6"}),
    ("set_schedule", ["3.0"], {"hours": ""}),
    ("bring_outputs", ["2.0"], {"lines": ""}),
    ("bring_outputs", ["2.0"], {"lines": joined(
        "{", '{"input": "ν"}', '{"label": "ναι"}', '{"input": "ν", "label": "άλλο"}', '{"input": "ν", "label": 7}',
        '{"input": "ν", "scores": {"ναι": "ένα"}}', '{"input": "ν", "value": "ένα"}', '{"input": "ν", "νέο": "ένα"}',
    )}),
    ("settings", [], {
        "name": "", "window_days": "0", "harm_scale": "βάρος", "rule": "bound", "max_error": "7",
        "confidence": "0", "min_cases": "5",
    }),
    ("settings", [], {
        "name": "Ν", "window_days": "9999999", "harm_scale": "βάρος -1", "rule": "bound", "max_error": "7",
        "confidence": "0", "min_cases": "5", "labels": "α\nα",
    }),
    ("add_member", [], {"user": "κανείς", "role": "viewer"}),
    ("add_token", [], {"name": "", "scopes": []}),
    ("add_token", [], {"name": "ένα", "scopes": ["read"]}),
    ("remove_member", ["ελένη"], {}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "args", "posted"), REFUSED)
def test_what_comes_of_a_form_is_translated(
    greek: Scene, as_greek: Visitor, page: str, args: list[Any], posted: dict[str, Any]
) -> None:
    with spoken():
        answer = as_greek.client.post(as_greek.url(page, *args), posted, follow=True)
        assert answer.status_code in {200, 400}
        names = FILE_WORDS if page in {"import_patterns", "bring_outputs"} else ()
        assert left(answer, names) == []
