"""The labels of a project, found in constant time however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload


@dataclass(frozen=True, slots=True)
class Labels(Sequence[str]):
    """Labels in project order; `in` and `index` take the same time for ten labels and ten thousand.

    Every function that takes `labels` takes a plain sequence too, and looks through it each time: who reads
    many outputs or expectations makes one of these first, by `Labels.of`.
    """

    names: tuple[str, ...] = ()
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[str, int] = {}
        for place, name in enumerate(self.names):
            places.setdefault(name, place)
        object.__setattr__(self, "_places", places)

    @classmethod
    def of(cls, labels: Sequence[str]) -> Labels:
        """Return the same labels to look things up in: these very ones if they are that already."""
        return labels if isinstance(labels, cls) else cls(tuple(labels))

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self.names[index]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, label: object) -> bool:
        return isinstance(label, str) and label in self._places

    def index(self, label: str, start: int = 0, stop: int | None = None) -> int:
        """The first place of a label, as of any sequence; raises ValueError."""
        place = self._places.get(label) if start == 0 and stop is None else None
        return self.names.index(label, start, len(self) if stop is None else stop) if place is None else place
