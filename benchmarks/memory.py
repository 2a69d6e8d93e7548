"""Memory: what a worker's peak adds to its start while it evaluates very many patterns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Target
from benchmarks.place import place

SIZES = {"patterns": 1_000_000, "problems": 1_000}
QUICK = {"patterns": 20_000, "problems": 50}
TARGET = Target(at_most=400.0)


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    sizes = QUICK if quick else SIZES
    with place(prepared, PYTHON_CALLABLES="benchmarks.models:by_length") as here:
        here.measure("memory", {"step": "fill", **sizes})
        found = here.measure("memory", {"step": "evaluate", **sizes})
    yield Figure(
        "memory",
        "the peak of a worker that evaluates them, above what it held after a small project",
        "MB",
        found["peak_mb"] - found["start_mb"],
        TARGET,
        sizes=sizes,
        note=f"{found['start_mb']:.0f} MB at the start, {found['peak_mb']:.0f} MB at the peak",
    )
