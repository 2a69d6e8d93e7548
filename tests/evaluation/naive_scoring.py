"""A second implementation of the case rules, written apart from the engine's: one pattern at a time."""

from collections.abc import Sequence


def naive_case_errors(
    errors: Sequence[float | None], cases: Sequence[int], n_cases: int
) -> list[float | None]:
    """The error of each case; None is unscored, for patterns and cases alike."""
    found: list[float | None] = []
    for number in range(n_cases):
        mine = [error for error, case in zip(errors, cases, strict=True) if case == number]
        failing = [error for error in mine if error is not None and error > 0]
        if failing:
            found.append(max(failing))
        elif not mine or None in mine:
            found.append(None)
        else:
            found.append(0.0)
    return found
