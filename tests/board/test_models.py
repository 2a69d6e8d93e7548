"""Models: the table, one of them, registering, outputs, stages, activation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.board.conftest import TEXTS, Scene
from tests.board.test_undo import press_undo
from tests.board.visitors import Visitor, told, words
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.models import CandidateModel
from tracker.candidates.secrets import opened_adapter
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.activation import activate


def test_the_table_compares_them(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("models"))
    # v2: 0 of 24 fail; Wilson 95 %: upper = z²/(n + z²) = 3.8415/27.8415 = 0.138
    assert "v2 2 Jan 2020 0 % (0 % – 14 %) 0 1 fixed 0 failing 0 inconclusive up to date" in text
    assert (
        "v1 active 1 Jan 2020 100 % (86 % – 100 %) 0.50 0 fixed 1 failing 0 inconclusive up to date" in text
    )
    assert text.index("v2 2 Jan") < text.index("v1 active")


def test_impacts_are_over_the_same_cases_and_say_what_is_left_out(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(make_problem(scene.project, harm="minor"), [equals("nobody answered this")])
    make_model(scene.project, "v3")
    evaluate(scene.project)
    text = words(as_viewer.get("models"))
    assert "100 % (86 % – 100 %) 0.50 (1 left out)" in text
    assert "0 % (0 % – 14 %) 0 (1 left out)" in text
    reason = "Not compared: archived, or scored on fewer than half of the problems that other models are"
    assert text.count(reason) == 1
    assert reason in words(as_viewer.get("model", "v3"))


def test_freshness_says_how_much_is_stale(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("new")])
    other = make_problem(scene.project)
    make_patterns(other, [equals("new")])
    assert words(as_viewer.get("models")).count("2 problems stale") == 2
    evaluate(scene.project)
    assert words(as_viewer.get("models")).count("up to date") == 2


def test_the_number_of_queries_does_not_grow(scene: Scene, as_viewer: Visitor) -> None:
    few, few_of_one = as_viewer.queries("models"), as_viewer.queries("model", "v2")
    for number in range(6):
        make_model(scene.project, f"more-{number}")
        make_patterns(make_problem(scene.project, harm="minor"), [equals(f"more {number}")])
    evaluate(scene.project)
    assert as_viewer.queries("models") <= few
    assert as_viewer.queries("model", "v2") <= few_of_one


def test_a_project_without_models_says_what_they_are(as_triager: Visitor) -> None:
    assert "Register your first model" in words(as_triager.get("models"))


def test_only_who_may_register_is_led_to_it(
    project: Project, as_viewer: Visitor, as_triager: Visitor
) -> None:
    for page in ("models", "compare"):
        assert 'href="/projects/reviews/register-model/"' in as_triager.get(page).content.decode()
        assert "register-model" not in as_viewer.get(page).content.decode()
    assert "A triager or an admin of the project can register models." in words(
        as_viewer.get("register_model")
    )


def test_a_model_shows_its_results_and_its_past(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("model", "v1"))
    assert (
        "#1 Negation read as anger failing 24 of 24 100 % (86 % – 100 %) Fix available Priority 0.50" in text
    )
    assert "tracker activated it" in text
    assert "tracker registered it (recorded outputs)" in text
    assert "Every input has an output" in text


def test_lineage_is_shown_line_by_line_and_secrets_never(project: Project, as_viewer: Visitor) -> None:
    lineage = {"data": {"set": "forms", "rows": 7}, "code": "a1b2", "steps": ["clean", "scale"]}
    adapter = {
        "kind": "http",
        "url": "https://models.example.org/",
        "headers": {"Authorization": "Bearer s3cret"},
    }
    make_model(project, "server", adapter=adapter, lineage=lineage)
    page = as_viewer.get("model", "server")
    assert "Data rows: 7 set: forms Code a1b2 Steps clean scale" in words(page)
    assert "https://models.example.org/" in words(page)
    assert "s3cret" not in page.content.decode()


REGISTERED = {
    "kind": "recorded",
    "version": "v9",
    "trained_at": "2026-01-02T03:04",
    "lineage_data": "forms-7",
}


def test_a_recorded_model_is_registered(project: Project, as_triager: Visitor) -> None:
    answer = as_triager.post("register_model", **REGISTERED)
    assert answer["Location"] == "/projects/reviews/models/v9/"
    # Nothing is asked of it, so nothing is evaluated yet.
    assert (
        told(answer) == "The model is registered. Add its outputs here: it is evaluated on what they answer."
    )
    model = project.models.get()
    assert model.adapter == {"kind": "recorded"}
    assert model.lineage == {"data": "forms-7"}
    assert model.trained_at is not None
    assert model.trained_at.isoformat() == "2026-01-02T03:04:00+00:00"


def test_a_server_is_registered(project: Project, as_triager: Visitor) -> None:
    sent = {"kind": "http", "version": "s", "url": "https://models.example.org/", "headers": "X-Key: a: b\n"}
    as_triager.post("register_model", **sent, volatile="on")
    model = project.models.get()
    assert opened_adapter(model)["headers"] == {"X-Key": "a: b"}
    assert model.adapter["batch_size"] == 32
    assert not model.frozen


def test_a_key_that_goes_into_the_address_is_typed_beside_it_and_never_shown(
    project: Project, as_triager: Visitor
) -> None:
    sent = {
        "kind": "http",
        "version": "s",
        "url": "https://models.example.org/?v=2",
        "query": "api-key: s3cret",
    }
    refused = as_triager.post("register_model", **{**sent, "version": "a/b"})
    assert "s3cret" not in refused.content.decode()
    as_triager.post("register_model", **sent)
    assert opened_adapter(project.models.get())["query"] == {"api-key": "s3cret"}
    page = as_triager.get("model", "s")
    assert 'Parameters of the address {"api-key": "(hidden)"}' in words(page)
    assert "s3cret" not in page.content.decode()


def test_callables_are_offered_only_where_the_operator_names_them(
    project: Project, as_triager: Visitor, settings: Any
) -> None:
    settings.PYTHON_CALLABLES = []
    assert "Python callable" not in words(as_triager.get("register_model"))
    settings.PYTHON_CALLABLES = ["shop.models:predict"]
    as_triager.post("register_model", kind="python", version="p", callable="shop.models:predict")
    assert project.models.get().adapter["callable"] == "shop.models:predict"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"version": "a/b"}, "without / and spaces around it"),
        ({"version": "v1"}, "There is already a model v1; a version never changes."),
        ({"kind": "http", "url": "file:///etc/passwd"}, "url"),
        ({"kind": "http", "url": "https://models.example.org/", "headers": "nonsense"}, "has no colon"),
        ({"kind": "skops"}, "This field is required."),
        ({"trained_at": "yesterday"}, "Enter a valid date/time."),
    ],
)
def test_a_wrong_registration_is_told_and_kept(
    project: Project, as_triager: Visitor, wrong: dict[str, Any], text: str
) -> None:
    make_model(project, "v1")
    answer = as_triager.post("register_model", **REGISTERED | wrong)
    assert answer.status_code == 400
    assert text in words(answer) or 'class="field-error"' in answer.content.decode()
    assert 'value="forms-7"' in answer.content.decode()
    assert project.models.count() == 1


def test_outputs_are_brought(scene: Scene, as_triager: Visitor) -> None:
    make_patterns(scene.problem, [equals("new")])
    assert "1 input without an output" in words(as_triager.get("model", "v2"))
    asked = b"".join(as_triager.get("missing_inputs", "v2").streaming_content)
    assert [json.loads(line) for line in asked.splitlines()] == [{"input": "new"}]
    answer = as_triager.post("bring_outputs", "v2", lines='{"input": "new", "label": "positive"}')
    assert told(answer) == "1 added."
    assert "Every input has an output" in words(as_triager.get("model", "v2"))


def test_bad_outputs_are_named_and_the_good_ones_kept(scene: Scene, as_triager: Visitor) -> None:
    lines = '{"input": "new", "label": "positive"}\n{"input": "newer", "label": "sad"}'
    answer = as_triager.post("bring_outputs", "v2", lines=lines)
    assert answer.status_code == 400
    assert "1 added, 1 refused." in words(answer)
    assert "Line 2" in words(answer)


def test_activation_says_beforehand_what_would_change(scene: Scene, as_admin: Visitor) -> None:
    text = words(as_admin.get("activate_model", "v2"))
    assert "Make v2 the active model?" in text
    assert "Remaining impact now 0.50 Remaining impact after 0" in text
    assert "#1 Negation read as anger Fix available failing Fixed fixed" in text
    scene.problem.refresh_from_db()
    assert scene.problem.status == "fix_available"


def test_an_impact_says_over_which_cases_it_is(scene: Scene, as_admin: Visitor) -> None:
    """v1 fails all 24 cases, v3 answers 20 of them: what it leaves out counts as failed where it may go live."""
    v3 = make_model(scene.project, "v3", trained_at=day(9))
    make_outputs(v3, dict.fromkeys(TEXTS[:20], "positive"))
    evaluate(scene.project)
    # 0.50 for all 24, so 4 of 24 are 0.08
    assert "Remaining impact now 0.50 Remaining impact after 0.08" in words(
        as_admin.get("activate_model", "v3")
    )
    compared = words(as_admin.get("compare", base="v1", head="v3"))
    assert "Remaining impact v1: 0.50 → v3: 0 on the 20 of 24 cases that both are scored on" in compared


def test_where_nothing_is_fixed_the_gate_says_that_nothing_is_protected(
    scene: Scene, as_admin: Visitor
) -> None:
    text = words(as_admin.get("activate_model", "v2"))
    assert (
        "May v2 replace the active model? No problem is fixed yet, so none is protected. Nothing is significantly "
        "worse under it." in text
    )
    assert "Every one of them" not in text


def test_what_activation_foretold_comes_true(scene: Scene, as_admin: Visitor) -> None:
    answer = as_admin.post("activate_model", "v2")
    assert told(answer) == "v2 is now the active model."
    scene.problem.refresh_from_db()
    assert scene.problem.status == "fixed"
    assert "#1 Negation read as anger Fixed fixed Regressed" not in words(
        as_admin.get("activate_model", "v1")
    )


def test_going_back_is_foretold_as_what_it_is(scene: Scene, as_admin: Visitor) -> None:
    as_admin.post("activate_model", "v2")
    # Going back to an older model is no regression: a fix is available in v2.
    text = words(as_admin.get("activate_model", "v1"))
    assert "#1 Negation read as anger Fixed fixed Fix available failing" in text


def test_a_model_that_is_behind_says_so(scene: Scene, as_admin: Visitor) -> None:
    make_model(scene.project, "v3")
    assert "v3 is not evaluated on 1 problem as it stands now" in words(as_admin.get("activate_model", "v3"))


def test_an_activation_is_undone_with_one_click_and_the_undo_too(scene: Scene, as_admin: Visitor) -> None:
    live = as_admin.post("activate_model", "v2")
    back = press_undo(as_admin, live)
    assert told(back) == "v1 is the active model again."
    assert CandidateModel.objects.get(stage="active").version == "v1"
    again = press_undo(as_admin, back)
    assert told(again) == "v2 is the active model again."
    assert "undid the activation of v2: this is the active model again" in words(as_admin.get("model", "v1"))
    assert "admin made v1 the active model again in its place" in words(as_admin.get("model", "v2"))


def test_the_first_activation_is_undone_with_one_click_and_the_undo_too(
    scene: Scene, as_admin: Visitor
) -> None:
    newest = scene.project.activations.newest_first()[0]
    assert as_admin.url("undo_activation", newest.pk) in as_admin.get("model", "v1").content.decode()
    back = as_admin.post("undo_activation", newest.pk)
    assert back["Location"] == as_admin.url("models")
    assert told(back) == "No model is active now, as before."
    again = press_undo(as_admin, back)
    assert told(again) == "v1 is the active model again."
    text = words(as_admin.get("model", "v1"))
    assert "admin undid its activation: no model is active, as before it" in text
    assert "admin took an undo back: this is the active model again" in text


def test_the_timeline_says_of_a_past_that_was_told_later_that_nothing_is_kept(
    scene: Scene, as_admin: Visitor
) -> None:
    scene.project.activations.update(at=day(3))
    activate(SYSTEM, scene.v2, at=day(4))
    assert (
        "told later that it went live on 4 Jan 2020 in place of v1; what that rested on then is not known, so nothing "
        "is kept of it" in words(as_admin.get("model", "v2"))
    )


def test_the_timeline_says_what_an_activation_rested_on_and_undoes_the_newest(
    scene: Scene, as_admin: Visitor, as_viewer: Visitor
) -> None:
    as_admin.post("activate_model", "v2")
    text = words(as_admin.get("model", "v2"))
    assert (
        "admin activated it in place of v1: gate passed; the remaining impact falls by 100 % (0.50 → 0); "
        "1 problem fixed" in text
    )
    assert (
        "The newest test patterns of 1 problem then. The impacts are summed over 1 problem. Gate: pass"
        in text
    )
    assert "Fixed by it #1 Negation read as anger" in text
    newest = scene.project.activations.newest_first()[0]
    button = as_admin.url("undo_activation", newest.pk)
    assert button in as_admin.get("model", "v2").content.decode()
    assert button not in as_viewer.get("model", "v2").content.decode()
    # what came before it has another way back
    assert "/activations/" not in as_admin.get("model", "v1").content.decode()
    answer = as_admin.post("undo_activation", newest.pk)
    assert answer["Location"] == as_admin.url("model", "v1")
    late = as_admin.post("undo_activation", newest.pk)
    assert told(late) == "It is undone already. Nothing was changed."


def test_only_admins_undo_an_activation(scene: Scene, as_triager: Visitor, as_stranger: Visitor) -> None:
    newest = scene.project.activations.newest_first()[0]
    assert as_stranger.post("undo_activation", newest.pk).status_code == 404
    assert told(as_triager.post("undo_activation", newest.pk)) == (
        "This needs the right to administer in this project. Nothing was changed."
    )


def test_a_triager_cannot_activate(scene: Scene, as_triager: Visitor) -> None:
    assert "An admin of the project can activate it." in words(as_triager.get("activate_model", "v2"))
    answer = as_triager.post("activate_model", "v2")
    assert told(answer) == "This needs the right to administer in this project. Nothing was changed."
    assert CandidateModel.objects.get(stage="active").version == "v1"


def test_a_model_is_archived_and_restored(scene: Scene, as_triager: Visitor) -> None:
    as_triager.post("change_stage", "v2", stage="archived")
    assert CandidateModel.objects.get(version="v2").stage == "archived"
    assert "no longer asked" in words(as_triager.get("models"))
    assert "Restore" in words(as_triager.get("model", "v2"))
    as_triager.post("change_stage", "v2", stage="candidate")
    assert CandidateModel.objects.get(version="v2").stage == "candidate"


def test_a_stage_that_is_none_is_refused(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("change_stage", "v2", stage="gold")
    assert told(answer) == "Choose one of: candidate, shadow, archived. Nothing was changed."


def test_the_active_model_is_not_offered_to_replace_itself(scene: Scene, as_admin: Visitor) -> None:
    for answer in (as_admin.get("activate_model", "v1"), as_admin.post("activate_model", "v1")):
        assert answer.status_code == 302
        assert told(answer) == "v1 is the active model already."
