"""Texts in the stretches that people read as one: words, spaces, signs."""

import unicodedata

JOINER = "\N{ZERO WIDTH JOINER}"
# Each sign of these scripts is read by itself: their words have no spaces between them.
SIGN_BY_SIGN = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def word_tokens(text: str) -> list[str]:
    """Cut a text into words, runs of space and single signs; an emoji or an accented letter is never cut."""
    tokens: list[str] = []
    before = ""
    for character in text:
        kind = _kind(character)
        if tokens and _continues(tokens[-1], before, kind):
            tokens[-1] += character
        else:
            tokens.append(character)
        if kind != "joined":
            before = kind
    return tokens


def line_tokens(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _kind(character: str) -> str:
    code = ord(character)
    if code < 128:
        if character.isalnum() or character == "_":
            return "word"
        return "space" if character.isspace() else "sign"
    if code in FLAG_LETTERS:
        return "flag"
    if character == JOINER or code in SKIN_TONES or unicodedata.category(character)[0] == "M":
        return "joined"
    if character.isspace():
        return "space"
    if any(first <= code <= last for first, last in SIGN_BY_SIGN):
        return "sign"
    return "word" if character.isalnum() or character == "\N{ZERO WIDTH NON-JOINER}" else "sign"


def _continues(token: str, before: str, kind: str) -> bool:
    if kind == "joined":
        return before != "space"
    if token.endswith(JOINER) and kind == "sign":
        return True
    if kind == "flag":
        return before == "flag" and len(token) == 1
    return kind == before and kind in {"word", "space"}
