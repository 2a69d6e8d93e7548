"""New model: its cost grows with the examples, and neither with the problems nor with the other models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Round, Target, ratio_figure
from benchmarks.place import place

SIZES = {"patterns": 10_000, "problems": 50, "models": 8}
QUICK = {"patterns": 1_000, "problems": 10, "models": 2}
ROUNDS, QUICK_ROUNDS = 7, 2
DOUBLED = {
    "patterns": ("examples", Target(at_most=2.2)),
    "problems": ("problems", Target(at_most=1.15)),
    "models": ("other models", Target(at_most=1.15)),
}
"""What doubles, its word, and what may come of it: proportion, or nothing, with what a machine's moods add."""


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    sizes = QUICK if quick else SIZES
    projects = {"plain": sizes} | {what: sizes | {what: 2 * sizes[what]} for what in DOUBLED}
    with place(prepared, PYTHON_CALLABLES="benchmarks.models:classify") as here:
        found = here.measure("new_model", {"projects": projects, "rounds": QUICK_ROUNDS if quick else ROUNDS})
    for what, (word, target) in DOUBLED.items():
        rounds = [
            Round(
                each[what]["seconds"],
                each["plain"]["seconds"],
                {"ours_processor": each[what]["processor"], "other_processor": each["plain"]["processor"]},
            )
            for each in found["rounds"]
        ]
        yield ratio_figure(
            f"new_model.{what}",
            f"evaluating one more model with twice the {word} / without",
            rounds,
            target=target,
            sizes=sizes,
        )
