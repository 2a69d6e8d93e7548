"""Cold: a whole evaluation from nothing beside the model alone over the same list, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure
from benchmarks.place import place
from scripts.postgresql import server_programs, throw_away_server

SIZES = {"patterns": 20_000, "problems": 200, "rounds": 11}
QUICK = {"patterns": 4_000, "problems": 40, "rounds": 3}
INPUTS_A_CALL = {"python": 5_000, "skops": 2_500}
"""As many as a model that is this quick is best asked at once; half of them or a fifth cost some points more."""
TARGET = Target(at_most=2.0)
AIM = 1.5
DURABLE = {"max_connections": "60"}
"""The server as it comes, so that it writes to the disk what it says it has written."""
_TITLES = {
    "python": "cold evaluation / bare predict_proba, model called in the worker (python)",
    "skops": "cold evaluation / bare predict_proba, uploaded model in a child process (skops)",
    "bare": "a bare script without a framework / bare predict_proba, for comparison",
}


def measure(prepared: Path, *, quick: bool = False) -> Iterator[Figure]:
    sizes = QUICK if quick else SIZES
    callables = {"PYTHON_CALLABLES": "benchmarks.models:classify"}
    with place(prepared, **callables) as here:
        yield from _figures("sqlite", sizes, here.measure("cold", sizes | {"inputs_a_call": INPUTS_A_CALL}))
    programs = server_programs()
    if programs is None:
        for how, title in _TITLES.items():
            yield not_measured(
                f"cold.postgresql.{how}",
                title,
                "No PostgreSQL server is installed here.",
                target=_target(how),
            )
        return
    with throw_away_server(programs, DURABLE) as server:
        url = server.removesuffix("/postgres") + "/benchmark"
        with place(prepared, database_url=url, **callables) as here:
            yield from _figures(
                "postgresql", sizes, here.measure("cold", sizes | {"inputs_a_call": INPUTS_A_CALL})
            )


def _figures(database: str, sizes: dict[str, int], found: dict[str, Any]) -> Iterator[Figure]:
    described = {key: value for key, value in sizes.items() if key != "rounds"}
    for how, title in _TITLES.items():
        rounds = [
            Round(
                each[how]["ours"]["seconds"],
                each[how]["alone"]["seconds"],
                {
                    "ours_processor": each[how]["ours"]["processor"],
                    "other_processor": each[how]["alone"]["processor"],
                },
            )
            for each in found["rounds"]
        ]
        asked = {"inputs_a_call": INPUTS_A_CALL[how]} if how in INPUTS_A_CALL else {}
        yield ratio_figure(
            f"cold.{database}.{how}",
            title,
            rounds,
            target=_target(how),
            aim=AIM if how != "bare" else None,
            sizes=described | asked | {"failed_cases": found["failed_cases"]},
        )


def _target(how: str) -> Target | None:
    return None if how == "bare" else TARGET
