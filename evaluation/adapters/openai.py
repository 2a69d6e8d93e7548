"""`openai`: chat completions, of OpenAI or any server that speaks the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.adapters.base import Adapter, AdapterKind, Opening
from evaluation.adapters.label_extraction import EXTRACTIONS, LabelExtraction, check_pattern
from evaluation.adapters.mapping.answer import attempt
from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.adapters.mapping.paths import Path
from evaluation.adapters.mapping.template import Template
from evaluation.adapters.server_address import below, check_base, check_headers
from evaluation.adapters.server_settings import (
    CONNECTION,
    SECRET_FIELDS,
    adapter_of,
    note,
    read_connection,
    read_text,
    server_of,
)
from evaluation.fields import FieldReader
from evaluation.labels import Labels
from evaluation.messages import message as _
from evaluation.strings import string_fault
from evaluation.types import JSON, InvalidOutput, Output

_DEFAULTS: dict[str, object] = {
    **{name: default for name, default in CONNECTION.items() if name != "batch_size"},
    "timeout_seconds": 60.0,
    "api_key": None,
    "system_prompt": None,
    "prompt": "{input}",
    "temperature": 0.0,
    "max_tokens": None,
    "seed": None,
    "parameters": None,
    "label_extraction": "none",
    "label_pattern": None,
}
_CHOICE = Path.parse("choices[0]")
_MESSAGE = Path.parse("choices[0].message")
# Why an answer ended, as servers call it: it was longer than it may be, or somebody else's filter took it away.
_CUT = frozenset({"length", "max_tokens", "model_length"})
_FILTERED = frozenset({"blocklist", "content_filter", "prohibited_content", "recitation", "safety"})
_OWN_PARAMETERS = frozenset({"max_tokens", "messages", "model", "n", "seed", "stream", "temperature"})
_LONGEST_PROMPT = 50_000
_MOST_TOKENS = 1_000_000


class OpenAIMapper:
    """A chat there, a text back."""

    many = False

    def __init__(
        self,
        url: str,
        body: Mapping[str, JSON],
        *,
        system_prompt: str | None,
        prompt: Template,
        labels: Labels,
        extraction: LabelExtraction,
    ) -> None:
        self.url = url
        self._body = body
        self._system_prompt = system_prompt
        self._prompt = prompt
        self._labels = labels
        self._extraction = extraction

    def request(self, inputs: Sequence[JSON]) -> JSON:
        """See Mapper."""
        [one] = inputs
        messages = chat_of(one)
        if messages is None:
            messages = [{"role": "user", "content": self._prompt.fill(inputs, self._labels)}]
        if self._system_prompt and not _has_system(messages):
            messages = [{"role": "system", "content": self._system_prompt}, *messages]
        return {**self._body, "messages": messages}

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """See Mapper."""
        message = _MESSAGE.get(answer)
        if not isinstance(message, dict):
            raise Unreadable("The answer has no message.", answer)
        ended = _how_it_ended(_CHOICE.get(answer))
        if ended in _FILTERED:
            raise Unreadable(f"The server's filter held the answer back (finish_reason “{ended}”).", answer)
        if message.get("refusal") and not message.get("content"):
            # What it says in place of an answer is its text; a label that it mentions is none that it gives.
            return [attempt(self._output, _content({"content": message["refusal"]}, answer), None)]
        text = _content(message, answer)
        label = self._extraction.label(text)
        if ended in _CUT and not (label is not None and self._extraction.is_whole(label)):
            raise Unreadable(f"The answer was cut at the most tokens (finish_reason “{ended}”).", text)
        return [attempt(self._output, text, label)]

    def _output(self, text: str, label: str | None) -> Output:
        try:
            return Output.from_json({"text": text, "label": label}, self._labels)
        except InvalidOutput as error:
            raise Unreadable(f"The answer is not a valid output: {error}", text) from None


def chat_of(one: JSON) -> list[JSON] | None:
    """The messages of an input that is a chat: a list of turns, or an object with `messages`; None for others."""
    turns = one.get("messages") if isinstance(one, dict) and one.keys() == {"messages"} else one
    if not isinstance(turns, list) or not turns:
        return None
    if not all(isinstance(turn, dict) and isinstance(turn.get("role"), str) for turn in turns):
        if turns is not one:
            raise Unsendable("The messages of the input must be a list of objects with a role and content.")
        return None
    return turns


def _has_system(messages: Sequence[JSON]) -> bool:
    return isinstance(messages[0], dict) and messages[0].get("role") in ("system", "developer")


def _how_it_ended(choice: object) -> str:
    reason = choice.get("finish_reason") if isinstance(choice, dict) else None
    return reason.lower() if isinstance(reason, str) else ""


def _content(message: Mapping[str, object], answer: object) -> str:
    """The text of a message, which may come in parts."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        raise Unreadable("The answer's message has no text.", answer)
    return content


