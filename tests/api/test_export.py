"""The export: files that can be imported again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from evaluation.canonical import digest
from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem, make_project
from tracker.candidates.output_import import import_outputs
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.revisions import import_patterns
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM

SignIn = Callable[[User], Caller]


def exported(caller: Caller) -> dict[str, list[dict[str, Any]]]:
    answer = caller.get("export/")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        return {
            name: [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
        }


def test_what_was_imported_is_exported_and_imports_again(
    reader: Caller, project: Project, writer: Caller
) -> None:
    problem = make_problem(project, slug="negation")
    lines = [
        {**equals("good", case="1"), "meta": {"group": "names"}},
        {
            "input": {"b": 1, "a": 2.0}, "base": "x", "expectation": {"type": "invariant"}, "case": "2",
            "source": [{"selected_on": "v8"}, "sampled"],
        },
        equals("retired"),
    ]  # fmt: skip
    make_patterns(problem, lines)
    retired = writer.get("problems/negation/patterns/").json()["results"][2]["id"]
    writer.delete(f"problems/negation/patterns/{retired}/")
    make_outputs(make_model(project, "v1"), {"good": "positive"})
    writer.post("models/v1/outputs/", {"input": "slow", "error": "timeout"})
    files = exported(reader)
    assert sorted(files) == ["activations.jsonl", "outputs_v1.jsonl", "patterns.jsonl", "project.json"]
    assert files["outputs_v1.jsonl"] == [
        {"input": "good", "label": "positive"}, {"input": "slow", "error": "timeout"},
    ]  # fmt: skip
    first, second = files["patterns.jsonl"]
    assert first == {**lines[0], "problem": "negation", "source": "written"}
    assert (second["input"], second["base"]) == ({"a": 2, "b": 1}, "x")
    assert second["source"] == lines[1]["source"]
    copy = make_project()
    again = import_patterns(SYSTEM, copy, enumerate(files["patterns.jsonl"], start=1))
    assert (again.accepted, again.rejected) == (2, [])
    outputs = import_outputs(SYSTEM, make_model(copy), enumerate(files["outputs_v1.jsonl"], start=1))
    assert (outputs.accepted, outputs.rejected) == (2, [])


def test_what_models_were_trained_on_is_exported_too(
    reader: Caller, writer: Caller, project: Project
) -> None:
    for version in ("v1", "v2", "v3"):
        make_model(project, version)
    lines = [{"input": "good"}, {"sha256": digest("bad")}]
    writer.lines("models/v1/trained_on/", *lines)
    # An empty bulk says that v2 was trained on none of the inputs; v3 says nothing at all.
    writer.post("models/v2/trained_on/", [])
    files = exported(reader)
    told = {name: lines for name, lines in files.items() if name.startswith("trained_on_")}
    assert sorted(told) == ["trained_on_v1.jsonl", "trained_on_v2.jsonl"]
    assert sorted(line["sha256"] for line in told["trained_on_v1.jsonl"]) == sorted(
        [digest("good"), digest("bad")]
    )
    assert told["trained_on_v2.jsonl"] == []
    copy = make_model(make_project(), "v1")
    accepted, _duplicates, rejected = add_trained_on(SYSTEM, copy, enumerate(told["trained_on_v1.jsonl"], 1))
    assert (accepted, rejected) == (2, [])


def test_an_empty_project_has_an_empty_export(reader: Caller) -> None:
    files = exported(reader)
    assert sorted(files) == ["activations.jsonl", "patterns.jsonl", "project.json"]
    assert files["activations.jsonl"] == files["patterns.jsonl"] == []


def test_settings_and_activations_are_exported(
    reader: Caller, administrator: Caller, project: Project
) -> None:
    for version in ("v1", "v2"):
        make_model(project, version)
        administrator.post(f"models/{version}/activate/")
    files = exported(reader)
    [settings] = files["project.json"]
    assert administrator.patch("", settings).json() == {**settings, "slug": "reviews"}
    first, second = files["activations.jsonl"]
    assert (first["model"], second["model"], second["evidence"]["former"]) == ("v1", "v2", "v1")


def test_rights(signed_in: SignIn, viewer: User, stranger: User, product: Caller) -> None:
    assert signed_in(viewer).get("export/").status_code == 200
    assert_problem(signed_in(stranger).get("export/"), 404)
    assert_problem(product.get("export/"), 403)
