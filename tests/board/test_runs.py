"""Runs: the list, one of them, its progress, cancelling and asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import day, make_model, make_outputs
from tracker.board.pages.run_errors import error_kind
from tracker.board.pages.run_pace import seconds_left
from tracker.candidates.output_import import import_outputs
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run


@pytest.fixture
def queued(scene: Scene, as_triager: Visitor) -> Run:
    as_triager.post("request_evaluation")
    return Run.objects.under_way().get(model=scene.v1)


def test_a_run_says_why_and_how_far_it_is(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    Run.objects.filter(pk=queued.pk).update(status="running", total=40, done=10, asked=9, reused=3, failed=2)
    text = words(as_viewer.get("runs"))
    assert f"{queued.pk} v1 requested by triager Running 10 of 40 9 3 2" in text
    page = as_viewer.get("run", queued.pk)
    assert "whatever is stale when it begins" in words(page)
    assert f'hx-get="/projects/reviews/runs/{queued.pk}/progress/"' in page.content.decode()


def test_progress_is_asked_for_until_it_ends(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    going = as_viewer.get("run_progress", queued.pk)
    assert 'hx-trigger="every 2s"' in going.content.decode()
    assert "HX-Trigger" not in going
    Run.objects.filter(pk=queued.pk).update(status="finished", total=4, done=4)
    ended = as_viewer.get("run_progress", queued.pk)
    assert "Finished 4 of 4" in words(ended)
    assert "every 2s" not in ended.content.decode()
    assert ended["HX-Trigger"] == "results-changed"


def test_a_run_is_cancelled(scene: Scene, queued: Run, as_triager: Visitor) -> None:
    as_triager.post("cancel_run", queued.pk)
    queued.refresh_from_db()
    assert queued.status == "cancelled"
    answer = as_triager.post("cancel_run", queued.pk)
    assert told(answer) == "The run has ended already. Nothing was changed."


def test_what_failed_is_asked_again(scene: Scene, as_triager: Visitor) -> None:
    last = Run.objects.filter(model=scene.v1).latest("pk")
    answer = as_triager.post("retry_run", last.pk)
    assert told(answer) == "A new run asks again for what this one could not get."
    assert Run.objects.under_way().get(model=scene.v1).reasons[0]["kind"] == "requested"


def test_a_run_under_way_is_not_asked_again(scene: Scene, queued: Run, as_triager: Visitor) -> None:
    answer = as_triager.post("retry_run", queued.pk)
    assert told(answer) == "The run has not ended yet. Nothing was changed."


def test_a_run_says_what_it_waits_for(
    scene: Scene, queued: Run, as_viewer: Visitor, as_triager: Visitor
) -> None:
    Run.objects.filter(pk=queued.pk).update(
        status="running",
        waiting_for="The server refused for now with status 503.",
        ask_again_at=timezone.now() + timedelta(minutes=4, seconds=30),
    )
    text = words(as_viewer.get("run", queued.pk))
    assert "Waiting for the model’s server. The server refused for now with status 503." in text
    assert "It is asked again in 4 min" in text
    assert "Ask now" not in text, "who may only look cannot ask"
    assert "waiting for the model’s server" in words(as_viewer.get("run_progress", queued.pk))

    assert "Ask now" in words(as_triager.get("run", queued.pk))
    assert told(as_triager.post("retry_run", queued.pk)) == "The server is asked now."
    assert "It is being asked again." in words(as_viewer.get("run", queued.pk))


def test_a_run_that_may_not_ask_says_what_to_do(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    Run.objects.filter(pk=queued.pk).update(
        status="failed", refused=True, error="10.0.0.1 is not allowed.", finished_at=timezone.now()
    )
    text = words(as_viewer.get("run", queued.pk))
    assert "10.0.0.1 is not allowed." in text
    assert "Once the model’s settings are corrected, or the operator allows it, run it again." in text


def test_errors_are_told(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    Run.objects.filter(pk=queued.pk).update(
        status="failed", error="The server refused for now with status 503"
    )
    lines = [{"input": f"new {number}", "error": "timeout"} for number in range(3)]
    import_outputs(SYSTEM, scene.v1, enumerate(lines, start=1))
    scene.v1.outputs.filter(error="timeout").update(run_id=queued.pk)
    text = words(as_viewer.get("run", queued.pk))
    assert "The server refused for now with status 503" in text
    assert "Errors that still stand 3" in text
    assert "new 0 timeout 3 inputs, this is one" in text


def test_errors_of_one_kind_stand_together_with_an_example(
    scene: Scene, queued: Run, as_viewer: Visitor
) -> None:
    said = ["line 3: no answer within 30 s", "line 17: no answer within 30 s", "status 503", "status 404"]
    lines = [{"input": f"new {number}", "error": error} for number, error in enumerate(said)]
    import_outputs(SYSTEM, scene.v1, enumerate(lines, start=1))
    scene.v1.outputs.filter(error__isnull=False).update(run_id=queued.pk)
    text = words(as_viewer.get("run", queued.pk))
    assert "new 0 line 3: no answer within 30 s 2 inputs, this is one worded in 2 ways" in text
    assert "line 17" not in text
    assert "new 2 status 503 1 input" in text
    assert "new 3 status 404 1 input" in text


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("request 8f14e45fceea167a failed", "request c9f0f895fb98ab91 failed", True),
        ("0xdeadbeef is gone", "0x7ffb90044b10 is gone", True),
        ("at 12:30:01 no answer", "at 23:59:59 no answer", True),
        ("expected 64 features", "expected 3 features", True),
        ("label cat", "label dog", False),
        ("refused with status 503", "refused with status 404", False),
        ("utf8 fault", "utf16 fault", False),
        ("effaceddecade", "facadefacade", False),
    ],
)
def test_which_errors_are_of_one_kind(one: str, other: str, alike: bool) -> None:
    assert (error_kind(one) == error_kind(other)) is alike


def test_errors_take_two_queries_however_many_there_are(
    scene: Scene, queued: Run, as_viewer: Visitor
) -> None:
    few = as_viewer.queries("run", queued.pk)
    kinds = "abcdefghijklmnopqrstuvwxyz"
    lines = [{"input": f"new {kind}", "error": f"kind {kind}"} for kind in kinds]
    import_outputs(SYSTEM, scene.v1, enumerate(lines, start=1))
    scene.v1.outputs.filter(error__isnull=False).update(run_id=queued.pk)
    assert as_viewer.queries("run", queued.pk) <= few + 1
    assert "and 6 more kinds of errors" in words(as_viewer.get("run", queued.pk))


@pytest.mark.parametrize(
    ("done", "total", "seconds", "left"),
    [
        (10, 40, 10, 30.0),  # one a second, thirty to do
        (50, 100, 200, 200.0),
        (9, 40, 60, None),  # too little is done
        (10, 40, 4, None),  # too little time has passed
        (40, 40, 10, 0.0),
    ],
)
def test_how_long_a_run_takes_is_told_once_it_can_be(
    done: int, total: int, seconds: int, left: float | None
) -> None:
    run = Run(status="running", started_at=day(1), done=done, total=total)
    assert seconds_left(run, day(1) + timedelta(seconds=seconds)) == left
    run.status = "queued"
    assert seconds_left(run, day(1) + timedelta(seconds=seconds)) is None


def test_runs_are_narrowed_by_model_and_status(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    Run.objects.filter(pk=queued.pk).update(status="failed", error="it went wrong")
    found = words(as_viewer.get("runs", model="v1", status="failed"))
    assert "it went wrong" in found
    assert f"{queued.pk} v1" in found
    assert "it went wrong" not in words(as_viewer.get("runs", model="v2"))
    assert "No run is like that" in words(as_viewer.get("runs", model="v2", status="failed"))
    assert "it went wrong" in words(as_viewer.get("runs", model="no such", status="nor this"))


def test_no_run_yet(as_viewer: Visitor) -> None:
    assert "No run yet" in words(as_viewer.get("runs"))


def test_the_number_of_queries_does_not_grow(scene: Scene, as_viewer: Visitor) -> None:
    few = as_viewer.queries("runs")
    for number in range(8):
        model = make_model(scene.project, f"more-{number}")
        make_outputs(model, {"so so": "neutral"})
        Run.objects.create(project=scene.project, model=model)
    assert as_viewer.queries("runs") <= few
