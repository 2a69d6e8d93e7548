"""Told apart: a model that has changed under the same version string, and one that merely is flaky.

Within a run some inputs are asked a second time. For an input whose answer is another than before there are then three
answers: the former one, the new one and its repeat. A model that is only flaky draws all three from the same
distribution, so the former and the new answer could have come the other way round: the repeat is nearer to the one
exactly as often as to the other, whatever the model says and however much that differs from input to input. A model
that has changed repeats its new answer. docs/design/drift.md says why nothing simpler does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import scipy

from evaluation.bounds import exact_lower, exact_upper
from evaluation.types import Output

SIGNIFICANT = 0.01
"""A merely flaky model is called changed in at most this share of runs. Asked daily, 0.05 would be too often."""
SCORE_TOLERANCE = 1e-4
VALUE_TOLERANCE = 1e-6
"""Relative; at zero, absolute. Servers that compute in single precision differ by less from call to call."""
LEAST_REPEATED = 30
MOST_REPEATED = 600
REPEATED_SHARE = 0.02
SHARED_OUT = 80
"""So many repeats are shared out among the known inputs that a frozen model answers otherwise. With these, two of ten
that all keep to the new answer are beyond chance: docs/design/drift.md.
"""


class Stability(StrEnum):
    """What a run says about a model's answers, compared with those before."""

    STEADY = "steady"
    FLAKY = "flaky"
    CHANGED = "changed"
    UNSETTLED = "unsettled"
    """Some answers changed, too few to tell which of the two it is."""
    UNKNOWN = "unknown"
    """Nothing speaks against it, but too many of the repeats that would did not come."""


class Nearer(StrEnum):
    """Which answer the repeat of a changed one is nearer to."""

    NEW = "new"
    FORMER = "former"
    NEITHER = "neither"


def same_answer(one: Output, other: Output) -> bool:
    """Whether two answers are the same but for rounding: label and text to the letter, scores and value within the
    tolerances. What one has and the other lacks makes them differ.
    """
    if one == other:
        return True
    if (one.label, one.text) != (other.label, other.text):
        return False
    return _same_scores(one, other) and _same_value(one.value, other.value)


def _same_scores(one: Output, other: Output) -> bool:
    if one.scores is None or other.scores is None:
        return one.scores is other.scores
    # Scores may be logits: within the tolerance of each other's size where they are large.
    return one.scores.keys() == other.scores.keys() and all(
        math.isclose(score, other.scores[label], rel_tol=SCORE_TOLERANCE, abs_tol=SCORE_TOLERANCE)
        for label, score in one.scores.items()
    )


def _same_value(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=VALUE_TOLERANCE, abs_tol=VALUE_TOLERANCE)


def distance(one: Output, other: Output) -> tuple[float, ...]:
    """How far two answers are from each other: symmetric, compared part by part, label first.

    Label and text count as equal or not; then the largest difference of a score, of the value, and the share of words
    that only one text has. All zeros exactly where `same_answer` holds.
    """
    if same_answer(one, other):
        return (0.0,) * 5
    return (
        float(one.label != other.label),
        float(one.text != other.text),
        _score_distance(one, other),
        _value_distance(one.value, other.value),
        _text_distance(one.text, other.text),
    )


def _score_distance(one: Output, other: Output) -> float:
    if one.scores is None or other.scores is None:
        return 0.0 if one.scores is other.scores else math.inf
    if one.scores.keys() != other.scores.keys():
        return math.inf
    return max(abs(score - other.scores[label]) for label, score in one.scores.items())


