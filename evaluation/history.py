"""When a bug came and when it went, in model order. DESIGN section 5, "Introduced in, fixed in"."""

from collections.abc import Sequence
from typing import TypedDict

from evaluation.types import Verdict


class ModelRange(TypedDict):
    """It happened after the one model and by the other; undecided models lie between. None: it always was."""

    after: str | None
    by: str


def changes(models: Sequence[tuple[str, Verdict | None]]) -> tuple[ModelRange | None, ModelRange | None]:
    """(introduced in, fixed in) from (version, verdict) in model order, all on one revision.

    Introduced: the last change from fixed to failing; without one, the first decided model if that fails.
    Fixed: the first model from which on it stays fixed after a failing one. Undecided ones are passed over.
    """
    decided = [
        (version, verdict) for version, verdict in models if verdict in (Verdict.FIXED, Verdict.FAILING)
    ]
    introduced_in: ModelRange | None = None
    fixed_in: ModelRange | None = None
    before, verdict_before = None, None
    for version, verdict in decided:
        if verdict == Verdict.FAILING:
            fixed_in = None
            if verdict_before != Verdict.FAILING:
                introduced_in = ModelRange(after=before, by=version)
        elif verdict_before == Verdict.FAILING:
            fixed_in = ModelRange(after=before, by=version)
        before, verdict_before = version, verdict
    return introduced_in, fixed_in
