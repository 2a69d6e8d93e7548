"""Whether a model's answers stay: its page, its timeline, the answers that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as Answer
from tests.board.conftest import TEXTS, Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import evaluate, make_model
from tracker.candidates.models import CandidateModel
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, repeats
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.requests import request_runs

SERVER = {"kind": "http", "url": "https://models.example.org/"}


class Server:
    batch_size = 32
    concurrency = 1
    label = "positive"
    is_down = False

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        if self.is_down:
            raise AdapterUnavailable("connection refused")
        return [Answer(self.label, {"positive": 0.75, "negative": 0.25}) for _input in inputs]

    def close(self) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    for module in (asking, repeats):
        monkeypatch.setattr(module, "adapter_of", lambda _model: made)
    return made


def changed(scene: Scene, server: Server, *, frozen: bool) -> Run:
    """Return the run in which all of a model's 24 answers (of a frozen one, the ten repeated) changed."""
    model = make_model(scene.project, "live", adapter=SERVER, frozen=frozen)
    evaluate(scene.project)
    server.label = "negative"
    [run] = request_runs(SYSTEM, scene.project, models=[model])
    done = work_off(run.pk)
    assert done is not None
    return done


def test_a_changed_model(scene: Scene, server: Server, as_viewer: Visitor) -> None:
    run = changed(scene, server, frozen=False)
    page = words(as_viewer.get("model", "live"))
    assert (
        "It has changed under the same version: asked again, it kept to 24 of 24 new answers, where chance would make "
        "it half. Last" in page
    )
    assert "Flakiness 0 % (0 % – 14 %) 0 of 24 asked twice" in page
    assert "24 of 24 0 of 24 24 of 24 changed (p < 0.001)" in page
    assert f"24 answers changed in run {run.pk}" in page
    assert (
        "tracker found that it has changed under the same version: it answers 24 of 24 inputs otherwise than before. "
        "Asked a second time, it kept to 24 of 24 new answers (p < 0.001) Show them" in page
    )
    assert as_viewer.url("changed_answers", run.pk) in as_viewer.get("model", "live").content.decode()


def test_the_run_that_found_it(scene: Scene, server: Server, as_triager: Visitor) -> None:
    run = changed(scene, server, frozen=False)
    page = words(as_triager.get("run", run.pk))
    assert "Answered otherwise 24 of 24 changed (p < 0.001)" in page
    assert "Asks all of it again, since the model is volatile" in page
    first = scene.project.runs.filter(model=scene.v1).first()
    assert first is not None
    assert "Answered otherwise" not in words(as_triager.get("run", first.pk))


def test_all_of_its_changed_answers(scene: Scene, server: Server, as_viewer: Visitor) -> None:
    run = changed(scene, server, frozen=False)
    page = words(as_viewer.get("changed_answers", run.pk))
    assert page.count("before positive now negative asked again, it kept to it") == len(TEXTS)
    assert all(text in page for text in TEXTS)
    assert "24 of 24 were nearer to the new answer than to the former one" in page


def test_a_frozen_model_that_is_not(scene: Scene, server: Server, as_viewer: Visitor) -> None:
    run = changed(scene, server, frozen=True)
    page = words(as_viewer.get("model", "live"))
    assert "Said to be frozen, but it answers 10 of 10 repeated inputs otherwise, and keeps to that." in page
    assert "it answered 10 of 10 known inputs otherwise. What is stored stays" in page
    answers = words(as_viewer.get("changed_answers", run.pk))
    assert answers.count("before positive now negative") == 10
    assert "Asked again up to 8 times each, 10 of 10 kept to the new answer (p < 0.001): changed." in answers
    assert "Save" not in page


def test_a_server_that_was_away_when_it_was_to_be_asked_again(
    scene: Scene, server: Server, as_viewer: Visitor, as_triager: Visitor
) -> None:
    model = make_model(scene.project, "live", adapter=SERVER)
    evaluate(scene.project)
    server.is_down = True
    [run] = request_runs(SYSTEM, scene.project, models=[model])
    work_off(run.pk)
    page = words(as_viewer.get("model", "live"))
    assert "Whether its answers stay is not known: in the last run that asked, 10 inputs" in page
    assert "could not find out whether its answers stay: 10 inputs that were to be asked again" in page
    assert "10 inputs were not answered again" in words(as_triager.get("run", run.pk))


