"""Uploading model files: they arrive whole, whatever their size."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.test_models import send_form
from tests.api.test_problem_details import assert_problem
from tests.evaluation.adapters.onnx_files import FLOAT, STRING, content, graph, outside, passing_through
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.candidates.models import CandidateModel, ModelFile
from tracker.projects.models import Project


def upload(caller: Caller, version: str, content: bytes) -> Any:
    model = json.dumps({"version": version, "adapter": {"kind": "skops"}})
    return send_form(caller, {"model": model, "file": SimpleUploadedFile("m.skops", content)})


# Django keeps small files in memory and larger ones on disk, and reads them by different classes.
@pytest.mark.parametrize("kept_in_memory", [2_621_440, 0], ids=["in memory", "on disk"])
def test_a_real_model_file_is_stored_whole(
    writer: Caller, skops_file: bytes, settings: Settings, kept_in_memory: int
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = kept_in_memory
    answer = upload(writer, "v1", skops_file)
    assert answer.status_code == 201, answer.content
    stored = ModelFile.objects.get()
    assert bytes(stored.content) == skops_file
    assert stored.sha256 == hashlib.sha256(skops_file).hexdigest()


def test_an_onnx_file_is_uploaded_and_evaluated(writer: Caller, project: Project) -> None:
    make_patterns(make_problem(project), [equals("negative", "negative"), equals("positive", "negative")])
    model = json.dumps({"version": "v1", "adapter": {"kind": "onnx"}})
    file = SimpleUploadedFile("m.onnx", passing_through(STRING, [None, 1]))
    answer = send_form(writer, {"model": model, "file": file})
    assert answer.status_code == 201, answer.content
    evaluate(project)
    # It says what it is told: one of the two is what was expected.
    overall = writer.get("models/v1/").json()["overall"]
    assert (overall["n_scored"], overall["n_failed"]) == (2, 1)


def test_an_onnx_file_that_is_not_whole_is_refused(writer: Caller) -> None:
    model = json.dumps({"version": "v1", "adapter": {"kind": "onnx"}})
    made = content(graph([], [("x", FLOAT, [None])], [("x", FLOAT, [None])], [outside("w")]))
    answer = send_form(writer, {"model": model, "file": SimpleUploadedFile("m.onnx", made)})
    assert "external data" in assert_problem(answer, 400)["errors"]["file"][0]
    assert not ModelFile.objects.exists()


def test_the_same_file_under_another_version_is_kept_once(writer: Caller, skops_file: bytes) -> None:
    assert upload(writer, "v1", skops_file).status_code == 201
    assert upload(writer, "v2", skops_file).status_code == 201
    assert upload(writer, "v2", skops_file).status_code == 409
    assert ModelFile.objects.count() == 1
    assert CandidateModel.objects.filter(file=ModelFile.objects.get()).count() == 2
