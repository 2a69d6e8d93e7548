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
    "classes": _("labels of its classes"),
    "file": _("model file"),
    "frozen": _("whether its answers stay the same"),
    "headers": _("headers"),
    "input": _("what it takes"),
    "lineage": _("lineage"),
    "output": _("output that is read"),
    "query": _("parameters of the address"),
    "secrets": _("keys"),
    "softmax": _("whether scores become shares"),
    "stage": _("stage"),
    "timeout_seconds": _("seconds to answer in"),
    "trained_at": _("time of training"),
    "url": _("address"),
    # of a model that a server holds
    "answers_at": _("where the predictions are"),
    "api_key": _("API key"),
    "columns": _("columns"),
    "concurrency": _("requests at once"),
    "content_type": _("content type"),
    "format": _("form of the inputs"),
    "inputs": _("input tensors"),
    "label_at": _("where the label is"),
    "label_extraction": _("how a label is found"),
    "label_names": _("the server’s names for labels"),
    "label_pattern": _("pattern of the label"),
    "many": _("whether a request holds many inputs"),
    "max_tokens": _("most tokens"),
    "model": _("model on the server"),
    "model_version": _("version on the server"),
    "numbers": _("what a number means"),
    "outputs": _("output tensors"),
    "params": _("parameters"),
    "prompt": _("prompt"),
    "request": _("request"),
    "requests_per_second": _("requests a second"),
    "retries": _("retries"),
    "score_labels": _("labels of the scores"),
    "scores_at": _("where the scores are"),
    "seed": _("seed"),
    "system_prompt": _("system prompt"),
    "temperature": _("temperature"),
    "text_at": _("where the text is"),
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
