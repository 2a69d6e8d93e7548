"""The gate on the command line: exit codes, what it prints, what it evaluates first."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from tests.factories import make_model
from tests.tasks.gate_calls import CASES, Told, gate, says
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.settings import BASE_DIR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connections_stay")]


@pytest.mark.usefixtures("problem", "v1")
class TestExitCodes:
    def test_pass(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES)
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 0
        assert told.startswith("v2 beside the active v1: PASS\n")
        assert "The one fixed problem stays fixed; nothing is significantly worse." in told

    def test_fail(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES[5:], CASES[:5])
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 1
        assert told.startswith("v2 beside the active v1: FAIL\n")
        assert "  negation: It is fixed and would come back with v2: 5 of 24 fail; none may." in told
        assert "    text 00, text 01, text 02, text 03, text 04\n" in told

    def test_inconclusive(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES[1:], CASES[:1])
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 2
        assert "INCONCLUSIVE" in told
        assert "over 24 cases: 0 newly pass, 1 newly fails." in told
        assert "Of 24 unselected ones 0 newly pass, 1 newly fails, p = 1: unproven." in told

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("reviews",),
            ("reviews", "v9"),
            ("nowhere", "v1"),
            ("reviews", "v1", "--bogus"),
            ("reviews", "--version", "v1"),
            ("reviews", "--version=v1"),
            ("reviews", "v1", "--version"),
            ("reviews", "v1", "--timeout", "soon"),
            ("reviews", "v1", "--timeout", "nan"),
            ("reviews", "v1", "--timeout", "-1"),
            ("reviews", "v1", "--junit", "/nowhere/at/all.xml"),
            ("reviews", "v1", "--json", "/"),
        ],
    )
    def test_a_wrong_call(self, arguments: tuple[str, ...], capsys: Told) -> None:
        code, told, errors = gate(capsys, *arguments)
        assert (code, told) == (3, "")
        assert errors

    def test_the_version_given_as_an_option(self, capsys: Told) -> None:
        """It is what Django prints its own version for, with a status that here means *pass*."""
        _code, _told, errors = gate(capsys, "reviews", "--version", "v1")
        assert "the version is given without --version: manage.py gate SLUG VERSION" in errors

    @pytest.mark.parametrize(
        "error", [DatabaseError("the database is away"), ZeroDivisionError(), OSError("full")]
    )
    @pytest.mark.parametrize("traceback", [[], ["--traceback"]])
    def test_no_fault_looks_like_a_verdict(
        self, error: Exception, traceback: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Told
    ) -> None:
        def fails(*_args: Any, **_named: Any) -> None:
            raise error

        monkeypatch.setattr("tracker.tasks.management.commands.gate.evaluate_project", fails)
        code, _told, errors = gate(capsys, "reviews", "v1", *traceback)
        assert code == 3
        assert type(error).__name__ in errors

    def test_called_from_python(self, v2: CandidateModel) -> None:
        says(v2, CASES[5:], CASES[:5])
        with pytest.raises(SystemExit) as end:
            call_command("gate", "reviews", "v2", stdout=io.StringIO())
        assert end.value.code == 1
        says(make_model(v2.project, "v3"), CASES)
        call_command("gate", "reviews", "v3", stdout=io.StringIO())


@pytest.mark.usefixtures("problem", "v1")
class TestItEvaluatesFirst:
    def test_the_model_and_the_active_one_alone(self, v2: CandidateModel, capsys: Told) -> None:
        make_model(v2.project, "v3")
        says(v2, CASES)
        gate(capsys, "reviews", "v2")
        assert sorted(Run.objects.values_list("model__version", "status")) == [
            ("v1", "finished"),
            ("v2", "finished"),
        ]

    def test_what_cannot_be_evaluated_in_time_is_inconclusive(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, [], CASES)
        code, told, _errors = gate(capsys, "reviews", "v2", "--timeout", "0")
        assert code == 2
        assert "negation: Not everything that is known now has been evaluated on it." in told
        assert "its run is queued" in told

    def test_a_server_that_is_away_is_inconclusive(
        self, project: Project, capsys: Told, settings: Any
    ) -> None:
        settings.MODEL_NETWORKS = (ip_network("127.0.0.0/8"),)
        away = {"kind": "http", "url": "http://127.0.0.1:9/", "retries": 0, "timeout_seconds": 1}
        make_model(project, "served", adapter=away)
        code, told, _errors = gate(capsys, "reviews", "served", "--timeout", "2")
        assert code == 2
        assert "served is not evaluated to the end: its run is running. " in told

    def test_a_run_that_failed_is_inconclusive(
        self, v2: CandidateModel, monkeypatch: pytest.MonkeyPatch, capsys: Told
    ) -> None:
        says(v2, CASES)

        def broken(*_args: Any) -> None:
            raise RuntimeError("scoring is broken")

        monkeypatch.setattr("tracker.runs.scoring.judge", broken)
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 2
        assert "its run is failed. RuntimeError: scoring is broken" in told


@pytest.mark.processes
def test_without_the_packages() -> None:
    """As where the wrong Python is called: it finds no site-packages."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", "manage.py", "gate", "reviews", "v1"],
        cwd=BASE_DIR, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert "No module named 'django'" in done.stderr


@pytest.mark.processes
@pytest.mark.parametrize("settings", [{"DATABASE_URL": "postgres://x:y@127.0.0.1:1/none"}, {"DEBUG": "frog"}])
def test_from_a_shell(settings: dict[str, str]) -> None:
    """Wrong settings end it before the command is even found."""
    done = subprocess.run(
        [sys.executable, "manage.py", "gate", "reviews", "v1"],
        cwd=BASE_DIR, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
