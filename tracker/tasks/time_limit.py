"""The time that a command is given on its command line."""

from argparse import ArgumentTypeError


def time_limit(text: str) -> float:
    """Read seconds, from 0; that nothing is later than "nan" would end a command before it begins."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not seconds >= 0:
        raise ArgumentTypeError(f"{text} is not a number of seconds from 0.")
    return seconds
