"""What the classes of a model are called."""

from __future__ import annotations

from typing import Any


def name_of(label: Any) -> str:
    """A class as a label: 3 and 3.0 are "3"."""
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return str(label)
