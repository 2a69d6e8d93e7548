"""How much more memory a process takes while it evaluates a large project. Filling is done by another process."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.corpus import LABELS, Text, texts
from benchmarks.inside.filling import fill
from benchmarks.inside.stands import add_model, make_project, migrate
from tracker.candidates.models import Output
from tracker.projects.changes import create_project
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.tasks.evaluating import evaluate_project

MEBIBYTE = 1024**2


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: step (fill or evaluate), patterns, problems."""
    return _fill(settings) if settings["step"] == "fill" else _evaluate(settings)


def _fill(settings: dict[str, Any]) -> dict[str, Any]:
    migrate()
    small = make_project("small", texts(2_000, seed=3), 10)
    large = create_project(None, slug="large", name="large", labels=list(LABELS))
    fill(large, _numbered(settings["patterns"]), settings["problems"])
    for project in (small, large):
        add_model(project, "model", "by_length")
    return {}


def _numbered(count: int) -> Iterator[Text]:
    """Return so many distinct texts: a corpus of that length would take minutes to make."""
    written = list(texts(min(count, 20_000), seed=4))
    for number in range(count):
        text = written[number % len(written)]
        yield Text(f"{text.words} {number}", text.label)


def _evaluate(settings: dict[str, Any]) -> dict[str, Any]:
    _bring_up_to_date("small")
    gc.collect()
    start = _start_counting()
    _bring_up_to_date("large")
    peak = _peak()
    large = Project.objects.get(slug="large")
    assert Output.objects.filter(project=large).count() == settings["patterns"]
    assert Result.objects.filter(project=large).count() == settings["problems"]
    return {"start_mb": start / MEBIBYTE, "peak_mb": peak / MEBIBYTE}


def _bring_up_to_date(slug: str) -> None:
    runs = evaluate_project(Project.objects.get(slug=slug))
    assert [run.status for run in runs] == ["finished"], [run.error for run in runs]


def _start_counting() -> int:
    """Return the bytes that the process holds now; from here on its peak is counted anew, where Linux allows."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
        return _status("VmRSS")
    return _peak()


def _peak() -> int:
    if sys.platform == "linux":
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
