"""Numbers as people read them: enough digits to compare by, no more.

`None` has no text: pages say why it is missing. Each is rounded before its digits are chosen, so that 9.96 and 10.04
are both 10; and what is not nothing, or not all, never reads as if it were. What somebody set is not rounded at all.
"""

from decimal import Decimal

from django.utils.formats import number_format

NO_BREAK = "\N{NO-BREAK SPACE}"


def rounded(value: float, digits: int) -> str:
    """In the reader's own writing. Rounded first: Django's formatting of a float cuts digits off."""
    return number_format(f"{value:.{digits}f}", decimal_pos=digits, use_l10n=True, force_grouping=True)


def count(value: int | None) -> str:
    """A number of things: 12345 as 12,345."""
    return "" if value is None else number_format(value, use_l10n=True, force_grouping=True)


def figure(value: float | None) -> str:
    """A priority or an impact: 128.4 as 128, 9 as 9.0, 0.0213 as 0.02; two decimals are all that anybody acts on."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    if abs(value) < 0.005:
        return _below(0.01, 2)
    for least, digits in ((100, 0), (1, 1)):
        if abs(round(value, digits + 1)) >= least:
            return rounded(value, digits)
    return rounded(value, 2)


def percent(value: float | None) -> str:
    """A percentage, 0 to 100, with its sign: 4.78 as 4.8 %, 62.3 as 62 %, 100 as 100 %."""
    return "" if value is None else f"{_percent_number(value)}{NO_BREAK}%"


def _percent_number(value: float) -> str:
    if value in {0, 100}:
        return f"{value:.0f}"
    if 0 < value < 0.01:
        return _below(0.01, 2)
    if 99.5 <= value < 100:  # not all of them
        return rounded(value, 1) if value < 99.95 else f">{NO_BREAK}{rounded(99.9, 1)}"
    if abs(value) < 0.1:
        return rounded(value, 2)
    return rounded(value, 0 if abs(round(value, 1)) >= 10 else 1)


def share(value: float | None) -> str:
    """A part of one, 0 to 1, as a percentage."""
    return percent(None if value is None else value * 100)


def set_share(value: float | None) -> str:
    """A part of one that somebody set, as a percentage, to the last digit: 0.125 as 12.5 %."""
    if value is None:
        return ""
    return f"{number_format(percent_digits(value), use_l10n=True, force_grouping=True)}{NO_BREAK}%"


def percent_digits(value: float) -> str:
    """A part of one in percent, exactly and as a field takes it: 0.07 as 7, not as 7.000000000000001."""
    return format((Decimal(str(value)) * 100).normalize(), "f")


def share_of_percent(value: float) -> float:
    """What `percent_digits` writes, read again: 12.3 as 0.123."""
    return float(Decimal(str(value)) / 100)


def plain(value: float | None) -> str:
    """A factor as it is multiplied: at most two decimals, no trailing zeros: 3.0 as 3, 0.618 as 0.62."""
    if value is None:
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if value and text in {"0", "-0"}:
        return _below(0.01, 2)
    return number_format(text, use_l10n=True, force_grouping=True)


def _below(value: float, digits: int) -> str:
    return f"<{NO_BREAK}{rounded(value, digits)}"
