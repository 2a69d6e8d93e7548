"""Models for the pages that compare them, and the rows of their files."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.factories import make_model, make_outputs
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project


def answering(project: Project, version: str, labels: dict[str, str], **fields: Any) -> CandidateModel:
    model = make_model(project, version, **fields)
    make_outputs(model, labels)
    return model


def rows(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))
