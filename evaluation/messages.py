"""Texts of the engine that reach people, so made that an application can say them in another language.

The engine speaks English and knows no translation. It keeps a text and what the text is about apart, so that whoever
shows the text can look up the one and put in the other.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


class Message(str):
    """An English text that remembers its template, in `%(name)s` style, and the template's parameters."""

    __slots__ = ("parameters", "template")

    template: str
    parameters: Mapping[str, object]

    def __new__(cls, template: str, parameters: Mapping[str, object] = MappingProxyType({})) -> Self:
        made = super().__new__(cls, template % dict(parameters) if parameters else template)
        made.template = template
        made.parameters = parameters
        return made

    def __str__(self) -> "Message":
        # `str(error)` is how an exception's text is read; the plain copy that str would make has lost its template.
        return self

    def __reduce__(self) -> tuple[type["Message"], tuple[str, dict[str, object]]]:
        return Message, (self.template, dict(self.parameters))


def message(template: str, /, **parameters: object) -> Message:
    """A text; imported as `_`, the name by which collectors of translatable texts know it."""
    return Message(template, parameters)
