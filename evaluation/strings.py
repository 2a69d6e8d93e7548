"""Which strings can be stored, compared and hashed the same everywhere."""

from evaluation.messages import message as _


def string_fault(text: str) -> str | None:
    """Why a string is refused, as a sentence; None if it is fine.

    A NUL cannot be stored by PostgreSQL; a lone surrogate is half a character and has no UTF-8 form.
    """
    if "\x00" in text:
        return _("Contains a NUL character.")
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return _("Contains a lone surrogate (half a character).")
    return None
