"""A model behind HTTP, asked by the tracker and by a bare client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.corpus import texts
from benchmarks.inside.bare_client import ask
from benchmarks.inside.stands import Snapshot, make_project, migrate
from benchmarks.inside.timing import timed
from evaluation.adapters import ADAPTERS
from tracker.candidates.model_changes import register_model
from tracker.candidates.models import Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.tasks.evaluating import evaluate_project

SLUG = "server"


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: patterns, problems, batch, at_once, rounds."""
    migrate()
    written = list(texts(settings["patterns"], seed=5))
    words = [text.words for text in written]
    size = settings["batch"]
    batches = [words[start : start + size] for start in range(0, len(words), size)]
    project = make_project(SLUG, written, settings["problems"])
    with model_server() as port:
        adapter = {"kind": "http", "url": f"http://127.0.0.1:{port}/", "batch_size": size}
        if "concurrency" in ADAPTERS["http"].fields:
            adapter["concurrency"] = settings["at_once"]
        register_model(SYSTEM, project, version="served", adapter=adapter)
        stands = Snapshot()
        rounds = []
        for number in range(settings["rounds"] + 1):
            answered: list[int] = []
            bare = timed(lambda: answered.append(ask(port, batches, at_once=settings["at_once"])))  # noqa: B023
            assert answered == [len(words)], answered
            stands.restore()
            found = {"bare": bare, "tracker": timed(_evaluate)}
            assert Output.objects.answers().count() == len(words)
            if number:
                rounds.append(found)
    return {"rounds": rounds}


def _evaluate() -> None:
    runs = evaluate_project(Project.objects.get(slug=SLUG))
    assert [run.status for run in runs] == ["finished"], [run.error for run in runs]


@contextmanager
def model_server() -> Iterator[int]:
    """Yield the port of a server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.model_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()
