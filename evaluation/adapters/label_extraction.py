"""Finding the label in a text that a model wrote. A text without one stays a text: no label is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.expectations.regex import MOST_STEPS, compile_pattern, work
from evaluation.fields import REQUIRED
from evaluation.labels import Labels
from evaluation.messages import message as _

EXTRACTIONS = ("none", "exact", "contains", "regex")

# What models put around a label.
_AROUND = " \t\r\n\"'`*_.,:;!?()[]{}<>“”‘’«»"


@dataclass(frozen=True)
class LabelExtraction:
    """One way of finding a label.

    `exact`: the text is a label, but for upper and lower case and signs around it. `contains`: exactly one label
    occurs in the text as a word; a label within a longer one that occurs does not count. `regex`: what the
    pattern's first group finds, or the whole of what it finds, is a label as in `exact`.
    """

    how: str
    pattern: str | None
    labels: Labels
    _by_name: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, str] = {}
        for label in self.labels:
            by_name.setdefault(_plain(label), label)
        object.__setattr__(self, "_by_name", by_name)

    def label(self, text: str) -> str | None:
        """The label of a text, None if there is none, or not one only."""
        if self.how == "exact":
            return self._exact(text)
        if self.how == "contains":
            return self._only_one(text)
        if self.how == "regex" and self.pattern is not None:
            return self._matched(text, self.pattern)
        return None

    def is_whole(self, label: str) -> bool:
        """Whether a label that was found in a text stays what it is if the text goes on.

        So it is where the text is the label, and not the beginning of another one; a text in which it occurs may go
        on to another.
        """
        begins = _plain(label)
        return (
            self.how == "exact"
            and bool(self.labels)
            and not any(name != begins and name.startswith(begins) for name in self._by_name)
        )

    def _exact(self, text: str) -> str | None:
        if not self.labels:
            return text.strip(_AROUND) or None
        return text if text in self.labels else self._by_name.get(_plain(text))

    def _only_one(self, text: str) -> str | None:
        if not self._by_name:
            return None
        found = {self._by_name[name] for name in _words_found(list(self._by_name), text.casefold())}
        return found.pop() if len(found) == 1 else None

    def _matched(self, text: str, pattern: str) -> str | None:
        if work(pattern, text) > MOST_STEPS:
            return None
        match = compile_pattern(pattern).search(text)
        if match is None:
            return None
        groups = match.groups()
        return self._exact((groups[0] if groups else match.group(0)) or "")


def check_pattern(text: object, *, needed: bool) -> None:
    """Check a pattern of the settings. Raises ValueError."""
    if text is None:
        if needed:
            raise ValueError(REQUIRED)
    elif not needed:
        raise ValueError(_("Is for label_extraction “regex” only."))
    elif isinstance(text, str):
        compile_pattern(text)


def _plain(label: str) -> str:
    # A label of nothing but signs, such as "?", is itself.
    return label.casefold().strip(_AROUND) or label.casefold()


def _words_found(names: Sequence[str], text: str) -> set[str]:
    """The names that occur as whole words; where names overlap, the longest."""
    longest_first = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    return set(re.findall(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", text))
