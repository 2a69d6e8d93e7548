"""Calling the gate as from a shell, and models that answer."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.factories import make_outputs
from tracker.candidates.models import CandidateModel
from tracker.tasks.management.commands.gate import Command

N = 24
ANSWERS = "tests.tasks.moody:answers"
CASES = [f"text {number:02}" for number in range(N)]
Told = pytest.CaptureFixture[str]


def gate(capsys: Told, *arguments: str) -> tuple[int, str, str]:
    """Call it as from a shell; return exit status, output, error output."""
    code: object = 0
    try:
        Command().run_from_argv(["manage.py", "gate", *arguments])
    except SystemExit as end:
        code = end.code
    assert isinstance(code, int)
    told = capsys.readouterr()
    return code, told.out, told.err


def says(model: CandidateModel, right: Iterable[str], wrong: Iterable[str] = ()) -> None:
    make_outputs(model, dict.fromkeys(right, "positive") | dict.fromkeys(wrong, "negative"))