def test_where_only_a_score_moved_it_is_shown(scene: Scene, server: Server, as_viewer: Visitor) -> None:
    model = make_model(scene.project, "live", adapter=SERVER, frozen=False)
    evaluate(scene.project)
    model.outputs.update(scores='{"negative": 0.5, "positive": 0.5}')
    [run] = request_runs(SYSTEM, scene.project, models=[model])
    work_off(run.pk)
    page = words(as_viewer.get("changed_answers", run.pk))
    assert "score of positive: 0.5, now 0.75" in page


def test_before_anything_is_known_the_page_says_what_will_come(
    scene: Scene, as_triager: Visitor, as_viewer: Visitor
) -> None:
    make_model(scene.project, "live", adapter=SERVER, frozen=False)
    make_model(scene.project, "kept", adapter=SERVER)
    page = words(as_triager.get("model", "live"))
    assert (
        "Nothing is known yet: in each run that asks it about everything, some inputs are asked twice" in page
    )
    assert "volatile: asked again every day" in page
    assert "Ask again every so many hours" in page
    assert "It is said to be frozen. In each run" in words(as_triager.get("model", "kept"))
    assert "Do its answers stay?" not in words(as_triager.get("model", "v1")), (
        "recorded outputs do not change"
    )
    assert "Ask again" not in words(as_viewer.get("model", "live"))


def test_a_run_in_which_nothing_changed_says_so(scene: Scene, as_viewer: Visitor) -> None:
    run = scene.project.runs.first()
    assert run is not None
    assert "No answer changed in this run" in words(as_viewer.get("changed_answers", run.pk))


@pytest.mark.parametrize(
    ("hours", "kept", "said"),
    [
        ("6", 6, "live is asked again every 6 hours now."),
        ("24", 24, "live is asked again every day now."),
        ("168", 168, "live is asked again every 7 days now."),
        ("", None, "live is asked again by hand and on changes only now."),
    ],
)
def test_a_person_sets_the_schedule(
    scene: Scene, as_triager: Visitor, hours: str, kept: int | None, said: str
) -> None:
    model = make_model(scene.project, "live", adapter=SERVER, frozen=False, ask_again_every=12)
    answer = as_triager.post("set_schedule", "live", hours=hours)
    assert told(answer) == said
    model.refresh_from_db()
    assert model.ask_again_every == kept
    if kept == 6:
        assert "triager set: asked again every 6 hours" in words(as_triager.get("model", "live"))


@pytest.mark.parametrize("hours", ["0", "-1", "soon", "1.5", "9999999", "²"])
def test_a_schedule_that_cannot_be_is_refused(scene: Scene, as_triager: Visitor, hours: str) -> None:
    make_model(scene.project, "live", adapter=SERVER, frozen=False)
    assert "Give whole hours, from 1 to 8784" in told(as_triager.post("set_schedule", "live", hours=hours))
    assert CandidateModel.objects.get(version="live").ask_again_every == 24


def test_a_frozen_model_has_no_schedule(scene: Scene, as_triager: Visitor) -> None:
    assert "never asked again" in told(as_triager.post("set_schedule", "v1", hours="6"))


def test_a_reader_sets_no_schedule(scene: Scene, as_viewer: Visitor) -> None:
    make_model(scene.project, "live", adapter=SERVER, frozen=False)
    as_viewer.post("set_schedule", "live", hours="6")
    assert CandidateModel.objects.get(version="live").ask_again_every == 24


def test_few_queries_however_many_changed(scene: Scene, server: Server, as_triager: Visitor) -> None:
    run = changed(scene, server, frozen=False)
    few = as_triager.queries("model", "live"), as_triager.queries("changed_answers", run.pk)
    assert max(few) <= 15
    for label in ("positive", "negative", "positive"):
        server.label = label
        for again in request_runs(SYSTEM, scene.project, models=[run.model]):
            work_off(again.pk)
    assert (as_triager.queries("model", "live"), as_triager.queries("changed_answers", run.pk)) == few


def test_models_are_found_by_their_lineage(scene: Scene, as_viewer: Visitor) -> None:
    make_model(scene.project, "old", lineage={"data": "reviews-2025"})
    make_model(scene.project, "new", lineage={"data": "reviews-2026", "note": "after reviews-2025"})
    found = words(as_viewer.get("models", q="data:reviews-2025"))
    assert "1 model matches" in found
    assert "old data: reviews-2025" in found
    assert "reviews-2026" not in found
    assert "No model matches" in words(as_viewer.get("models", q="nothing"))
    assert "models match" not in words(as_viewer.get("models"))
