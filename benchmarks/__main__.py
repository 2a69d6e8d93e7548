"""`make bench`: measure, print, write JSON. docs/performance.md says what each figure means."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import documented, models
from benchmarks.figures import Figure
from benchmarks.machine import machine
from benchmarks.place import MeasurementFailed, make_empty_database
from benchmarks.printing import lines, machine_line
from scripts.install import ROOT

NAMES = ("cold", "peers", "incremental", "new_model", "memory", "server")
FORMAT = 1
"""Of the JSON; counts up when a reader would have to change."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the tracker's speed as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}; else all")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes: shows that it runs, proves nothing"
    )
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench" / "figures.json", metavar="FILE")
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/performance.md too")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    if chosen.docs and (chosen.names or chosen.quick):
        parser.error("the page holds the figures of a whole run: leave names and --quick out")
    return chosen


def prepare(folder: Path) -> None:
    """Make what all figures need, once: the model that is asked, and an empty database."""
    models.save(models.fit(ngrams=2, seed=100), folder, models.CLASSIFIER)
    make_empty_database(folder)


def measure(name: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Take one figure; a failure is a figure without a value, so that the others are still taken."""
    figures = []
    try:
        for figure in importlib.import_module(f"benchmarks.{name}").measure(folder, quick=quick):
            figures.append(figure)
            print(lines(figure), flush=True)
    except MeasurementFailed as error:
        figures.append(Figure(name, "measuring it failed", note=str(error), broken=True))
        print(lines(figures[-1]), flush=True)
    return figures


def report(figures: Sequence[Figure], facts: dict[str, object], *, quick: bool) -> dict[str, object]:
    return {
        "format": FORMAT,
        "quick": quick,
        "machine": facts,
        "figures": [figure.to_json() for figure in figures],
    }


def exit_code(figures: Sequence[Figure], *, check: bool) -> int:
    """A figure that broke is a fault; a missed target is a finding, and a fault only where one asks for that."""
    missed = check and any(figure.met is False for figure in figures)
    return 1 if missed or any(figure.broken for figure in figures) else 0


def main(arguments: Sequence[str]) -> int:
    chosen = parse(arguments)
    facts = machine()
    print(
        machine_line(facts) + ("\nSmall sizes: these figures prove nothing." if chosen.quick else ""),
        flush=True,
    )
    started = time.monotonic()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="tracker-benchmark-prepared-") as folder:
        prepare(Path(folder))
        for name in chosen.names or NAMES:
            figures += measure(name, Path(folder), quick=chosen.quick)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report(figures, facts, quick=chosen.quick), indent=1) + "\n")
    if chosen.docs:
        documented.write(figures, facts)
    print(f"{time.monotonic() - started:.0f} s; written to {chosen.json}")
    return exit_code(figures, check=chosen.check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
