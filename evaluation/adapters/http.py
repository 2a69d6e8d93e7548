"""`http`: any server that gets JSON by POST and answers with JSON.

What it gets is a template that inputs are filled into, by default the plain list of them; what it answers is read
by paths, by default a plain list of outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.adapters.base import Adapter, AdapterKind, Opening
from evaluation.adapters.mapping.answer import AnswerMap
from evaluation.adapters.mapping.faults import Unreadable
from evaluation.adapters.mapping.template import Template
from evaluation.adapters.server_address import check_url
from evaluation.adapters.server_settings import (
    CONNECTION,
    PATHS,
    READING,
    SECRET_FIELDS,
    adapter_of,
    answer_map_of,
    read_connection,
    read_paths,
    read_reading,
    server_of,
)
from evaluation.fields import FieldReader
from evaluation.messages import message as _
from evaluation.types import JSON, Output

_DEFAULTS = {**CONNECTION, "many": True, "request": None, "answers_at": None, **PATHS, **READING}


class TemplateMapper:
    """A request from a template, an answer by paths."""

    def __init__(
        self, url: str, template: Template, answers: AnswerMap, *, many: bool, labels: Sequence[str]
    ) -> None:
        self.url = url
        self.many = many
        self._template = template
        self._answers = answers
        self._labels = labels

    def request(self, inputs: Sequence[JSON]) -> JSON:
        """See Mapper."""
        return self._template.fill(inputs, self._labels)

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """See Mapper."""
        return self._answers.read(answer, count) if self.many else self._answers.read_one(answer)


def template_of(request: object, *, many: bool) -> Template:
    """The template of the settings; none given: the plain list of inputs, or the one. Raises ValueError."""
    if request is None:
        request = "{inputs}" if many else "{input}"
    template = Template.parse(request)
    if many and template.takes_one:
        raise ValueError(
            _("{input} must stand in a list with one entry, which is repeated; or set many to false.")
        )
    return template


def _read(reader: FieldReader) -> dict[str, Any]:
    settings = read_connection(reader, check_url)
    many = reader.boolean("many", default=True)
    try:
        template_of(reader.fields["request"], many=many)
    except ValueError as error:
        reader.fail("request", str(error))
    return {
        **settings,
        "many": many,
        "request": reader.fields["request"],
        **read_paths(reader, {"answers_at": None}, each=False),
        **read_paths(reader, PATHS, each=many),
        **read_reading(reader),
    }


def _open(opening: Opening) -> Adapter:
    settings = opening.settings
    mapper = TemplateMapper(
        settings["url"],
        template_of(settings["request"], many=settings["many"]),
        answer_map_of(opening),
        many=settings["many"],
        labels=opening.labels,
    )
    return adapter_of(opening, server_of(opening), mapper)


KIND = AdapterKind(
    name="http",
    fields=("url", *_DEFAULTS),
    defaults=_DEFAULTS,
    read=_read,
    open=_open,
    asks_server=True,
    secret_fields=SECRET_FIELDS,
)