def _read(reader: FieldReader) -> dict[str, Any]:
    settings = read_connection(reader, check_base)
    note(reader, "parameters", _check_parameters)
    note(reader, "prompt", _check_prompt)
    api_key = read_text(reader, "api_key", longest=4000)
    note(reader, "api_key", lambda key: check_key(key, settings["headers"]))
    extraction = reader.choice("label_extraction", EXTRACTIONS)
    pattern = read_text(reader, "label_pattern", longest=1000)
    note(reader, "label_pattern", lambda text: check_pattern(text, needed=extraction == "regex"))
    number = reader.fields.get("temperature")
    temperature = None if number is None else reader.number("temperature", least=0.0)
    return {
        **settings,
        "model": reader.string("model", longest=500),
        "api_key": api_key,
        "system_prompt": read_text(reader, "system_prompt", longest=_LONGEST_PROMPT),
        "prompt": reader.fields.get("prompt"),
        "temperature": temperature,
        "max_tokens": _optional_integer(reader, "max_tokens", least=1, most=_MOST_TOKENS),
        "seed": _optional_integer(reader, "seed", least=0, most=2**53),
        "parameters": reader.fields.get("parameters"),
        "label_extraction": extraction,
        "label_pattern": pattern,
    }


def _optional_integer(reader: FieldReader, name: str, *, least: int, most: int) -> int | None:
    return None if reader.fields.get(name) is None else reader.integer(name, least=least, most=most)


def check_key(key: object, headers: object) -> None:
    """Check a key that is sent as `Authorization: Bearer`. Raises ValueError in words that do not repeat it."""
    if not isinstance(key, str):
        return
    try:
        check_headers({"authorization": f"Bearer {key}"})
    except ValueError:
        raise ValueError(_("Must be one line of plain ASCII text.")) from None
    if isinstance(headers, dict) and any(str(name).lower() == "authorization" for name in headers):
        raise ValueError(_("The headers hold an authorization already; give one of the two."))


def _check_prompt(value: object) -> None:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_PROMPT or string_fault(value):
        raise ValueError(_("Must be a text of 1 to %(longest)s characters.", longest=f"{_LONGEST_PROMPT:,}"))
    Template.parse_text(value)


def _check_parameters(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise ValueError(_("Must be an object."))
    own = sorted(_OWN_PARAMETERS & value.keys())
    if own:
        raise ValueError(_("%(name)s is set by a field of its own, or cannot be set.", name=", ".join(own)))


def _open(opening: Opening) -> Adapter:
    settings = opening.settings
    body = {"model": settings["model"]}
    body |= {
        name: settings[name] for name in ("temperature", "max_tokens", "seed") if settings[name] is not None
    }
    url = settings["url"].rstrip("/")
    labels = Labels.of(opening.labels)
    mapper = OpenAIMapper(
        url if url.endswith("/chat/completions") else below(url, "chat", "completions"),
        {**(settings["parameters"] or {}), **body},
        system_prompt=settings["system_prompt"],
        prompt=Template.parse_text(settings["prompt"]),
        labels=labels,
        extraction=LabelExtraction(settings["label_extraction"], settings["label_pattern"], labels),
    )
    key = settings["api_key"]
    server = server_of(opening, {"authorization": f"Bearer {key}"} if key else {})
    return adapter_of(opening, server, mapper)


KIND = AdapterKind(
    name="openai",
    fields=("url", "model", *_DEFAULTS),
    defaults=_DEFAULTS,
    read=_read,
    open=_open,
    asks_server=True,
    secret_fields=SECRET_FIELDS | {"api_key"},
)
