"""Server: the throughput of a whole evaluation over HTTP, of what a bare client gets out of the same server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Round, Target
from benchmarks.model_server import AT_ONCE, MILLISECONDS
from benchmarks.place import place

BATCH = 32
SIZES = {"patterns": 80 * AT_ONCE * BATCH, "problems": 40, "rounds": 5}
QUICK = {"patterns": 10 * AT_ONCE * BATCH, "problems": 10, "rounds": 1}
TARGET = Target(at_least=85.0)


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    sizes = (QUICK if quick else SIZES) | {"batch": BATCH, "at_once": AT_ONCE}
    with place(prepared, MODEL_NETWORKS="127.0.0.0/8") as here:
        found = here.measure("server", sizes)
    rounds = [
        # As throughputs: the same work, so their ratio is the other way round than that of the times.
        Round(
            sizes["patterns"] / each["tracker"]["seconds"],
            sizes["patterns"] / each["bare"]["seconds"],
            {"ours_processor": each["tracker"]["processor"], "other_processor": each["bare"]["processor"]},
        )
        for each in found["rounds"]
    ]
    ideal = AT_ONCE * BATCH * 1000 / MILLISECONDS
    bare = statistics.median(each.other for each in rounds)
    yield Figure(
        "server",
        "outputs a second of a whole evaluation over HTTP, of what a bare client gets from the same server",
        "%",
        100 * statistics.median(each.ratio for each in rounds),
        TARGET,
        sizes={key: value for key, value in sizes.items() if key != "rounds"}
        | {"ms_a_request": MILLISECONDS},
        rounds=rounds,
        round_unit="outputs/s",
        note=f"the bare client got {bare:,.0f} outputs/s of the {ideal:,.0f} that the pauses allow",
    )
