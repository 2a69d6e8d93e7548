"""Peers: the shared CheckList suite with one model, the whole job, beside CheckList's own runner and MLflow's evaluate.

Each job is a process of its own, timed from outside, start-up included: load the suite, predict, judge, write the
results to the disk. The verdicts of all are compared with those worked out apart from this project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import CHECKLIST, MLFLOW, NotInstalled, Tool, python_of
from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure
from benchmarks.place import ONE_THREAD, MeasurementFailed, Place, place
from scripts.install import ROOT

DATA = ROOT.parent / "shared" / "data" / "checklist_sentiment"
MODEL = "vader-3.3.2"
ROUNDS, QUICK_ROUNDS = 5, 1
FASTER = Target(at_most=1.0)
CALLABLE = "benchmarks.others.vader:classify"

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a job: seconds from outside, those within, and what it found."""

    seconds: float
    work: float
    counts: Counts


def measure(models: Path, *, quick: bool = False) -> Iterator[Figure]:
    missing = _missing()
    with place(models, PYTHON_CALLABLES=CALLABLE) as here:
        for tool, prepare in ((CHECKLIST, _checklist), (MLFLOW, _mlflow)):
            title = f"the whole job on the CheckList suite / {tool.name} {tool.version}"
            name = f"peers.{tool.name}"
            if missing:
                yield not_measured(name, title, missing, target=FASTER)
                continue
            try:
                run_theirs = prepare(python_of(tool), here.folder)
            except NotInstalled as error:
                yield not_measured(name, title, f"It cannot be installed: {error}", target=FASTER)
                continue
            yield _compared(name, title, tool, here, run_theirs, QUICK_ROUNDS if quick else ROUNDS)


def _missing() -> str:
    if not DATA.exists():
        return f"The suite is not there: ../shared/data/{DATA.name}."
    try:
        import vaderSentiment  # noqa: F401, PLC0415 - asked whether it is there
    except ImportError:
        return "The model's package, vaderSentiment, is not installed (make demo installs it)."
    return ""


def _compared(
    name: str, title: str, tool: Tool, here: Place, run_theirs: Callable[[], Job], rounds: int
) -> Figure:
    here.measure("migrated", {})
    database = here.folder / "tracker.sqlite3"
    empty = here.folder / "empty.sqlite3"
    shutil.copyfile(database, empty)
    pairs = []
    verdicts: Counts = {}
    for _number in range(rounds):
        theirs = run_theirs()
        for leftover in here.folder.glob("tracker.sqlite3*"):
            leftover.unlink()
        shutil.copyfile(empty, database)
        ours = _ours(here)
        if theirs.counts != ours.counts:
            raise MeasurementFailed(f"{tool.name} and the tracker differ: {_differences(theirs.counts, ours.counts)}")
        verdicts = ours.counts
        within = {"ours_work": ours.work, "other_work": theirs.work, "work_ratio": ours.work / theirs.work}
        pairs.append(Round(ours.seconds, theirs.seconds, within))
    expected = {problem: by_model[MODEL] for problem, by_model in json.loads(_read("expected.json")).items()}
    agreement = sum(verdicts.get(problem) == count for problem, count in expected.items())
    return ratio_figure(
        name,
        title,
        pairs,
        target=FASTER,
        sizes={"problems": len(expected), "model": MODEL},
        note=f"{agreement} of {len(expected)} problems as in expected.json, for both",
    )


def _read(name: str) -> str:
    return (DATA / name).read_text()


def _differences(theirs: Counts, ours: Counts) -> str:
    return ", ".join(
        f"{name} {theirs.get(name)} {ours.get(name)}"
        for name in sorted({*theirs, *ours})
        if theirs.get(name) != ours.get(name)
    )


def _ours(here: Place) -> Job:
    started = time.perf_counter()
    found = here.measure("peers", {"patterns": str(DATA / "patterns.jsonl.gz")})
    return Job(time.perf_counter() - started, found["work_seconds"], found["counts"])


def _checklist(python: Path, folder: Path) -> Callable[[], Job]:
    suite = folder / "suite.pkl"
    _theirs(python, "checklist_suite", DATA / "patterns.jsonl.gz", suite)
    return lambda: _job(python, "checklist_job", suite, folder / "suite-results.pkl", folder / "verdicts.json")


def _mlflow(python: Path, folder: Path) -> Callable[[], Job]:
    store = folder / "mlflow"

    def run() -> Job:
        shutil.rmtree(store, ignore_errors=True)
        store.mkdir()
        # Its tables are made by the first run of anything, as ours are by migrating: not counted.
        _theirs(python, "mlflow_store", store)
        return _job(python, "mlflow_job", DATA / "patterns.jsonl.gz", store, folder / "verdicts.json")

    return run


def _job(python: Path, module: str, *arguments: Path) -> Job:
    started = time.perf_counter()
    _theirs(python, module, *arguments)
    seconds = time.perf_counter() - started
    found: dict[str, Any] = json.loads(arguments[-1].read_text())
    return Job(seconds, found["work_seconds"], found["counts"])


def _theirs(python: Path, module: str, *arguments: Path) -> None:
    command = [python, "-m", f"benchmarks.others.{module}", *arguments]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | ONE_THREAD | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed(f"{module} ended with {done.returncode}:\n{done.stderr[-4000:]}")


