"""The forms that register models: what is typed into each becomes the settings of its kind."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluation.adapters import ADAPTERS
from tests.board.visitors import Visitor, words
from tests.evaluation.adapters.onnx_files import FLOAT, passing_through
from tracker.board.forms.register import REGISTER_FORMS
from tracker.candidates.secrets import opened_adapter
from tracker.projects.models import Project

URL = "https://models.example.org"


def test_every_kind_has_a_form_with_every_setting(settings: Any, db: None) -> None:
    assert REGISTER_FORMS.keys() == ADAPTERS.keys()
    for kind, form in REGISTER_FORMS.items():
        assert set(ADAPTERS[kind].fields) <= form().fields.keys(), kind
        assert set(form.folded) <= form().fields.keys(), kind


SENT: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "http": (
        {
            "url": URL, "headers": "X-Key: a: b\n\n X-Team : blue ", "many": "no", "request": '{"text": "{input}"}',
            "answers_at": "result", "label_at": "top.label", "scores_at": "scores", "numbers": "label_index",
            "score_labels": "negative\nneutral\npositive\n", "label_names": "LABEL:0: negative\nLABEL_2: positive",
            "timeout_seconds": "2.5", "concurrency": "2", "requests_per_second": "1.5", "retries": "0",
        },
        {
            "url": URL, "headers": {"X-Key": "a: b", "X-Team": "blue"}, "many": False, "request": {"text": "{input}"},
            "answers_at": "result", "label_at": "top.label", "scores_at": "scores", "numbers": "label_index",
            "score_labels": ["negative", "neutral", "positive"],
            "label_names": {"LABEL:0": "negative", "LABEL_2": "positive"}, "batch_size": 32,
            "timeout_seconds": 2.5, "concurrency": 2, "requests_per_second": 1.5, "retries": 0,
        },
    ),
    "open_inference": (
        {
            "url": URL, "model": "mood", "model_version": "3",
            "inputs": '[{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}]', "outputs": '{"label": "predict"}',
        },
        {
            "url": URL, "model": "mood", "model_version": "3",
            "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}], "outputs": {"label": "predict"},
            "headers": {}, "batch_size": 32, "timeout_seconds": 30.0, "concurrency": 4, "retries": 3,
            "numbers": "value",
        },
    ),
    "mlflow": (
        {"url": URL, "format": "instances", "columns": "age\ntown", "params": '{"top": 1}'},
        {
            "url": URL, "format": "instances", "columns": ["age", "town"], "params": {"top": 1},
            "headers": {}, "batch_size": 32, "timeout_seconds": 30.0, "concurrency": 4, "retries": 3,
            "numbers": "value",
        },
    ),
    "openai": (
        {
            "url": URL, "model": "small", "api_key": "sk-1", "prompt": "Is {input} one of {labels}?\n",
            "label_extraction": "regex", "label_pattern": "is (\\w+)", "temperature": "", "max_tokens": "10",
            "parameters": '{"top_p": 0.5}',
        },
        {
            "url": URL, "model": "small", "api_key": "sk-1", "prompt": "Is {input} one of {labels}?\n",
            "label_extraction": "regex", "label_pattern": "is (\\w+)", "temperature": None, "max_tokens": 10,
            "parameters": {"top_p": 0.5}, "headers": {}, "timeout_seconds": 60.0, "concurrency": 4, "retries": 3,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SENT)
def test_what_is_typed_becomes_the_settings(project: Project, as_triager: Visitor, kind: str) -> None:
    sent, expected = SENT[kind]
    answer = as_triager.post(
        "register_model", kind=kind, version="v1", volatile="on", ask_again_every="12", **sent
    )
    assert answer.status_code == 302, words(answer)
    model = project.models.get()
    assert opened_adapter(model) == {"kind": kind} | expected
    assert (model.frozen, model.ask_again_every) == (False, 12)


ASKING = {
    "http": {"url": URL},
    "openai": SENT["openai"][0],
    "python": {"callable": "tests.runs.answering:by_length"},
}


@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize(("typed", "hours"), [("6", 6), ("8784", 8784), ("", None)])
def test_a_volatile_model_is_registered_with_its_schedule(
    project: Project, as_triager: Visitor, settings: Any, kind: str, typed: str, hours: int | None
) -> None:
    settings.PYTHON_CALLABLES = [ASKING["python"]["callable"]]
    page = as_triager.get("register_model", kind=kind).content.decode()
    after = page[page.index('name="volatile"') :]
    assert after.index('name="ask_again_every"') < after.index('<details class="explained folded"'), (
        "beside it, not among advanced settings"
    )
    assert "Empty: only by hand and when test patterns change." in page
    for number in ("0", "9000", "often"):
        answer = as_triager.post(
            "register_model", kind=kind, version="v1", volatile="on", ask_again_every=number, **ASKING[kind]
        )
        assert _wrong(answer) == ["id_ask_again_every"]
    as_triager.post(
        "register_model", kind=kind, version="v1", volatile="on", ask_again_every=typed, **ASKING[kind]
    )
    model = project.models.get()
    assert (model.frozen, model.ask_again_every) == (False, hours)


def test_an_onnx_file_is_registered(project: Project, as_triager: Visitor) -> None:
    file = SimpleUploadedFile("mood.onnx", passing_through(FLOAT, [None, 3]))
    sent = {"file": file, "classes": "positive\nneutral\nnegative", "columns": "a\nb\nc"}
    assert as_triager.post("register_model", kind="onnx", version="v1", **sent).status_code == 302
    assert project.models.get().adapter == {
        "kind": "onnx", "classes": ["positive", "neutral", "negative"], "columns": ["a", "b", "c"], "output": "",
        "softmax": False, "batch_size": 200,
    }  # fmt: skip


def test_a_refused_file_is_told_at_its_field(project: Project, as_triager: Visitor) -> None:
    file = SimpleUploadedFile("mood.onnx", b"\x80\x04K\x01.")
    answer = as_triager.post("register_model", kind="onnx", version="v1", file=file)
    assert _wrong(answer) == ["id_file"]
    assert "pickle files can run code and are refused, always" in words(answer)
    assert not project.models.exists()


@pytest.mark.parametrize(
    ("kind", "sent", "field"),
    [
        ("http", {"url": "ftp://x"}, "id_url"),
        ("http", {"url": URL, "request": '{"text": "{nothing}"}'}, "id_request"),
        ("http", {"url": URL, "request": "{"}, "id_request"),
        ("http", {"url": URL, "label_at": "a[["}, "id_label_at"),
        ("http", {"url": URL, "headers": "Host: x"}, "id_headers"),
        ("http", {"url": URL, "label_names": "no colon"}, "id_label_names"),
        ("open_inference", {"url": URL, "model": "m", "inputs": '{"a": 1}'}, "id_inputs"),
        ("mlflow", {"url": f"{URL}?key=1"}, "id_url"),
        ("openai", {"url": URL, "model": "m", "prompt": "{nobody}"}, "id_prompt"),
        (
            "openai",
            {"url": URL, "model": "m", "prompt": "{input}", "label_extraction": "regex"},
            "id_label_pattern",
        ),
        (
            "openai",
            {"url": URL, "model": "m", "prompt": "{input}", "label_pattern": "a.*"},
            "id_label_pattern",
        ),
        ("openai", {"url": URL, "model": "m", "prompt": "{input}", "api_key": "två"}, "id_api_key"),
    ],
)
def test_errors_stand_at_the_right_field(
    project: Project, as_triager: Visitor, kind: str, sent: dict[str, str], field: str
) -> None:
    answer = as_triager.post("register_model", kind=kind, version="v1", **sent)
    assert answer.status_code == 400
    assert _wrong(answer) == [field]
    folded = field.removeprefix("id_") in REGISTER_FORMS[kind].folded
    assert bool(re.search(r'<details class="explained folded"\s+open', answer.content.decode())) == folded


def test_all_that_is_wrong_is_told_at_the_top_with_a_way_to_it(project: Project, as_triager: Visitor) -> None:
    sent = {"url": "ftp://x", "model": "m", "prompt": "{nobody}", "label_pattern": "a.*", "version": "v1"}
    answer = as_triager.post("register_model", kind="openai", **sent)
    text = words(answer)
    assert text.index("Correct this first:") < text.index("System prompt")
    for field in ("url", "prompt", "label_pattern"):
        assert f'<a href="#id_{field}">' in answer.content.decode()
    assert "Pattern of the label : Nothing asks for a pattern: choose" in text


@pytest.mark.parametrize("request_typed", ['{"rows": {inputs}}', "[{input.text}]"])
def test_a_placeholder_without_quotes_is_told_as_such(
    project: Project, as_triager: Visitor, request_typed: str
) -> None:
    answer = as_triager.post("register_model", kind="http", version="v1", url=URL, request=request_typed)
    assert "Not JSON: write the placeholder in quotes, as " in words(answer)
    assert html.escape(request_typed) in answer.content.decode()


def test_what_a_browser_does_not_keep_is_asked_for_again(project: Project, as_triager: Visitor) -> None:
    file = SimpleUploadedFile("mood.skops", b"a model")
    answer = as_triager.post("register_model", kind="skops", version="a/b", input="text", file=file)
    assert "Choose it again: browsers do not keep files." in words(answer)


def _wrong(answer: Any) -> list[str]:
    return re.findall(r'<div id="(id_\w+)_error"', answer.content.decode())