def _value_distance(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else math.inf
    return abs(one - other)


def _text_distance(one: str | None, other: str | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else 1.0
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return 1 - len(words & others) / len(words | others) if words | others else 0.0


def nearer(repeat: Output, *, new: Output, former: Output) -> Nearer:
    """Return which of two answers the repeat is nearer to."""
    to_new, to_former = distance(repeat, new), distance(repeat, former)
    if to_new == to_former:
        return Nearer.NEITHER
    return Nearer.NEW if to_new < to_former else Nearer.FORMER


@dataclass(frozen=True, slots=True)
class Repeats:
    """What was counted in one run.

    Of `n_asked` inputs that had an answer before, `n_changed` were answered otherwise. Of these some were asked again,
    `n_times` times each: `n_nearer_new` and `n_nearer_former` of the first repeats were nearer to the one or the
    other, and `n_kept` inputs were given the new answer every time. Of a sample of `n_sampled` inputs, drawn whatever
    was answered, `n_differing` were answered otherwise the second time; without a sample, so many of the changed ones
    were answered in two ways. `n_missing` counts the inputs that were to be asked again and not answered, as where the
    server went away meanwhile.
    """

    n_asked: int = 0
    n_changed: int = 0
    n_nearer_new: int = 0
    n_nearer_former: int = 0
    n_kept: int = 0
    n_sampled: int = 0
    n_differing: int = 0
    n_missing: int = 0
    n_times: int = 1

    @property
    def flakiness(self) -> float | None:
        """The share of repeats that differ; None without any."""
        return self.n_differing / self.n_sampled if self.n_sampled else None

    @property
    def flakiness_interval(self) -> tuple[float, float] | None:
        """The two-sided 95 % Clopper-Pearson interval."""
        if not self.n_sampled:
            return None
        low = exact_lower(self.n_differing, self.n_sampled, 0.975)
        high = exact_upper(self.n_differing, self.n_sampled, 0.975)
        return float(low), float(high)

    @property
    def p_value(self) -> float | None:
        """How likely so much constancy is if the model is only flaky; None where no answer changed.

        The smaller of two exact tests, doubled. The sign test of the first repeats. And, which finds a change of a few
        inputs where there are no more: an input of a flaky model is answered otherwise than before and then so every
        time with a probability of at most `chance_of_keeping`, so the number of such inputs has at most a binomial
        tail. Where it was chosen by what was answered how often to ask, all that changed must have kept to it.
        """
        if not self.n_changed:
            return None
        sign = _tail(self.n_nearer_new, self.n_nearer_new + self.n_nearer_former, 0.5)
        counts = self.n_times == 1 or self.n_kept == self.n_changed
        kept = _tail(self.n_kept, self.n_asked, chance_of_keeping(self.n_times)) if counts else 1.0
        return min(1.0, 2 * min(sign, kept))

    @property
    def stability(self) -> Stability:
        if self.p_value is not None and self.p_value <= SIGNIFICANT:
            return Stability.CHANGED
        if self.n_differing or self.n_nearer_former:
            return Stability.FLAKY
        if self.n_changed:
            return Stability.UNSETTLED
        # What was not answered is no answer that stayed: of a sample at least half must have come, and no fewer than
        # the least that tells.
        enough = self.n_missing == 0 or self.n_sampled >= max(LEAST_REPEATED, self.n_missing)
        return Stability.STEADY if enough else Stability.UNKNOWN


def count_changed(answers: Iterable[tuple[Output, Output, Output]]) -> tuple[int, int, int]:
    """Count (nearer to the new one, nearer to the former one, the new one again) of (former, new, repeat)."""
    counts = {Nearer.NEW: 0, Nearer.FORMER: 0, Nearer.NEITHER: 0}
    n_kept = 0
    for former, new, repeat in answers:
        counts[nearer(repeat, new=new, former=former)] += 1
        n_kept += same_answer(repeat, new)
    return counts[Nearer.NEW], counts[Nearer.FORMER], n_kept


def sample_size(n: int) -> int:
    """Return how many of n inputs to repeat for the flakiness: 2 %, at least 30, at most 600."""
    return min(n, max(LEAST_REPEATED, min(MOST_REPEATED, math.ceil(REPEATED_SHARE * n))))


def times_for(n_changed: int) -> int:
    """Return how often to ask again each of the known inputs that a frozen model answered otherwise."""
    return max(1, SHARED_OUT // n_changed) if n_changed else 1


def chance_of_keeping(times: int) -> float:
    """Return how likely a flaky model at most is to answer an input otherwise than before, and then so every time.

    That is d (1 - d)**times at most, where d is the probability that an answer differs from the one given: 1/4 at a
    coin for one repeat, and for more of them largest at d = 1 / (times + 1).
    """
    return float((times / (times + 1)) ** times / (times + 1))


def _tail(successes: int, n: int, probability: float) -> float:
    """P(X >= successes) of a binomial; 1 for none of none."""
    return float(scipy.special.bdtrc(successes - 1, n, probability)) if successes else 1.0
