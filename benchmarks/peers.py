"""Peers: the shared CheckList suite with one model, the whole job, beside CheckList's own runner and MLflow's evaluate.

Each job is a process of its own, timed from outside, start-up included: load the suite, predict, judge, write the
results to the disk. The verdicts of all are compared with those worked out apart from this project.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import CHECKLIST, MLFLOW, NotInstalled, Tool, python_of
from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure
from benchmarks.place import DATABASE, ONE_THREAD, MeasurementFailed, Place, place
from scripts.install import ROOT

DATA = ROOT.parent / "shared" / "data" / "checklist_sentiment"
PATTERNS = DATA / "patterns.jsonl.gz"
MODEL = "vader-3.3.2"
ROUNDS, QUICK_ROUNDS = 5, 1
FASTER = Target(at_most=1.0)
CALLABLE = "benchmarks.others.vader:classify"
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
"""A tool that reports home would wait for the network, which is no part of its job."""

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a job: seconds from outside, processor seconds, those without the start, and what it found."""

    seconds: float
    processor: float
    work: float
    counts: Counts


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with place(prepared, PYTHON_CALLABLES=CALLABLE) as here:
        try:
            suite = _Suite(here)
        except NotThere as missing:
            for tool in (CHECKLIST, MLFLOW):
                yield not_measured(f"peers.{tool.name}", _title(tool), str(missing), target=FASTER)
            return
        for tool, prepare in ((CHECKLIST, _checklist), (MLFLOW, _mlflow)):
            try:
                theirs = prepare(python_of(tool), here.folder)
            except NotInstalled as error:
                why = f"It cannot be installed: {error}"
                yield not_measured(f"peers.{tool.name}", _title(tool), why, target=FASTER)
                continue
            yield suite.compared(
                f"peers.{tool.name}", _title(tool), theirs.from_lines, suite.from_lines, rounds
            )
            if theirs.stored is not None:
                name, title = f"peers.{tool.name}.stored", f"{_title(tool)}, each from its own stored suite"
                yield suite.compared(name, title, theirs.stored, suite.stored, rounds)


def _title(tool: Tool) -> str:
    return f"the whole job on the CheckList suite / {tool.name} {tool.version}"


class NotThere(Exception):
    """What is compared on is not there; the text says what."""


class _Suite:
    """The shared suite, and the tracker's own job on it."""

    def __init__(self, here: Place) -> None:
        if not DATA.exists():
            raise NotThere(f"The suite is not there: ../shared/data/{DATA.name}.")
        if importlib.util.find_spec("vaderSentiment") is None:
            raise NotThere("The model's package, vaderSentiment, is not installed (make demo installs it).")
        expected = json.loads((DATA / "expected.json").read_text())
        self._here = here
        self._expected = {problem: by_model[MODEL] for problem, by_model in expected.items()}
        self._database = here.folder / DATABASE
        self._empty, self._filled = here.folder / "empty.sqlite3", here.folder / "filled.sqlite3"
        if not self._database.exists():
            here.measure("migrated", {})
        shutil.copyfile(self._database, self._empty)
        self._ask(PATTERNS, evaluate=False)
        shutil.copyfile(self._database, self._filled)

    def from_lines(self) -> Job:
        return self._job(self._empty, PATTERNS)

    def stored(self) -> Job:
        return self._job(self._filled, None)

    def compared(
        self, name: str, title: str, theirs: Callable[[], Job], ours: Callable[[], Job], rounds: int
    ) -> Figure:
        pairs = []
        agreeing = 0
        for _number in range(rounds):
            other, own = theirs(), ours()
            if other.counts != own.counts:
                raise MeasurementFailed(
                    f"{name}: the verdicts differ: {_differences(other.counts, own.counts)}"
                )
            agreeing = sum(own.counts.get(problem) == count for problem, count in self._expected.items())
            within = {
                "ours_work": own.work,
                "other_work": other.work,
                "ours_processor": own.processor,
                "other_processor": other.processor,
            }
            pairs.append(Round(own.seconds, other.seconds, within))
        return ratio_figure(
            name,
            title,
            pairs,
            target=FASTER,
            sizes={"problems": len(self._expected), "model": MODEL},
            note=f"both count as expected.json does in {agreeing} of {len(self._expected)} problems",
        )

    def _job(self, start: Path, patterns: Path | None) -> Job:
        for leftover in self._here.folder.glob(f"{DATABASE}*"):
            leftover.unlink()
        shutil.copyfile(start, self._database)
        started, worked = time.perf_counter(), _processor_seconds()
        found = self._ask(patterns, evaluate=True)
        return _job_of(started, worked, found)

    def _ask(self, patterns: Path | None, *, evaluate: bool) -> dict[str, Any]:
        path = str(patterns) if patterns else None
        return self._here.measure("peers", {"patterns": path, "evaluate": evaluate})


def _differences(theirs: Counts, ours: Counts) -> str:
    return ", ".join(
        f"{name} {theirs.get(name)} {ours.get(name)}"
        for name in sorted({*theirs, *ours})
        if theirs.get(name) != ours.get(name)
    )


@dataclass(frozen=True, slots=True)
class _Theirs:
    """The job of another tool: from the shared file's JSON lines, and from the suite as it stores it itself."""

    from_lines: Callable[[], Job]
    stored: Callable[[], Job] | None = None


def _checklist(python: Path, folder: Path) -> _Theirs:
    suite, results, verdicts = (folder / name for name in ("suite.pkl", "results.pkl", "verdicts.json"))
    _theirs(python, "checklist_suite", PATTERNS, suite)
    return _Theirs(
        lambda: _job(python, "checklist_job", PATTERNS, results, verdicts),
        lambda: _job(python, "checklist_job", suite, results, verdicts),
    )


def _mlflow(python: Path, folder: Path) -> _Theirs:
    store = folder / "mlflow"

    def run() -> Job:
        shutil.rmtree(store, ignore_errors=True)
        store.mkdir()
        # Its tables are made by the first run of anything, as ours are by migrating: not counted.
        _theirs(python, "mlflow_store", store)
        return _job(python, "mlflow_job", PATTERNS, store, folder / "verdicts.json")

    return _Theirs(run)


def _job(python: Path, module: str, *arguments: Path) -> Job:
    started, worked = time.perf_counter(), _processor_seconds()
    _theirs(python, module, *arguments)
    return _job_of(started, worked, json.loads(arguments[-1].read_text()))


def _job_of(started: float, worked: float, found: dict[str, Any]) -> Job:
    seconds, processor = time.perf_counter() - started, _processor_seconds() - worked
    return Job(seconds, processor, found["work_seconds"], found["counts"])


def _processor_seconds() -> float:
    """Return what all processes that this one waited for have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _theirs(python: Path, module: str, *arguments: Path) -> None:
    command: list[str | Path] = [python, "-m", f"benchmarks.others.{module}", *arguments]
    environment = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | ONE_THREAD | QUIET | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed(f"{module} ended with {done.returncode}:\n{done.stderr[-4000:]}")
