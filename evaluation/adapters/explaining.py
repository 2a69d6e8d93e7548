"""What a person is shown of one input that was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from evaluation.adapters.answers import read_answer
from evaluation.adapters.base import AdapterError, Exchange, Failure
from evaluation.types import JSON, Output

MAX_SHOWN = 4000  # characters of a request or an answer
_LINE = 80  # characters; what fits is not broken up


def exchange_of(asked: JSON, ask: Callable[[JSON], object], labels: Sequence[str]) -> Exchange:
    """How a kind that asks no server explains itself: the input, what `ask` says to it alone, and how that is read.

    `ask` may give a raw answer, or an Output or a Failure where there is nothing raw to show.
    """
    request = shown(asked)
    try:
        answer = ask(asked)
    except AdapterError as error:
        return Exchange(request, fault=str(error))
    read = answer if isinstance(answer, Output | Failure) else read_answer(answer, labels)
    if isinstance(answer, Output):
        answer = answer.to_json()
    elif isinstance(answer, Failure):
        answer = answer.message
    if isinstance(read, Failure):
        return Exchange(request, shown(answer), fault=read.message)
    return Exchange(request, shown(answer), output=read)


def shown(value: object) -> str:
    """A request or an answer as text for a page: readable JSON, or the text itself; cut."""
    text = value if isinstance(value, str) else _indented(value, "")
    text = text.replace("\x00", "\ufffd").encode(errors="replace").decode()
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _indented(value: object, indent: str) -> str:
    """JSON for people: what is short, and a list of single values, stays on one line."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    if len(line) <= _LINE or not isinstance(value, dict | list):
        return line
    if isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value):
        return line
    return _broken_up(value, indent)


def _broken_up(value: dict[str, object] | list[object], indent: str) -> str:
    deeper = f"{indent}  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(name, ensure_ascii=False)}: {_indented(entry, deeper)}"
            for name, entry in value.items()
        ]
        opening, closing = "{", "}"
    else:
        lines = [_indented(entry, deeper) for entry in value]
        opening, closing = "[", "]"
    inside = f",\n{deeper}".join(lines)
    return f"{opening}\n{deeper}{inside}\n{indent}{closing}"
