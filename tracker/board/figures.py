"""Numbers as people read them: enough digits to compare by, no more.

`None` has no text: pages say why it is missing.
"""

from django.utils.formats import number_format

NO_BREAK = "\N{NO-BREAK SPACE}"


def rounded(value: float, digits: int) -> str:
    """In the reader's own writing. Rounded first: Django's formatting of a float cuts digits off."""
    return number_format(f"{value:.{digits}f}", decimal_pos=digits, use_l10n=True, force_grouping=True)


def figure(value: float | None) -> str:
    """A priority or an impact: 128.4 as 128, 9 as 9.0, 0.0213 as 0.02; two decimals are all that anybody acts on."""
    if value is None:
        return ""
    size = abs(value)
    if size >= 100:
        return rounded(value, 0)
    if size >= 1 or size == 0:
        return rounded(value, 1 if size else 0)
    return rounded(value, 2) if size >= 0.005 else f"<{NO_BREAK}{rounded(0.01, 2)}"


def percent(value: float | None) -> str:
    """A percentage, 0 to 100, with its sign: 4.78 as 4.8 %, 62.3 as 62 %, 100 as 100 %."""
    if value is None:
        return ""
    size = abs(value)
    if 0 < size < 0.005:
        return f"<{NO_BREAK}{rounded(0.01, 2)}{NO_BREAK}%"
    digits = 2 if size < 0.1 else 1
    # 99.7 is not all of them, so it must not read as 100
    if size == 0 or 10 <= size < 99.5 or size >= 100:
        digits = 0
    return f"{rounded(value, digits)}{NO_BREAK}%"


def share(value: float | None) -> str:
    """A part of one, 0 to 1, as a percentage."""
    return percent(None if value is None else value * 100)


def plain(value: float | None) -> str:
    """A factor as it is multiplied: at most two decimals, no trailing zeros: 3.0 as 3, 0.618 as 0.62."""
    if value is None:
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return number_format(text, use_l10n=True) if value == 0 or text != "0" else f"<{NO_BREAK}0.01"
