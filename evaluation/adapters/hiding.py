"""Keys taken out of texts that a server had a hand in, however it wrote them.

A server may repeat the key that it was sent, in JSON, in an address, in HTML or decoded: `/` may be `\\/`, `\\u002f`,
`%2F` or `&#x2F;` then, at any depth of quoting. So both are compared without any of it. Keys are ASCII.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import NamedTuple

HIDDEN = "[hidden]"

LONGEST = 100_000  # characters; of a longer text nobody reads more
# What is shorter is no secret, for it is found by trying, and without it hardly a text could be read.
SHORTEST = 3
# Parts of a secret are hidden from so many characters on: shorter ones are words such as "key" for the most part.
SHORTEST_PART = 6
# What can stand before a key in a header, and tells nothing.
_SCHEMES = frozenset({"apikey", "api-key", "basic", "bearer", "digest", "key", "token"})

# The name of a scheme or of a part, such as Signature, keyId or session.
_NAME = re.compile(r"(?:^|(?<=[\s,;]))([a-z]+(?:[-_][a-z]+)*)[=:](?=[^=\s,;])|^([a-z]+)(?=\s)", re.IGNORECASE)

_ESCAPES = re.compile(
    r"""
    (?<!\\) \\++ (?:
        u(?P<u>[0-9a-f]{4}) | u\{(?P<braced>[0-9a-f]{1,5})\} | x(?P<x>[0-9a-f]{2})
        | (?P<escaped>[^%&]) | (?=[%&])
    )
    | % (?:25)* (?P<percent>[0-9a-f]{2})
    | & (?:amp;)* (?: \#0*(?P<decimal>[0-9]{1,6}) | \#x0*(?P<hexadecimal>[0-9a-f]{1,5}) | (?P<name>[a-z]{2,8}) ) ;
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

# What is left of an escape that was cut, and what a text ends with that was cut.
_HALF = re.compile(r"(?:%[0-9a-f]{0,4}|u\{?[0-9a-f]{0,4}|x[0-9a-f]?|&[\#a-z0-9;]{0,9})\Z", re.IGNORECASE)
_LONGEST_HALF = 10  # characters
_CUT = re.compile(r"…|\.{3}")


class Hiding:
    """Knows secrets and takes them out of texts: each as a whole, and the longer parts of it.

    What is shorter than a part must be is hidden where it stands alone, not within a longer word.
    """

    def __init__(self, secrets: Iterable[str], sign: str = HIDDEN) -> None:
        self._sign = sign
        told = {word for secret in secrets for word in _words(secret)}
        # What looks like an escape in a secret is one in a text that repeats it plainly only.
        plain = {_unescaped(word).text for word in told} | {word.replace("+", " ") for word in told}
        bare = {word.replace("\\", "") for word in plain}
        words = sorted((word for word in bare if len(word) >= SHORTEST), key=len, reverse=True)
        self._long = tuple(word for word in words if len(word) >= SHORTEST_PART)
        self._pattern = re.compile("|".join(map(re.escape, words))) if words else None

    def hide(self, text: str) -> str:
        """`text` with the sign in place of each secret, cut if it is very long. To be done before any other cut."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}…"
        if self._pattern is None:
            return text
        plain = _unescaped(text)
        pieces, at = [], 0
        for start, end in _together([*self._spans(plain), *self._beginnings(plain.text)]):
            pieces.append(text[at : plain.places[start]])
            at = plain.places[end]
        return self._sign.join([*pieces, text[at:]])

    def is_in(self, text: str) -> bool:
        """Whether there is anything to hide in a text, however long that is."""
        plain = _unescaped(text)
        return any(self._spans(plain)) or any(self._beginnings(plain.text))

    def _spans(self, plain: _Unescaped) -> Iterator[tuple[int, int]]:
        """Where secrets are, from and to."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(plain.text):
            start, end = found.span()
            if end - start >= SHORTEST_PART or plain.stands_alone(start, end):
                yield start, end

    def _beginnings(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where a text was cut within a secret, before that was hidden: from where it begins, and to the cut."""
        before = 0
        for cut in _CUT.finditer(plain) if self._long else ():
            end = cut.start()
            first = max(before, end - len(self._long[0]) - _LONGEST_HALF)
            start = self._beginning(plain[first:end]) if end - first >= SHORTEST_PART else None
            if start is not None:
                yield first + start, end
            before = cut.end()

    def _beginning(self, said: str) -> int | None:
        """Where the beginning of a secret is that a text ends with, half an escape after it or not."""
        half = _HALF.search(said, max(0, len(said) - _LONGEST_HALF))
        for whole in [said, said[: half.start()]] if half else [said]:
            for word in self._long:
                tail = whole[-len(word) :]
                at = tail.find(word[:SHORTEST_PART])
                while at >= 0:
                    if word.startswith(tail[at:]):
                        return len(whole) - len(tail) + at
                    at = tail.find(word[:SHORTEST_PART], at + 1)
        return None


class _Unescaped(NamedTuple):
    """A text without its escapes, and for each of its signs, and its end, where that is in the text as it was."""

    text: str
    places: list[int] | range

    def stands_alone(self, start: int, end: int) -> bool:
        return not (self._joins(start - 1) or self._joins(end))

    def _joins(self, place: int) -> bool:
        """Whether a sign belongs to a word; `n` does not where it was a line's end."""
        if not 0 <= place < len(self.text):
            return False
        return self.text[place].isalnum() and self.places[place + 1] - self.places[place] == 1


def _unescaped(text: str) -> _Unescaped:
    # A space is a plus in some addresses.
    if not any(sign in text for sign in "\\%&"):
        return _Unescaped(text.replace("+", " "), range(len(text) + 1))
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for found in _ESCAPES.finditer(text):
        sign = _meant(found)
        # Whether a backslash is one is a matter of quoting: none counts.
        sign = "" if sign == "\\" else sign
        pieces += [text[at : found.start()], sign]
        places += [*range(at, found.start()), *([found.start()] * len(sign))]
        at = found.end()
    pieces.append(text[at:])
    places += range(at, len(text) + 1)
    return _Unescaped("".join(pieces).replace("+", " "), places)


def _together(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    told: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if told and start < told[-1][1]:
            told[-1] = (told[-1][0], max(end, told[-1][1]))
        else:
            told.append((start, end))
    return told


def _meant(found: re.Match[str]) -> str:
    """The sign that an escape stands for; the escape itself where it stands for none."""
    for group in ("u", "braced", "x", "percent", "hexadecimal"):
        if found[group]:
            return chr(int(found[group], 16))
    if found[0][0] == "\\":
        return found["escaped"] or ""
    if found["decimal"]:
        return chr(int(found["decimal"]))
    return html5.get(f"{found['name']};", " ")[0]


def _words(secret: str) -> Iterator[str]:
    """What of a secret is hidden: all of it, what follows the name of a scheme, longer parts, and their other forms."""
    whole = {secret}
    scheme, _space, rest = secret.partition(" ")
    if rest and scheme.lower() in _SCHEMES:
        whole.add(rest.strip())
    if scheme.lower() == "basic":
        whole |= set(_decoded(rest.strip()))
    # A part is `name=key`, `name="key"` or `name:key`; or a key with quotes and colons in it.
    parts = {part for word in whole for marks in ("", ":\"'") for part in re.split(rf"[\s=,;{marks}]+", word)}
    names = {name for word in whole for found in _NAME.finditer(word) for name in found.groups()}
    parts = {part for part in parts - names if part.lower() not in _SCHEMES}
    for word in whole | {part for part in parts if len(part) >= SHORTEST_PART}:
        if len(word) >= SHORTEST:
            yield word
        if len(word) >= SHORTEST_PART:
            yield from _encoded(word)


def _decoded(credentials: str) -> Iterator[str]:
    """A name with its password, and the password, as Basic authentication packs them, with or without padding."""
    try:
        text = b64decode(credentials + "=" * (-len(credentials) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    yield text
    yield text.partition(":")[2]


def _encoded(word: str) -> Iterator[str]:
    """What is sure to be in the Base64 of any text with the word in it: three forms, by where the word begins."""
    for before in range(3):
        code = b64encode(b"\0" * before + word.encode()).decode()
        certain = code[-(-8 * before // 6) : 8 * (before + len(word.encode())) // 6]
        yield certain
        yield certain.translate({ord("+"): "-", ord("/"): "_"})
