"""Models for the `python` adapter in tests. `asked` tells what they were asked, batch by batch."""

from collections.abc import Callable, Sequence

asked: list[list[object]] = []
interrupt: list[Callable[[], None]] = []
broken: set[str] = set()


def by_length(inputs: Sequence[object]) -> list[str]:
    """Long texts are positive, short ones negative; what is in `broken` raises."""
    asked.append(list(inputs))
    if interrupt:
        interrupt.pop()()
    if broken & {str(text) for text in inputs}:
        raise ValueError("cannot read this")
    return ["positive" if len(str(text)) > 4 else "negative" for text in inputs]
