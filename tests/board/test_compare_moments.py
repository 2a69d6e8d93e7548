"""The page that compares, where it looks back: what changed between two moments, and how these are asked for."""

from __future__ import annotations

import html
import re
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.board.comparing import answering, rows
from tests.board.conftest import N_CASES, TEXTS, Scene
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.models import Activation, Output
from tracker.projects.models import Event, Example, Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem


def test_what_changed_looks_back(scene: Scene, as_viewer: Visitor) -> None:
    project = scene.project
    long_ago = timezone.now() - timedelta(days=40)
    Event.objects.filter(project=project, kind="patterns_added").update(at=long_ago)
    # 24 cases then, v1 scores 0 %; 24 more now that both pass: v1 scores 50 %, v2 100 %
    texts = [f"what a joy {number}" for number in range(N_CASES)]
    make_patterns(make_problem(project, title="Joy"), [equals(text) for text in texts])
    for model in (scene.v1, scene.v2):
        make_outputs(model, dict.fromkeys(texts, "positive"))
    evaluate(project)
    month_ago = f"{timezone.now() - timedelta(days=30):%Y-%m-%d}"
    page = as_viewer.get("compare", base="v1", head="v2", base_at=month_ago)
    text = words(page)
    # corners: v1 then 0, v1 now 0.5, v2 then 1, v2 now 1. Patterns: (0.5 + 0) / 2, model: (1 + 0.5) / 2
    assert (
        "The score rose from 0 % to 100 %: test patterns +25.0 points, expectations 0 points, model +75.0 points."
        in text
    )
    assert "Test patterns 24 came in (added or the problem opened), 0 left +25.0 points" in text
    assert "only “What changed” and what is said of outputs beside the lineage look back" in text
    found = rows(as_viewer.get("compare_change_csv", base="v1", head="v2", base_at=month_ago))
    assert [(row["step"], float(row["low"]), float(row["high"])) for row in found] == [
        ("then", 0, 0), ("patterns", 0.25, 0.25), ("expectations", 0, 0), ("model", 0.75, 0.75), ("now", 1, 1),
    ]  # fmt: skip
    # the same model at two moments: only the test set can have changed
    same = words(as_viewer.get("compare", base="v1", head="v1", base_at=month_ago))
    assert "The score rose from 0 % to 50 %: test patterns +50.0 points" in same
    assert "v1 at two moments" in same
    assert "Swap the two to see the gate" not in same


def test_what_is_not_known_is_given_as_bounds(scene: Scene, as_viewer: Visitor) -> None:
    Event.objects.filter(project=scene.project, kind="patterns_added").update(
        at=timezone.now() - timedelta(days=40)
    )
    make_patterns(scene.problem, [equals(f"nobody was asked {number}") for number in range(N_CASES)])
    evaluate(scene.project)
    month_ago = f"{timezone.now() - timedelta(days=30):%Y-%m-%d}"
    text = words(as_viewer.get("compare", base="v2", head="v2", base_at=month_ago))
    # 24 of 48 outputs are unknown: the score is anything from 50 % to 100 %
    assert "The score went from 100 % to 50 % – 100 %" in text
    assert "24 test patterns cannot be scored" in text


def test_what_left_with_its_problem_was_not_retired(scene: Scene, as_viewer: Visitor) -> None:
    texts = ("one joy", "two joys")
    joy = make_problem(scene.project, title="Joy")
    make_patterns(joy, [equals(text) for text in texts])
    for model in (scene.v1, scene.v2):
        make_outputs(model, dict.fromkeys(texts, "positive"))
    then = timezone.now().isoformat()
    move_problem(SYSTEM, joy, "rejected", reason="out of scope")
    evaluate(scene.project)
    text = words(as_viewer.get("compare", base="v1", head="v2", base_at=then))
    assert "Test patterns 0 came in, 2 left (retired or the problem closed) " in text


def test_an_output_without_scores_is_known_and_cannot_be_scored(project: Project, as_viewer: Visitor) -> None:
    score = {"type": "score", "label": "positive", "min": 0.5}
    make_patterns(make_problem(project), [{"input": "a", "case": "a", "expectation": score}])
    for version in ("v1", "v2"):
        answering(project, version, {"a": "positive"})
    evaluate(project)
    text = words(as_viewer.get("compare", base="v1", head="v2", base_at=timezone.now().isoformat()))
    assert (
        "1 test pattern cannot be scored: its output is not known or lacks what the expectation reads. The numbers it "
        "touches are given as bounds." in text
    )


def test_before_there_was_a_test_set_there_is_no_score(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("compare", base="v1", head="v2", base_at="2019-01-01"))
    assert "One of the two moments has no score" in text


