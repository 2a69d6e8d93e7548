"""Reading many outputs at once: what is plainly good costs a tenth of reading it field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import force_setattr

from evaluation.labels import Labels
from evaluation.strings import string_fault
from evaluation.types import Output


def plain_outputs(items: Sequence[object], labels: Sequence[str]) -> list[Output] | None:
    """Return what `Output.from_json` makes of each item; None where any of them has to be looked at by itself.

    An item may be a bare string, which is a label. A None decides nothing: the items may still be good.
    """
    labels = Labels.of(labels)
    if all(type(item) is str for item in items):
        return _bare_labels(items, labels)  # type: ignore[arg-type]
    try:
        # The types of the fields; that labels are known and numbers finite is still to be seen.
        outputs = msgspec.convert(items, list[Output])
        finish = _Reader(labels).finish
        for item, output in zip(items, outputs, strict=True):
            if output is item:  # somebody else's, who may hold on to it
                raise _Doubtful
            finish(output)
    except (_Doubtful, msgspec.ValidationError, RecursionError, UnicodeError):
        return None
    return outputs


class _Doubtful(Exception):
    """It takes a closer look to see whether this is good, or what is wrong with it."""


class _Reader:
    """Remembers which labels are good and how ties between them are broken: most outputs name the same ones."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._good: set[str] = set()
        self._orders: dict[tuple[str, ...], list[str]] = {}

    def finish(self, output: Output) -> None:
        """Check an output that nobody else has seen yet, and give it the label that its scores tell."""
        label, scores, value, text = output.label, output.scores, output.value, output.text
        if label is not None and not (type(label) is str and label in self._good):
            self._learn(label)
        if text is not None and string_fault(text) is not None:
            raise _Doubtful
        if value is not None and not math.isfinite(value):
            raise _Doubtful
        if scores is not None:
            order = self._orders.get(tuple(scores)) or self._learn_order(tuple(scores))
            # A sum that is not finite may still be one of finite scores, which is for others to find out.
            if not math.isfinite(sum(scores.values())):
                raise _Doubtful
            if label is None:
                # max keeps the first of equals
                force_setattr(output, "label", max(order, key=scores.__getitem__))
        elif label is None and value is None and text is None:
            raise _Doubtful

    def _learn(self, label: str) -> None:
        if not is_label(label, self._labels):
            raise _Doubtful
        self._good.add(label)

    def _learn_order(self, names: tuple[str, ...]) -> list[str]:
        """Note the labels of scores as ties are broken: in project order, without one as they come."""
        if not names or not all(is_label(name, self._labels) for name in names):
            raise _Doubtful
        order = sorted(names, key=self._labels.index) if self._labels else list(names)
        self._orders[names] = order
        return order


def _bare_labels(items: Sequence[str], labels: Labels) -> list[Output] | None:
    """One object serves all that say the same: outputs never change."""
    said: Mapping[str, Output] = {label: Output(label) for label in dict.fromkeys(items)}
    if not all(is_label(label, labels) for label in said):
        return None
    return [said[item] for item in items]


def is_label(label: str, labels: Labels) -> bool:
    """Whether this may be a label of the project's, if it has any; else whether it is a fair text."""
    if type(label) is not str:  # NumPy has strings of its own
        return False
    return label in labels if labels else bool(label) and string_fault(label) is None
