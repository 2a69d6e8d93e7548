"""The settings that docs/connect-a-model.md shows are good ones, and it names every field of every kind of server."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evaluation.adapters import ADAPTERS, validate

PAGE = (Path(__file__).parents[3] / "docs" / "connect-a-model.md").read_text()
SHOWN = [
    json.loads(text) for text in re.findall(r'^    (\{"kind": .*?\})\n\n', PAGE, re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize("config", SHOWN, ids=lambda config: str(config["kind"]))
def test_what_is_shown_can_be_used(config: dict[str, object]) -> None:
    assert validate(config)["kind"] == config["kind"]


def test_every_kind_of_server_is_shown() -> None:
    servers = {name for name, kind in ADAPTERS.items() if kind.asks_server}

    assert servers <= {config["kind"] for config in SHOWN}


@pytest.mark.parametrize("name", [name for name, kind in ADAPTERS.items() if kind.asks_server])
def test_every_field_is_explained(name: str) -> None:
    assert [field for field in ADAPTERS[name].fields if f"`{field}`" not in PAGE] == []
