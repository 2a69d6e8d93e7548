"""Everything of a project as the files that can be imported again, streamed as one zip."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from tracker.candidates.models import CandidateModel
from tracker.candidates.output_lines import SAID, said_fields
from tracker.problems.models import CaseSource, Pattern
from tracker.problems.source_lines import shown_sources
from tracker.projects.models import Project

ROWS = 1_000
ZIP_TYPE = "application/zip"


def project_archive(project: Project) -> Iterator[bytes]:
    """Yield a zip with `patterns.jsonl` (living ones) and `outputs_VERSION.jsonl` for each model, piece by piece.

    Before them `project.json` has the settings and `activations.jsonl` which model was live from when on, on what
    evidence (a model of null: none was).

    A model that says what it was trained on has `trained_on_VERSION.jsonl` too, with `{"sha256": ...}` on each line;
    an empty one says that it was trained on none of the project's inputs.
    """
    return _zipped(_files(project))


def _files(project: Project) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "project.json", [msgspec.json.encode(_settings(project)) + b"\n"]
    yield "activations.jsonl", _activation_lines(project)
    yield "patterns.jsonl", _pattern_lines(project)
    for model in project.models.order_by("pk"):
        yield f"outputs_{model.version}.jsonl", _output_lines(model)
        if model.says_trained_on:
            yield f"trained_on_{model.version}.jsonl", _trained_on_lines(model)


def _settings(project: Project) -> dict[str, Any]:
    """Return the settings as a PATCH of a project takes them."""
    names = ("name", "task", "input_kind", "labels", "active_users", "window_days", "harm_scale")
    return {
        **{name: getattr(project, name) for name in names},
        "fix_criterion": project.criterion.to_json(),
        "activation_policy": project.activation_policy,
    }


def _activation_lines(project: Project) -> Iterator[bytes]:
    rows = project.activations.in_order().values_list("model__version", "at", "undone_at", "evidence")
    for version, at, undone_at, evidence in rows.iterator(chunk_size=ROWS):
        line = {"model": version, "at": at, "undone_at": undone_at, "evidence": evidence}
        yield msgspec.json.encode(line) + b"\n"


def _pattern_lines(project: Project) -> Iterator[bytes]:
    alive = Pattern.objects.alive().filter(project=project).order_by("pk")
    rows = alive.values_list(
        "case_id", "problem__slug", "case__key", "example__content", "base__content", "expectation", "meta"
    ).iterator(chunk_size=ROWS)
    while chunk := list(islice(rows, ROWS)):
        sources = _sources({case_id for case_id, *_rest in chunk})
        for case_id, slug, key, content, base, expectation, meta in chunk:
            line: dict[str, Any] = {"problem": slug, "case": key, "input": _raw(content)}
            if base is not None:
                line["base"] = _raw(base)
            line |= {"expectation": _raw(expectation), "source": shown_sources(sources[case_id])}
            if meta:
                line["meta"] = meta
            yield msgspec.json.encode(line) + b"\n"


def _sources(case_ids: Collection[int]) -> Mapping[int, list[CaseSource]]:
    found: dict[int, list[CaseSource]] = defaultdict(list)
    for source in CaseSource.objects.filter(case__in=case_ids):
        found[source.case_id].append(source)
    return found


def _output_lines(model: CandidateModel) -> Iterator[bytes]:
    rows = model.outputs.current().order_by("pk").values_list("example__content", *SAID)
    for content, *said in rows.iterator(chunk_size=ROWS):
        yield msgspec.json.encode({"input": _raw(content), **said_fields(said)}) + b"\n"


def _trained_on_lines(model: CandidateModel) -> Iterator[bytes]:
    digests = model.trained_on.order_by("pk").values_list("digest", flat=True)
    for digest in digests.iterator(chunk_size=ROWS):
        yield msgspec.json.encode({"sha256": digest}) + b"\n"


def _raw(stored: str) -> msgspec.Raw:
    return msgspec.Raw(stored.encode())


class _Outbox:
    """A stream that a zip is written to and that is emptied as it grows, so that memory does not."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Everything is with us already; `emptied` hands it on."""

    def emptied(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, lines in files:
            with archive.open(name, "w", force_zip64=True) as member:
                for line in lines:
                    member.write(line)
                    if piece := outbox.emptied():
                        yield piece
    yield outbox.emptied()
