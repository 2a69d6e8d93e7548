"""Everything of a project as the files that can be imported again, streamed as one archive."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from tracker.api.operations import Operation
from tracker.api.view import ProjectView
from tracker.triage.project_archive import ZIP_TYPE, project_archive


class Export(ProjectView):
    """A zip with `patterns.jsonl` (living ones) and `outputs_VERSION.jsonl` for each model.

    `project.json` has the settings and `activations.jsonl` when which model went live, on what evidence.

    A model that says what it was trained on has `trained_on_VERSION.jsonl` too, with `{"sha256": ...}` on each line;
    an empty one says that it was trained on none of the project's inputs.
    """

    @Operation("Export patterns, outputs and what models were trained on", {200: bytes}, answer_type=ZIP_TYPE)
    def get(self, request: Request) -> StreamingHttpResponse:
        name = f"{self.project.slug}.zip"
        return StreamingHttpResponse(
            project_archive(self.project),
            content_type=ZIP_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
