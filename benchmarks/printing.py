"""The report that people read."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from benchmarks.figures import Figure

WIDTH = 118


def machine_line(facts: Mapping[str, object]) -> str:
    return (
        f"{facts['date']}; {facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB; {facts['system']}; "
        f"Python {facts['python']}; load before: {facts['load_before']}"
    )


def lines(figure: Figure) -> str:
    """Return the figure's line and, under it, what it was measured on."""
    verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
    if figure.met and figure.aim is not None and figure.value is not None and figure.value <= figure.aim:
        verdict = f"met, aim {figure.aim:g} too"
    target = str(figure.target) if figure.target else ""
    head = f"{figure.name:<34}{shown(figure):>12}  {target:<10}{verdict}"
    below = [figure.title]
    if figure.rounds:
        ratios = sorted(each.ratio for each in figure.rounds)
        below.append(f"{len(ratios)} rounds, {ratios[0]:.3g} to {ratios[-1]:.3g}")
    if figure.sizes:
        below.append(
            ", ".join(f"{name.replace('_', ' ')} {_size(value)}" for name, value in figure.sizes.items())
        )
    if figure.note:
        below.append(figure.note)
    wrapped = textwrap.wrap("; ".join(below), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([head, *wrapped])


def shown(figure: Figure) -> str:
    if figure.value is None:
        return "not measured"
    return f"{figure.value:.4g} {figure.unit}".strip()


def _size(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"
