"""Which strings can be stored, compared and hashed the same everywhere."""


def string_fault(text: str) -> str | None:
    """Why a string is refused, in plain words; None if it is fine.

    A NUL cannot be stored by PostgreSQL; a lone surrogate is half a character and has no UTF-8 form.
    """
    if "\x00" in text:
        return "Contains a NUL character"
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return "Contains a lone surrogate (half a character)"
    return None
