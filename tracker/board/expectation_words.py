"""What is expected of a model, and what it said, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.board.figures import plain

Fields = Mapping[str, Any]
LONGEST = 200


def expectation_words(fields: Fields) -> str:
    """Return what the output must satisfy; a type that is not known here is shown by its name."""
    words = WORDS.get(str(fields.get("type")))
    return words(fields) if words else str(fields.get("type"))


def output_words(output: Fields | None) -> str:
    """Return what a model said: its label, value or text, the first that is there."""
    if not output:
        return ""
    for field in ("label", "value", "text"):
        if output.get(field) is not None:
            told = output[field]
            return plain(told) if isinstance(told, int | float) else _short(str(told))
    scores = output.get("scores") or {}
    return ", ".join(f"{label} {plain(score)}" for label, score in scores.items())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _equals(fields: Fields) -> str:
    return _("should be “%(label)s”") % fields


def _not_equals(fields: Fields) -> str:
    return _("should not be “%(label)s”") % fields


def _one_of(fields: Fields) -> str:
    *others, last = [f"“{label}”" for label in fields["labels"]]
    if not others:
        return _("should be %(label)s") % {"label": last}
    return _("should be %(others)s or %(last)s") % {"others": ", ".join(others), "last": last}


def _score(fields: Fields) -> str:
    told = {"label": fields["label"], "min": _number(fields.get("min")), "max": _number(fields.get("max"))}
    if told["min"] and told["max"]:
        return _("the score of “%(label)s” should be from %(min)s to %(max)s") % told
    if told["min"]:
        return _("the score of “%(label)s” should be at least %(min)s") % told
    return _("the score of “%(label)s” should be at most %(max)s") % told


def _close_to(fields: Fields) -> str:
    near = []
    if fields.get("abs_tol") is not None:
        near.append(f"± {_number(fields['abs_tol'])}")
    if fields.get("rel_tol") is not None:
        near.append(f"± {_number(100 * fields['rel_tol'])} %")
    return _("should be %(value)s (%(near)s)") % {
        "value": _number(fields["value"]),
        "near": _(" or ").join(near),
    }


def _invariant(fields: Fields) -> str:
    if fields.get("tolerance"):
        return _("should stay as for the base (may move by %(tolerance)s)") % {
            "tolerance": _number(fields["tolerance"])
        }
    return _("should stay as for the base")


def _directional(fields: Fields) -> str:
    told = {"label": fields["label"], "tolerance": _number(fields.get("tolerance"))}
    if fields["direction"] == "increase":
        text = _("the score of “%(label)s” should rise from the base") % told
    else:
        text = _("the score of “%(label)s” should fall from the base") % told
    return text + (_(" (or miss it by %(tolerance)s)") % told if fields.get("tolerance") else "")


def _contains(fields: Fields) -> str:
    return _("the text should contain “%(text)s”") % {"text": _short(fields["text"])} + _case(fields)


def _not_contains(fields: Fields) -> str:
    return _("the text should not contain “%(text)s”") % {"text": _short(fields["text"])} + _case(fields)


def _case(fields: Fields) -> str:
    return _(" (in capitals or not)") if fields.get("ignore_case") else ""


def _matches(fields: Fields) -> str:
    return _("the text should match %(pattern)s") % {"pattern": _short(fields["pattern"])}


def _json_schema(_fields: Fields) -> str:
    return _("the text should be JSON that fits its schema")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


WORDS: dict[str, Callable[[Fields], str]] = {
    "equals": _equals,
    "not_equals": _not_equals,
    "one_of": _one_of,
    "score": _score,
    "close_to": _close_to,
    "invariant": _invariant,
    "directional": _directional,
    "contains": _contains,
    "not_contains": _not_contains,
    "matches": _matches,
    "json_schema": _json_schema,
}
