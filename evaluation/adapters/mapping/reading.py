"""Reading one prediction, leniently: labels, numbers, rows of scores, and objects as servers write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from evaluation.adapters.mapping.faults import Unreadable
from evaluation.fields import shortened
from evaluation.labels import Labels
from evaluation.types import OUTPUT_FIELDS, InvalidOutput, Output

# What a number is where nothing else says so: a value, the name of a label, or the place of a label.
NUMBERS = ("value", "label", "label_index")


@dataclass(frozen=True)
class Reading:
    """What the settings say about predictions. Every method raises Unreadable."""

    labels: Labels
    numbers: str = "value"
    # The labels that lists of scores are for, in their order; none given: the project's.
    score_labels: Sequence[str] = ()
    # The server's names for labels, and the project's.
    label_names: Mapping[str, str] = field(default_factory=dict)
    _known: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(() if self.label_names else self.labels))

    def output(self, item: object) -> Output:
        """Read a whole prediction of any form."""
        if isinstance(item, str):
            return self._made(label=self._renamed(item))
        if isinstance(item, bool | int | float):
            return self._number(item)
        if isinstance(item, dict):
            return self._object(item)
        if isinstance(item, list):
            if len(item) == 1 and not isinstance(item[0], dict):
                return self.output(item[0])
            return self._made(scores=self.scores(item))
        raise Unreadable(f"The answer is {named(item)}; a label, a number or an output object is needed.")

    def fields(self, given: Mapping[str, object]) -> Output:
        """Read an output whose fields were found one by one; what is null is not there."""
        read: dict[str, object] = {}
        for name, value in given.items():
            if value is None:
                continue
            if name == "label":
                read[name] = self.label(value)
            elif name == "scores":
                read[name] = self.scores(value)
            elif name in ("value", "text"):
                read[name] = _only(value)
            else:
                read[name] = value
        return self._made(**read)

    def label(self, value: object) -> str:
        """A label: its name, or a number that stands for it."""
        value = _only(value)
        if isinstance(value, str):
            return self._renamed(value)
        if isinstance(value, bool):
            return (
                self._at(int(value)) if self.numbers == "label_index" else self._renamed(str(value).lower())
            )
        if isinstance(value, int | float):
            whole = int(value) if isinstance(value, float) and value.is_integer() else value
            if self.numbers == "label_index":
                return self._at(whole)
            return self._renamed(str(whole))
        raise Unreadable(f"The label is {named(value)}; a text or a number is needed.", value)

    def scores(self, value: object) -> dict[str, object]:
        """Scores: an object, a list in the labels' order, or a list of objects with label and score."""
        if isinstance(value, dict):
            return {self._renamed(str(name)): score for name, score in value.items()}
        if not isinstance(value, list):
            raise Unreadable(f"The scores are {named(value)}; an object or a list is needed.", value)
        if len(value) == 1 and isinstance(value[0], list):
            return self.scores(value[0])
        if value and all(isinstance(entry, dict) and {"label", "score"} <= entry.keys() for entry in value):
            return {self._renamed(str(entry["label"])): entry["score"] for entry in value}
        if any(isinstance(entry, list | dict | str) for entry in value):
            raise Unreadable("The scores are a list of something else than numbers.", value)
        names = self.score_labels or self.labels
        if not names:
            raise Unreadable(
                "The answer is a list of numbers; score_labels must say which labels they are for.", value
            )
        if len(names) != len(value):
            raise Unreadable(f"The answer has {len(value)} scores for {len(names)} labels.", value)
        return dict(zip(names, value, strict=True))

    def _number(self, item: bool | float) -> Output:
        if self.numbers == "value":
            return self._made(value=float(item) if isinstance(item, bool) else item)
        return self._made(label=self.label(item))

    def _object(self, item: dict[str, object]) -> Output:
        quick = self._plain(item)
        if quick is not None:
            return quick
        if item.get("error") is not None:
            raise Unreadable(str(item["error"]) or "The model answered with an error without words.")
        # A server may say `"error": null` beside a good output.
        item = {name: value for name, value in item.items() if name != "error"}
        if not item or not item.keys() - set(OUTPUT_FIELDS):
            return self.fields(item)
        if item.keys() == {"label", "score"}:
            return self.fields({"label": item["label"]})
        known = self.score_labels or self.labels
        if known and all(self._renamed(name) in known for name in item):
            return self._made(scores=self.scores(item))
        if len(item) == 1:
            return self.output(next(iter(item.values())))
        return self._made(**item)

    def _plain(self, fields: Mapping[str, object]) -> Output | None:
        """An output of scores, with a label or without, that is beyond doubt, in a fraction of the time; else None."""
        scores = fields.get("scores")
        if not isinstance(scores, dict) or not scores or not scores.keys() <= self._known:
            return None
        if set(map(type, scores.values())) != {float} or not isfinite(sum(scores.values())):
            return None
        if len(fields) == 1:
            return Output(self._best(scores), scores)
        label = fields.get("label")
        if len(fields) == 2 and isinstance(label, str) and label in self._known:
            return Output(label, scores)
        return None

    def _best(self, scores: Mapping[str, float]) -> str:
        """The label with the highest score, of equals the first of the project's."""
        highest = max(scores.values())
        best = [label for label, score in scores.items() if score == highest]
        return best[0] if len(best) == 1 else min(best, key=self.labels.index)

    def _made(self, **fields: object) -> Output:
        quick = self._plain(fields)
        if quick is not None:
            return quick
        try:
            return Output.from_json(fields, self.labels)
        except InvalidOutput as error:
            raise Unreadable(f"The answer is not a valid output: {error}") from None

    def _renamed(self, name: str) -> str:
        return self.label_names.get(name, name) if self.label_names else name

    def _at(self, place: float) -> str:
        names = self.score_labels or self.labels
        if not isinstance(place, int) or not 0 <= place < len(names):
            raise Unreadable(
                f"The answer is label number {shortened(str(place))}; "
                f"the labels have the numbers 0 to {len(names) - 1}."
            )
        return names[place]


def _only(value: object) -> object:
    """The single entry of a list within lists, as servers wrap it; anything else as it is."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def named(value: object) -> str:
    """What a value is, in words."""
    kinds = {type(None): "null", bool: "true or false", list: "a list", dict: "an object", str: "a text"}
    return kinds.get(
        type(value), "a number" if isinstance(value, int | float) else f"a {type(value).__name__}"
    )
