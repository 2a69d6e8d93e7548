"""The words for stored fields: what a timeline says was changed, what a model's facts are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

FIELD_WORDS = {
    # of a problem
    "title": _("title"),
    "description": _("description"),
    "harm": _("harm"),
    "harm_name": _("harm"),
    "assignee": _("assignee"),
    "labels": _("labels"),
    "fix_criterion": _("fix criterion"),
    "users_affected_by_hand": _("users affected"),
    "users_affected_reason": _("users affected"),
    # of a model
    "adapter": _("adapter"),
    "ask_again_every": _("schedule"),
    "batch_size": _("inputs in one call"),
    "callable": _("callable"),
    "file": _("model file"),
    "frozen": _("whether its answers stay the same"),
    "headers": _("headers"),
    "input": _("what it takes"),
    "lineage": _("lineage"),
    "secrets": _("keys"),
    "stage": _("stage"),
    "timeout_seconds": _("seconds to answer in"),
    "trained_at": _("time of training"),
    "url": _("address"),
    # of a lineage
    "data": _("data"),
    "code": _("code"),
    "preprocessing": _("preprocessing"),
    "parameters": _("parameters"),
    "environment": _("environment"),
}


def field_word(name: str) -> str:
    """Return what people call a field; one that people named themselves is its own word."""
    return str(FIELD_WORDS.get(name, name.replace("_", " ")))


def field_list(names: Iterable[str]) -> str:
    """Return the fields in words, each once."""
    return ", ".join(dict.fromkeys(field_word(name) for name in names))
