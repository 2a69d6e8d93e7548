"""Reading the shared suite, for the runners of other tools. Standard library only."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class SuiteCase:
    expectation: dict[str, Any]
    base: str | None
    inputs: list[str] = field(default_factory=list)


def problems(file: Path) -> dict[str, list[SuiteCase]]:
    """Return the cases of each problem. A case's lines share their base and expectation, and none is there twice."""
    found: dict[str, dict[str, SuiteCase]] = {}
    for line in _lines(file):
        cases = found.setdefault(line["problem"], {})
        case = cases.setdefault(line["case"], SuiteCase(line["expectation"], line.get("base")))
        if line["input"] not in case.inputs:
            case.inputs.append(line["input"])
    return {name: list(cases.values()) for name, cases in found.items()}


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
