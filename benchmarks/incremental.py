"""Incremental: a few patterns added where many patterns and models stand."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks import models
from benchmarks.figures import Figure, Round, Target, ratio_figure
from benchmarks.place import place

SIZES = {"patterns": 100_000, "problems": 500, "models": 20, "added": 10, "rounds": 5}
QUICK = {"patterns": 2_000, "problems": 20, "models": 5, "added": 10, "rounds": 2}
TARGET = Target(at_most=1 / 50)


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    sizes = QUICK if quick else SIZES
    names = [f"classify_{number:02}" for number in range(sizes["models"])]
    for number in range(sizes["models"]):
        models.save(models.fit(ngrams=1, seed=200 + number), prepared, models.numbered(number))
    with place(prepared, PYTHON_CALLABLES=",".join(f"benchmarks.models:{name}" for name in names)) as here:
        found = here.measure("incremental", sizes)
    described = {key: value for key, value in sizes.items() if key != "rounds"}
    asked = [each["asked"] for each in found["rounds"]]
    wanted = float(sizes["models"] * sizes["added"])
    yield Figure(
        "incremental.asked",
        "outputs asked after patterns with new inputs were added: one of each model for each",
        value=statistics.median(asked) if len(set(asked)) == 1 else max(asked),
        target=Target(at_least=wanted, at_most=wanted),
        sizes=described,
    )
    cold = found["cold"]["seconds"]
    rounds = [
        Round(
            each["seconds"],
            cold,
            {"ours_processor": each["processor"], "other_processor": found["cold"]["processor"]},
        )
        for each in found["rounds"]
    ]
    yield ratio_figure(
        "incremental.time",
        "evaluating what was added under every model / the cold evaluation of every model",
        rounds,
        target=TARGET,
        sizes=described,
        note=f"1/{1 / statistics.median(each.ratio for each in rounds):.0f}",
    )
