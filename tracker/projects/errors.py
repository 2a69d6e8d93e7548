"""What a state change may refuse. Pages and the API turn each into their own kind of answer."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from evaluation.messages import Message

Errors = dict[str, list[str]]


class Refused(Exception):
    """A state change that was not made; nothing of it was stored."""


class NotAllowed(Refused):
    """The actor lacks the right."""


class Conflict(Refused):
    """What stands in the database forbids it now (an illegal move, a second writer, a frozen field)."""


class Busy(Conflict):
    """Another writer holds it for a while; the same request may succeed later."""


class TooOften(Refused):
    """The actor asked too often, or too much at once; the same request may succeed in `seconds`."""

    def __init__(self, text: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(text)


class Invalid(Refused):
    """The request itself is wrong; `errors` names the fields, in the reader's language where the engine found them."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors: Errors = {field: [translated(text) for text in texts] for field, texts in errors.items()}
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.errors.items()))


def translated(text: str) -> str:
    """Return a text of the engine in the reader's language; any other text as it is."""
    if not isinstance(text, Message):
        return text
    told = {
        name: translated(value) if isinstance(value, str) else value
        for name, value in text.parameters.items()
    }
    template = gettext(text.template)
    return template % told if told else template
