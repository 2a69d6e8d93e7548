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
    "answers_at": _("where the predictions are"),
    "batch_size": _("inputs in one request"),
    "callable": _("callable"),
    "classes": _("classes"),
    "columns": _("columns"),
    "concurrency": _("requests at once"),
    "file": _("model file"),
    "frozen": _("whether its answers stay the same"),
    "headers": _("headers"),
    "input": _("what it takes"),
    "label_at": _("where the label is"),
    "label_extraction": _("how a label is found in the text"),
    "label_names": _("names of labels"),
    "label_pattern": _("pattern of the label"),
    "lineage": _("lineage"),
    "many": _("several inputs in one request"),
    "model": _("model on the server"),
    "model_version": _("version on the server"),
    "numbers": _("what a single number is"),
    "output": _("output to read"),
    "outputs": _("outputs to read"),
    "prompt": _("prompt"),
    "request": _("request"),
    "requests_per_second": _("requests a second"),
    "retries": _("tries again"),
    "score_labels": _("labels of the scores"),
    "scores_at": _("where the scores are"),
    "secrets": _("keys"),
    "softmax": _("scores are logits"),
    "stage": _("stage"),
    "system_prompt": _("system prompt"),
    "text_at": _("where the text is"),
    "timeout_seconds": _("seconds to answer in"),
    "trained_at": _("time of training"),
    "url": _("address"),
    "value_at": _("where the value is"),
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
