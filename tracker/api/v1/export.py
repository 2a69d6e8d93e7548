"""Everything of a project as the files that can be imported again, streamed as one archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.http import StreamingHttpResponse
from rest_framework.request import Request

from tracker.api.operations import Operation
from tracker.api.v1.outputs import said_fields
from tracker.api.v1.pattern_answers import shown_sources, with_all
from tracker.api.view import ProjectView
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Pattern
from tracker.projects.models import Project

ROWS = 1_000
ZIP_TYPE = "application/zip"


class Export(ProjectView):
    """A zip with `patterns.jsonl` (living ones) and `outputs_VERSION.jsonl` for each model."""

    @Operation("Export patterns and outputs", {200: bytes}, answer_type=ZIP_TYPE)
    def get(self, request: Request) -> StreamingHttpResponse:
        name = f"{self.project.slug}.zip"
        return StreamingHttpResponse(
            _zipped(_files(self.project)),
            content_type=ZIP_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _files(project: Project) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "patterns.jsonl", _pattern_lines(project)
    for model in project.models.order_by("pk"):
        yield f"outputs_{model.version}.jsonl", _output_lines(model)


def _pattern_lines(project: Project) -> Iterator[bytes]:
    alive = with_all(Pattern.objects.alive().filter(project=project)).order_by("pk")
    for pattern in alive.iterator(chunk_size=ROWS):
        line: dict[str, Any] = {"problem": pattern.problem.slug, "case": pattern.case.key}
        line["input"] = msgspec.Raw(pattern.example.content.encode())
        if pattern.base:
            line["base"] = msgspec.Raw(pattern.base.content.encode())
        line["expectation"] = msgspec.Raw(pattern.expectation.encode())
        line["source"] = shown_sources(pattern.case.sources.all())
        if pattern.meta:
            line["meta"] = pattern.meta
        yield msgspec.json.encode(line) + b"\n"


def _output_lines(model: CandidateModel) -> Iterator[bytes]:
    for output in model.outputs.current().select_related("example").order_by("pk").iterator(chunk_size=ROWS):
        line = {"input": msgspec.Raw(output.example.content.encode()), **said_fields(output)}
        yield msgspec.json.encode(line) + b"\n"


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
