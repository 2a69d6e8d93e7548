"""Lines of files as they would look in a project: its kind of inputs, its labels."""

from __future__ import annotations

from typing import Any

from tracker.board.forms.styled import pretty
from tracker.projects.models import InputKind, Project, Task

INPUTS: dict[InputKind, Any] = {
    InputKind.TEXT: "not half bad",
    InputKind.TEXT_PAIR: ["How old are you?", "What is your age?"],
    InputKind.CHAT: [{"role": "user", "content": "Hello"}],
    InputKind.TABLE: {"age": 41, "city": "Oslo"},
    InputKind.IMAGE: [[0, 16], [16, 0]],
}


def example_of_input(project: Project) -> str:
    """Return an input as JSON."""
    return pretty(INPUTS.get(InputKind(project.input_kind), {"a": 1}))


def example_of_output(project: Project) -> str:
    """Return an output as JSON."""
    return pretty(_said(project, last=False))


def example_of_said(project: Project) -> str:
    """Return the fields of an output as they stand in a line beside its input."""
    return example_of_output(project)[1:-1]


def example_of_expectation(project: Project) -> str:
    """Return what an output should be, as JSON."""
    said = _said(project, last=True)
    if "label" in said:
        return pretty({"type": "equals", **said})
    if "value" in said:
        return pretty({"type": "close_to", **said, "abs_tol": 0.5})
    return pretty({"type": "contains", **said})


def _said(project: Project, *, last: bool) -> dict[str, Any]:
    """Return an output; the expected one is another."""
    if project.task == Task.REGRESSION:
        return {"value": 4.0 if last else 2.5}
    if project.task == Task.TEXT:
        return {"text": "sorry" if last else "Buy now!"}
    labels = project.labels or ["negative", "positive"]
    return {"label": labels[-1 if last else 0]}
