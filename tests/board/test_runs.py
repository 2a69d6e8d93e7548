"""Runs: the list, one of them, its progress, cancelling and asking again."""

from __future__ import annotations

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import make_model, make_outputs
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


def test_errors_are_told(scene: Scene, queued: Run, as_viewer: Visitor) -> None:
    Run.objects.filter(pk=queued.pk).update(
        status="failed", error="The server refused for now with status 503"
    )
    lines = [{"input": f"new {number}", "error": "timeout"} for number in range(3)]
    import_outputs(SYSTEM, scene.v1, enumerate(lines, start=1))
    scene.v1.outputs.filter(error="timeout").update(run_id=queued.pk)
    text = words(as_viewer.get("run", queued.pk))
    assert "The server refused for now with status 503" in text
    assert "timeout 3" in text


def test_no_run_yet(as_viewer: Visitor) -> None:
    assert "No run yet" in words(as_viewer.get("runs"))


def test_the_number_of_queries_does_not_grow(scene: Scene, as_viewer: Visitor) -> None:
    few = as_viewer.queries("runs")
    for number in range(8):
        model = make_model(scene.project, f"more-{number}")
        make_outputs(model, {"so so": "neutral"})
        Run.objects.create(project=scene.project, model=model)
    assert as_viewer.queries("runs") <= few
