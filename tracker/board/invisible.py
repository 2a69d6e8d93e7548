"""Characters that no reader sees, made visible: control characters, and spaces where they are all that differs."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# Controls but tab and newline, soft hyphen, and what turns, joins or hides text without a mark of its own. The two
# joiners U+200C and U+200D stay as they are: Persian and emoji need them.
HIDDEN = re.compile(
    r"([\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f])(\1*)"
)
SPACES = {" ": "␣", "\t": "⇥", "\n": "↵\n", "\N{NO-BREAK SPACE}": "⍽"}
# A hostile text could else make a page of a hundred times its length.
MAX_SIGNS = 100


def visible(text: str) -> SafeString:
    """The text, escaped, with a sign for each character that would not be seen."""
    return mark_safe("".join(_parts(text)))  # noqa: S308 - each part is escaped


def visible_spaces(text: str) -> SafeString:
    """The same for a stretch of nothing but spaces: they are signs too."""
    return mark_safe("".join(_sign(SPACES.get(each, ""), each) for each in text[:MAX_SIGNS]))  # noqa: S308


def _parts(text: str) -> Iterator[str]:
    at = 0
    for n, match in enumerate(HIDDEN.finditer(text)):
        yield escape(text[at : match.start()])
        at = match.end()
        if n == MAX_SIGNS:
            yield _sign("…", _("more characters that cannot be seen"))
        elif n < MAX_SIGNS:
            yield _sign("", match[1], times=1 + len(match[2]))
    yield escape(text[at:])


def _sign(shown: str, character: str, times: int = 1) -> str:
    code = f"U+{ord(character):04X}" if len(character) == 1 else character
    name = unicodedata.name(character, _("control character")) if len(character) == 1 else ""
    word = (shown or code) + (f" × {times}" if times > 1 else "")
    return format_html('<span class="sign" title="{}">{}</span>', f"{code} {name}".strip(), word)
