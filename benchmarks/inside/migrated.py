"""An empty database, as an installation has it."""

from __future__ import annotations

from typing import Any

from benchmarks.inside.stands import migrate


def measure(_settings: dict[str, Any]) -> dict[str, Any]:
    migrate()
    return {}
