"""Adapters as they may be shown: secrets, such as the headers of an HTTP request, never leave the database."""

from collections.abc import Mapping
from typing import Any

from evaluation.adapters import ADAPTERS

HIDDEN = "(hidden)"


def shown_adapter(adapter: Mapping[str, Any]) -> dict[str, Any]:
    """Return an adapter's settings with the values of secret fields hidden; names inside them stay."""
    secret = ADAPTERS[adapter["kind"]].secret_fields
    return {name: _hidden(value) if name in secret else value for name, value in adapter.items()}


def _hidden(value: Any) -> Any:
    if not value:
        return value
    return dict.fromkeys(value, HIDDEN) if isinstance(value, Mapping) else HIDDEN
