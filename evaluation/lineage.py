"""Where a model is from, field by field: flattened, and two compared.

A lineage is any JSON object; usual are data, code, preprocessing, parameters and environment. A null in an object says
nothing, as if it were not there; an empty object or list is a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from evaluation.types import JSON

USUAL_FIELDS = ("data", "code", "preprocessing", "parameters", "environment")
"""The parts that most lineages have, in the order in which people read them."""

Path: TypeAlias = "tuple[str | int, ...]"
_PLAIN = re.compile(r"[\w-]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class LineageField:
    """A value that is no object and no list with something in it, and the way to it."""

    path: Path
    value: JSON

    @property
    def name(self) -> str:
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field that both have, each with a value of its own."""

    path: Path
    base: JSON
    head: JSON

    @property
    def name(self) -> str:
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class LineageDifference:
    """What differs between two lineages; of what does not, how many fields there are."""

    changed: tuple[ChangedField, ...]
    only_in_base: tuple[LineageField, ...]
    only_in_head: tuple[LineageField, ...]
    n_same: int

    @property
    def is_same(self) -> bool:
        """Nothing that is told differs; so it is too where neither tells anything (`n_same` is 0 then)."""
        return not (self.changed or self.only_in_base or self.only_in_head)


def path_text(path: Path) -> str:
    """Return a path as people write it: `data.files[2]`; a key that is not plain stands in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if _PLAIN.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{key}" if text else key
    return text


def lineage_fields(lineage: Mapping[str, Any]) -> list[LineageField]:
    """Return every field of a lineage, the usual parts first, then by name."""
    return [field for key in field_order(lineage) for field in _fields((key,), lineage[key])]


def field_order(lineage: Iterable[str]) -> list[str]:
    """Return the parts of a lineage in the order to show them in; a stored JSON object promises none."""
    names = set(lineage)
    return [*(name for name in USUAL_FIELDS if name in names), *sorted(names - set(USUAL_FIELDS))]


def lineage_difference(base: Mapping[str, Any], head: Mapping[str, Any]) -> LineageDifference:
    """Compare two lineages field by field.

    Lists are compared by position, after what they have in common at both ends: one step put in between is one
    difference. Numbers are compared by value (41 is 41.0), and neither is ever a truth value.
    """
    changed: list[ChangedField] = []
    only_in_base: list[LineageField] = []
    only_in_head: list[LineageField] = []
    n_same = 0
    # Taken from the end, so that what is pushed reversed comes out in order.
    waiting: list[tuple[Path, Any, Any]] = _pairs((), base, head)[::-1]
    while waiting:
        path, old, new = waiting.pop()
        if old is _NOTHING:
            only_in_head += _fields(path, new)
        elif new is _NOTHING:
            only_in_base += _fields(path, old)
        elif _both(dict, old, new) or _both(list, old, new):
            pairs = _pairs(path, old, new)
            n_same += not pairs
            waiting += pairs[::-1]
        elif _same(old, new):
            n_same += 1
        else:
            changed.append(ChangedField(path, old, new))
    return LineageDifference(tuple(changed), tuple(only_in_base), tuple(only_in_head), n_same)


_NOTHING: Any = object()


def _pairs(path: Path, old: Any, new: Any) -> list[tuple[Path, Any, Any]]:
    """Return what two objects or two lists hold, side by side."""
    if isinstance(old, Mapping):
        names = field_order({*old, *new}) if not path else sorted({*old, *new})
        sides = [(name, _said(old.get(name)), _said(new.get(name))) for name in names]
        return [((*path, name), a, b) for name, a, b in sides if a is not _NOTHING or b is not _NOTHING]
    return _list_pairs(path, old, new)


def _list_pairs(path: Path, old: Sequence[Any], new: Sequence[Any]) -> list[tuple[Path, Any, Any]]:
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if not _same(old[i], new[i])), shorter)
    end = next((i for i in range(shorter - start) if not _same(old[-1 - i], new[-1 - i])), shorter - start)
    middle_old, middle_new = len(old) - end, len(new) - end
    pairs: list[tuple[Path, Any, Any]] = []
    pairs += [((*path, i), old[i], new[i]) for i in range(start)]
    for i in range(start, max(middle_old, middle_new)):
        before = old[i] if i < middle_old else _NOTHING
        after = new[i] if i < middle_new else _NOTHING
        pairs.append(((*path, i), before, after))
    pairs += [((*path, middle_new + i), old[middle_old + i], new[middle_new + i]) for i in range(end)]
    return pairs


def _fields(path: Path, value: Any) -> Iterator[LineageField]:
    if isinstance(value, Mapping) and value:
        for name in sorted(value):
            yield from _fields((*path, name), value[name])
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            # A null in a list keeps its place; one in an object says nothing.
            yield from (
                _fields((*path, place), item) if item is not None else [LineageField((*path, place), None)]
            )
    elif value is not None:
        yield LineageField(path, value)


def _said(value: Any) -> Any:
    return _NOTHING if value is None else value


def _both(kind: type, old: Any, new: Any) -> bool:
    return isinstance(old, kind) and isinstance(new, kind)


def _same(old: Any, new: Any) -> bool:
    if _both(dict, old, new):
        names = {name for name in (*old, *new) if old.get(name) is not None or new.get(name) is not None}
        return all(_same(old.get(name), new.get(name)) for name in names)
    if _both(list, old, new):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
