"""Which Python a real server gets, and that its absence is no secret where everything must run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.servers import environments
from tests.servers.environments import OWN, PYTHONS, python_for


@pytest.fixture
def others_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose Python runs no server, with nothing else on its path yet."""
    monkeypatch.setitem(PYTHONS, "mlserver", ("python3.12", "python3.11"))
    monkeypatch.setattr(environments, "OWN", "python3.13")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, says: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return program


def test_this_python_is_taken_where_the_server_runs_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PYTHONS, "mlserver", (OWN,))

    assert python_for("mlserver") == sys.executable


def test_else_one_that_starts(others_only: Path) -> None:
    put(others_only, "python3.12", "exit 127")
    eleven = put(others_only, "python3.11", "exit 0")

    assert python_for("mlserver") == str(eleven)


def test_without_one_people_skip_the_server(others_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="mlserver needs one of python3"):
        python_for("mlserver")


def test_without_one_continuous_integration_fails(others_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="there is python3"):
        python_for("mlserver")
