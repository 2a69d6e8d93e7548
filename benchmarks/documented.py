"""Writing the figures of a run into docs/performance.md, where a machine's figures stand between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.printing import machine_line, shown
from scripts.install import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def write(figures: Sequence[Figure], facts: dict[str, object], page: Path = PAGE) -> None:
    text = page.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    if not after:
        raise SystemExit(f"{page.name} has no place for figures: {BEGIN} ... {END}")
    page.write_text(f"{before}{BEGIN}\n{table(figures, facts)}\n{END}{after}")


def table(figures: Sequence[Figure], facts: dict[str, object]) -> str:
    rows = [
        "| figure | value | target | met | rounds |",
        "|---|---|---|---|---|",
        *(_row(figure) for figure in figures),
    ]
    return f"{machine_line(facts)}.\n\n" + "\n".join(rows)


def _row(figure: Figure) -> str:
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    ratios = sorted(each.ratio for each in figure.rounds)
    rounds = f"{len(ratios)}: {ratios[0]:.3g} to {ratios[-1]:.3g}" if ratios else ""
    value = (
        shown(figure) if figure.value is not None else f"not measured: {' '.join(figure.note.split())[:200]}"
    )
    return f"| `{figure.name}` | {value} | {figure.target or ''} | {met} | {rounds} |"
