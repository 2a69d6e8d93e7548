"""Volatile models over the API: their schedule, what runs told of them, the answers that changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import equals, evaluate, make_model, make_patterns, make_problem
from tests.runs import answering
from tests.runs.conftest import ADAPTER, CALLABLE
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.open_adapters import close_adapters
from tracker.runs.requests import request_runs

LIVE = {"version": "live", "adapter": {"kind": "http", "url": "https://a.example.org/"}, "frozen": False}


@pytest.fixture
def changed(project: Project, settings: Any) -> Any:
    """A run in which all six answers of the model `live` changed; they are back as they were in no later one."""
    settings.PYTHON_CALLABLES = [CALLABLE]
    answering.asked.clear()
    answering.broken.clear()
    model = make_model(project, "live", adapter=ADAPTER, frozen=False)
    make_patterns(make_problem(project, slug="negation"), [equals(f"text {n}") for n in range(6)])
    evaluate(project)
    model.outputs.update(label="negative")
    run = work_off(request_runs(SYSTEM, project)[0].pk)
    yield run
    close_adapters()


def test_the_schedule(writer: Caller) -> None:
    assert writer.post("models/", LIVE).json()["ask_again_every"] == 24
    assert writer.patch("models/live/", {"ask_again_every": 6}).json()["ask_again_every"] == 6
    assert writer.patch("models/live/", {"ask_again_every": None}).json()["ask_again_every"] is None
    assert (
        writer.post("models/", LIVE | {"version": "b", "ask_again_every": 1}).json()["ask_again_every"] == 1
    )
    assert writer.get("models/live/").json()["stability"] is None


@pytest.mark.parametrize("hours", [0, 8785, "6", 1.5, True])
def test_no_other_hours(writer: Caller, hours: Any) -> None:
    writer.post("models/", LIVE)
    errors = assert_problem(writer.patch("models/live/", {"ask_again_every": hours}), 400)["errors"]
    assert list(errors) == ["ask_again_every"]


def test_a_frozen_model_has_none(writer: Caller) -> None:
    writer.post("models/", {"version": "v1", "adapter": {"kind": "recorded"}})
    assert writer.get("models/v1/").json()["ask_again_every"] is None
    assert_problem(writer.patch("models/v1/", {"ask_again_every": 6}), 400)
    assert writer.patch("models/v1/", {"frozen": False, "ask_again_every": 6}).json()["ask_again_every"] == 6


def test_what_a_run_told_of_the_model(reader: Caller, changed: Run) -> None:
    shown = reader.get("models/live/").json()["stability"]
    assert (shown["run"], shown["finding"]) == (changed.pk, "changed")
    assert (shown["asked"], shown["changed"], shown["nearer_new"], shown["nearer_former"]) == (6, 6, 6, 0)
    # All of six changed and kept: 2 / 4 ** 6, less than the sign test's 2 / 2 ** 6.
    assert shown["p_value"] == pytest.approx(2 / 4**6)
    assert (shown["sampled"], shown["differing"], shown["flakiness"]) == (6, 0, 0)
    assert (shown["times"], shown["kept"], shown["missing"]) == (1, 6, 0)
    # 1 - 0.025 ** (1 / 6)
    assert shown["flakiness_interval"] == [0, pytest.approx(0.45926, abs=1e-5)]


def test_the_timeline_of_a_model(reader: Caller, changed: Run) -> None:
    page = reader.get("models/live/events/").json()
    assert [event["kind"] for event in page["results"]] == ["answers_changed", "model_registered"]
    event = page["results"][0]
    assert (
        "has changed under the same version: it answers 6 of 6 inputs otherwise than before" in event["words"]
    )
    assert len(event["evidence"]["examples"]) == 6


def test_all_changed_answers_page_by_page(reader: Caller, changed: Run) -> None:
    page = reader.get(f"runs/{changed.pk}/changed_answers/", limit=4).json()
    rest = reader.client.get(page["next"], headers=reader.headers).json()
    rows = page["results"] + rest["results"]
    assert sorted(row["input"] for row in rows) == [f"text {n}" for n in range(6)]
    assert rows[0] == {
        "input": rows[0]["input"],
        "sha256": rows[0]["sha256"],
        "before": {"label": "negative"},
        "after": {"label": "positive"},
        "repeat": {"label": "positive"},
        "nearer": "new",
    }


def test_models_are_found_by_version_and_lineage(reader: Caller, project: Project) -> None:
    make_model(project, "a", lineage={"data": "reviews-2025"})
    make_model(project, "b", lineage={"data": {"name": "reviews-2026"}})

    def found(query: str) -> list[str]:
        return [model["version"] for model in reader.get("models/", q=query).json()["results"]]

    assert found("reviews") == ["a", "b"]
    assert found("data:reviews-2026") == ["b"]
    assert found("zzz") == []
