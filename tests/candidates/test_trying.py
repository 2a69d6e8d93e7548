"""Trying a model with one example: what is told, and that nothing is stored and no key is shown."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from evaluation.adapters import Exchange
from evaluation.types import Output
from tests.evaluation.adapters.onnx_files import STRING, passing_through
from tests.factories import make_model
from tests.runs import answering
from tracker.candidates import trying
from tracker.candidates.model_changes import UploadedFile
from tracker.candidates.models import CandidateModel, ModelFile
from tracker.candidates.models import Output as StoredOutput
from tracker.candidates.trying import try_adapter, try_model, what_to_do
from tracker.projects.errors import Invalid, NotAllowed, TooOften
from tracker.projects.models import Event, Example, Project
from tracker.projects.rights import RIGHTS_OF_ROLE, SYSTEM, Actor, Role

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer

pytestmark = pytest.mark.django_db

KEY = "sk-Zebra-7781-not-for-you"
TRIAGER = Actor(name="triager", rights=RIGHTS_OF_ROLE[Role.TRIAGER])
REPORTER = Actor(name="reporter", rights=RIGHTS_OF_ROLE[Role.REPORTER])


@pytest.fixture(autouse=True)
def _no_tries_before() -> None:
    cache.clear()


def http(server: ModelServer, **more: Any) -> dict[str, Any]:
    return {"kind": "http", "url": server.url, "headers": {"Authorization": f"Bearer {KEY}"}, **more}


def told_texts(told: Exchange) -> str:
    return json.dumps(
        [told.request, told.answer, told.address, told.fault, str(told.output), told.header_names]
    )


def test_the_exchange_with_a_server_is_told(project: Project, local_server: ModelServer) -> None:
    local_server.says(["positive"])
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert json.loads(told.request) == ["good"]
    assert (told.method, told.address, told.status) == ("POST", local_server.url, 200)
    assert json.loads(told.answer) == ["positive"]
    assert (told.output, told.fault) == (Output(label="positive"), None)
    assert what_to_do(told) == ""


def test_nothing_is_stored(project: Project, local_server: ModelServer) -> None:
    n_events = Event.objects.count()
    local_server.says(["positive"])
    try_adapter(TRIAGER, project, http(local_server), "good")
    assert not CandidateModel.objects.exists()
    assert not Example.objects.exists()
    assert not StoredOutput.objects.exists()
    assert Event.objects.count() == n_events


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_key_is_sent_and_never_told(project: Project, local_server: ModelServer, status: int) -> None:
    """Even where the server repeats it, in whatever place."""
    local_server.says([{"label": KEY, "text": f"Bearer {KEY}"}], status=status)
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert local_server.asked[0][1]["authorization"] == f"Bearer {KEY}"
    assert KEY not in told_texts(told)


def test_a_key_in_a_label_is_not_told(db: None, local_server: ModelServer) -> None:
    from tests.factories import make_project  # noqa: PLC0415

    any_label = make_project(labels=[])
    local_server.says([{"label": KEY, "text": KEY}])
    told = try_adapter(TRIAGER, any_label, http(local_server), "good")
    assert KEY not in told_texts(told)
    assert told.output is None
    assert told.fault is not None
    assert "repeated its key" in told.fault


@pytest.mark.parametrize(
    ("said", "fault", "advice"),
    [
        ({"answer": ["sarcastic"]}, "is not a label of this project", "Compare its answer"),
        ({"answer": {"predictions": 3}}, "answer", "Compare its answer"),
        ({"answer": "no such model", "status": 404}, "404", "Check the address"),
        ({"answer": "who are you", "status": 401}, "401", "Check the key"),
        ({"answer": "wrong shape", "status": 400}, "400", "what the server expects"),
        ({"answer": "busy", "status": 503}, "503", "Try again later"),
    ],
)
def test_where_it_fails_is_told_and_what_may_help(
    project: Project, local_server: ModelServer, said: dict[str, Any], fault: str, advice: str
) -> None:
    local_server.says(**said)
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert told.output is None
    assert fault in str(told.fault)
    assert advice in what_to_do(told)


def test_an_address_that_is_not_allowed_is_not_asked(
    project: Project, local_server: ModelServer, settings: Any
) -> None:
    settings.MODEL_NETWORKS = ()
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert "not a public address" in str(told.fault)
    assert local_server.asked == []
    assert "has to be allowed by the operator" in what_to_do(told)


def test_a_server_that_does_not_answer_is_given_up(
    project: Project, local_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_SECONDS", 0.3)

    def keep_waiting(_handler: Any, _inputs: Any) -> None:
        local_server.over.wait(20)

    local_server.script = keep_waiting
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert "did not answer within" in str(told.fault)


def test_an_uploaded_model_is_tried_before_it_is_registered(project: Project) -> None:
    file = UploadedFile("model.onnx", passing_through(STRING, [None, 1]))
    told = try_adapter(TRIAGER, project, {"kind": "onnx"}, "positive", file=file)
    assert told.output == Output(label="positive")
    assert (told.method, told.status) == ("", None)
    assert not ModelFile.objects.exists()


def test_a_file_that_is_refused_is_told(project: Project) -> None:
    told = try_adapter(
        TRIAGER, project, {"kind": "onnx"}, "x", file=UploadedFile("m.onnx", b"\x80\x04K\x01.")
    )
    assert "not an ONNX file" in str(told.fault)
    assert "try again" in what_to_do(told)


def test_a_callable_is_tried_and_given_up_when_it_does_not_answer(
    project: Project, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PYTHON_CALLABLES = ["tests.runs.answering:by_length"]
    adapter = {"kind": "python", "callable": "tests.runs.answering:by_length"}
    assert try_adapter(TRIAGER, project, adapter, "quite long").output == Output(label="positive")
    over = threading.Event()

    def keep_waiting() -> None:
        over.wait(20)

    monkeypatch.setattr(trying, "MOST_SECONDS", 0.1)
    answering.interrupt.append(keep_waiting)
    told = try_adapter(TRIAGER, project, adapter, "quite long")
    over.set()
    assert str(told.fault).startswith("It did not answer within")


def test_a_registered_model_is_tried_with_its_stored_key(project: Project, local_server: ModelServer) -> None:
    model = make_model(project, adapter=http(local_server))
    local_server.says(["positive"])
    told = try_model(TRIAGER, model, "good")
    assert told.output == Output(label="positive")
    assert local_server.asked[0][1]["authorization"] == f"Bearer {KEY}"
    assert KEY not in told_texts(told)
    assert not StoredOutput.objects.exists()


def test_a_registered_file_is_tried(project: Project) -> None:
    file = UploadedFile("model.onnx", passing_through(STRING, [None, 1]))
    model = make_model(project, adapter={"kind": "onnx"}, file=file)
    assert try_model(TRIAGER, model, "negative").output == Output(label="negative")


def test_a_key_that_cannot_be_read_is_told(
    project: Project, local_server: ModelServer, settings: Any
) -> None:
    model = make_model(project, adapter=http(local_server))
    settings.SECRET_KEY = "another"
    told = try_model(TRIAGER, model, "good")
    assert told.fault == "The stored key cannot be read any more; enter it again."
    assert local_server.asked == []


@pytest.mark.parametrize(
    ("adapter", "example", "field"),
    [
        ({"kind": "magic"}, "x", "adapter.kind"),
        ({"kind": "http"}, "x", "adapter.url"),
        ({"kind": "recorded"}, "x", "adapter.kind"),
        ({"kind": "onnx"}, "x", "file"),
        ({"kind": "http", "url": "https://models.example.org/"}, "a\0b", "input"),
        (
            {"kind": "http", "url": "https://models.example.org/", "headers": {"X": "(hidden)"}},
            "x",
            "adapter.headers",
        ),
        ("http", "x", "adapter"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_asked(
    project: Project, adapter: Any, example: Any, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        try_adapter(TRIAGER, project, adapter, example)
    assert list(refused.value.errors) == [field]


def test_it_needs_the_right_to_write(project: Project, local_server: ModelServer) -> None:
    model = make_model(project, adapter=http(local_server))
    with pytest.raises(NotAllowed):
        try_adapter(REPORTER, project, http(local_server), "good")
    with pytest.raises(NotAllowed):
        try_model(REPORTER, model, "good")
    assert local_server.asked == []


def test_too_many_tries_in_a_minute_are_refused(
    project: Project, local_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_A_MINUTE", 2)
    monkeypatch.setattr("tracker.projects.rates.time.time", lambda: 1_000_000.0)
    local_server.says(["positive"])
    for _ in range(2):
        try_adapter(TRIAGER, project, http(local_server), "good")
    with pytest.raises(TooOften, match="too many tries in a minute"):
        try_adapter(TRIAGER, project, http(local_server), "good")
    # Another person is not held up by it.
    assert try_adapter(SYSTEM, project, http(local_server), "good").output


def test_only_so_many_are_tried_at_once(
    project: Project, local_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "_places", threading.BoundedSemaphore(1))
    local_server.says(["positive"])
    with trying._places, pytest.raises(TooOften, match="just now"):
        try_adapter(TRIAGER, project, http(local_server), "good")
    assert try_adapter(TRIAGER, project, http(local_server), "good").output


def test_an_error_that_nobody_foresaw_is_told(
    project: Project, local_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_adapter: object, _asked: object) -> None:
        raise ZeroDivisionError(KEY)

    monkeypatch.setattr("evaluation.adapters.mapped.MappedAdapter.explain", fails)
    told = try_adapter(TRIAGER, project, http(local_server), "good")
    assert str(told.fault).endswith("by a fault of the tracker: ZeroDivisionError.")
    assert KEY not in told_texts(told)