@pytest.mark.parametrize("lineage", [{"code": "a1b2"}, {}], ids=["told", "not told"])
def test_one_model_that_answers_otherwise_than_before(
    scene: Scene, as_viewer: Visitor, lineage: dict[str, str]
) -> None:
    api = make_model(scene.project, "api", frozen=False, lineage=lineage)
    now = timezone.now()
    example = Example.objects.get(content=f'"{TEXTS[0]}"')
    for label, days, current in (("negative", 9, False), ("positive", 1, True)):
        Output.objects.create(
            project=scene.project, model=api, example=example, label=label, is_current=current,
            created_at=now - timedelta(days=days),
        )  # fmt: skip
    Event.objects.filter(kind="patterns_added").update(at=now - timedelta(days=20))
    then = str((now - timedelta(days=5)).date())
    text = words(as_viewer.get("compare", base="api", head="api", base_at=then))
    assert "One model, different output then and now" in text
    assert "give the same output" not in text


def test_a_moment_that_is_not_there_yet_is_told(scene: Scene, as_viewer: Visitor) -> None:
    today = timezone.now().astimezone(UTC)
    for field in ("base_at", "head_at"):
        for moment in (
            f"{today + timedelta(days=2):%Y-%m-%d}",
            f"{today + timedelta(hours=1):%Y-%m-%dT%H:%MZ}",
        ):
            text = words(as_viewer.get("compare", base="v1", head="v2", **{field: moment}))
            assert f"“{moment}” lies in the future, so the comparison is of now." in text
            assert "v2 is better" in text
    # A day that is not over yet is now.
    assert "lies in the future" not in words(as_viewer.get("compare", base_at=f"{today:%Y-%m-%d}"))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01"])
def test_no_moment_is_too_odd_to_be_asked_for(scene: Scene, as_viewer: Visitor, at: str) -> None:
    """The first two cannot be written in UTC."""
    assert as_viewer.get("compare", base="v1", head="v2", base_at=at).status_code == 200


def sent_by_the_form(page: Any, **changed: str) -> dict[str, str]:
    """Return what pressing Compare sends, with some fields filled in otherwise by hand."""
    form = re.search(r'<form class="panel compare-form".*?</form>', page.content.decode(), re.DOTALL)
    assert form is not None
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        name, value = (re.search(rf'\b{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and ("checkbox" not in tag or re.search(r"\bchecked\b", tag)):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', form[0], re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return fields | changed


def preset_url(page: Any, text: str) -> str:
    found = re.search(rf'href="([^"]*)"[^>]*>{text}<', page.content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_the_form_keeps_the_exact_time_that_a_preset_chose(scene: Scene, as_viewer: Visitor) -> None:
    """What was added since that moment is told as added, after pressing Compare too, even on the very same day."""
    make_patterns(make_problem(scene.project), [equals("new")])
    evaluate(scene.project)
    preset = preset_url(as_viewer.get("compare", base="v1", head="v2"), "when v1 went live")
    live_at = Activation.objects.get(model=scene.v1).at
    # v1 went live before there was any test pattern
    for page in (first := as_viewer.client.get(preset), as_viewer.get("compare", **sent_by_the_form(first))):
        text = words(page)
        assert "One of the two moments has no score: no open problem had test patterns then." in text
        assert f"At {live_at:%H:%M:%S} UTC, not the end of the day" in text
        assert re.search(r'aria-current="true">when v1 went live', page.content.decode())
    # another day, and no day, are what is asked for then
    year_ago = f"{timezone.now() - timedelta(days=365):%Y-%m-%d}"
    other = as_viewer.get("compare", **sent_by_the_form(first, base_at=year_ago))
    assert "The end of that day, in UTC." in words(other)
    assert sent_by_the_form(other) == {"base": "v1", "head": "v2", "base_at": year_ago, "head_at": ""}
    now = words(as_viewer.get("compare", **sent_by_the_form(first, base_at="")))
    assert "Both scores are of now" in now


def test_today_is_now_and_says_so(scene: Scene, as_viewer: Visitor) -> None:
    today = f"{timezone.now().astimezone(UTC):%Y-%m-%d}"
    page = as_viewer.get("compare", base="v1", head="v2", base_at=today)
    text = words(page)
    assert "Today is not over yet, so this is now." in text
    assert "Both scores are of now" in text
    assert "look back" not in text
    assert sent_by_the_form(page)["base_at"] == today


@pytest.mark.parametrize("moment", ["2026-02-31", "2999-01-01", "yesterday"])
def test_there_are_no_files_of_a_moment_that_is_none(scene: Scene, as_viewer: Visitor, moment: str) -> None:
    for name in ("compare_problems_csv", "compare_flips_csv", "compare_change_csv"):
        assert as_viewer.get(name, base="v1", head="v2", head_at=moment).status_code == 400
    page = as_viewer.get("compare", base="v1", head="v2", head_at=moment).content.decode()
    assert ".csv" not in page
    assert "look back" not in page
    assert ".csv" in as_viewer.get("compare", base="v1", head="v2").content.decode()


def test_a_time_at_the_edge_of_the_calendar(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("compare", base="v1", head="v2", base_at="0001-01-01T00:00:00+14:00"))
    assert "One of the two moments has no score" in text
