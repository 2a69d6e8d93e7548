"""Rows for tests, made through the product's own state changes wherever there is one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tracker.candidates.model_changes import register_model
from tracker.candidates.models import CandidateModel
from tracker.candidates.output_import import import_outputs
from tracker.problems.models import Problem
from tracker.problems.problem_changes import create_problem
from tracker.problems.revisions import BulkOutcome, import_patterns
from tracker.projects.changes import create_project
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM

LABELS = ["negative", "neutral", "positive"]
_numbers = itertools.count(1)


def make_project(**settings: Any) -> Project:
    slug = settings.pop("slug", f"project-{next(_numbers)}")
    return create_project(None, slug=slug, name=settings.pop("name", slug), **({"labels": LABELS} | settings))


def make_problem(project: Project, **fields: Any) -> Problem:
    title = fields.pop("title", f"Problem {next(_numbers)}")
    return create_problem(SYSTEM, project, title=title, **fields)


def make_model(project: Project, version: str | None = None, **fields: Any) -> CandidateModel:
    fields.setdefault("adapter", {"kind": "recorded"})
    return register_model(SYSTEM, project, version=version or f"model-{next(_numbers)}", **fields)


def day(number: int) -> datetime:
    """The number-th day of a month long past, for training dates."""
    return datetime(2020, 1, number, tzinfo=UTC)


def equals(text: str, label: str = "positive", **fields: Any) -> dict[str, Any]:
    """A pattern line: this text should be given this label."""
    return {"input": text, "expectation": {"type": "equals", "label": label}, **fields}


def make_patterns(problem: Problem, lines: Sequence[Mapping[str, Any]]) -> BulkOutcome:
    outcome = import_patterns(SYSTEM, problem.project, enumerate(map(dict, lines), start=1), problem=problem)
    problem.refresh_from_db()
    return outcome


def make_outputs(model: CandidateModel, labels: Mapping[str, str]) -> BulkOutcome:
    """Record which label the model gives to each text."""
    lines = [{"input": text, "label": label} for text, label in labels.items()]
    outcome = import_outputs(SYSTEM, model, enumerate(lines, start=1))
    model.refresh_from_db()
    return outcome


def evaluate(project: Project) -> None:
    """Bring every result up to date, as `manage.py evaluate --wait` does."""
    from tracker.tasks.evaluating import evaluate_project  # noqa: PLC0415

    runs = evaluate_project(project)
    assert all(run.status == "finished" for run in runs), [run.error for run in runs]
