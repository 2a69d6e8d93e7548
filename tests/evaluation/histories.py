"""Seeded histories of two equally good models: which cases each fails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Errors = NDArray[np.bool_]

N_TRIES = 2_000
N_SAMPLED, N_FILED = 60, 30


def by_chance(n_cases: int, error: float) -> tuple[Errors, Errors]:
    """Draw two models that differ by chance in a tenth of all cases; axes are tries, twelve problems, cases."""
    rng = np.random.default_rng([2026, n_cases, int(100 * error)])
    shape = (N_TRIES, 12, n_cases)
    base = rng.random(shape) < error
    differs = rng.random(shape) < 0.10
    # Where they differ, either one may be the one that fails.
    flipped = rng.random(shape) < 0.5
    return np.where(differs, flipped, base), np.where(differs, ~flipped, base)


def filed_on_v8() -> tuple[Errors, Errors, Errors]:
    """Draw v8, v9 and which cases are unselected: sixty sampled ones, then thirty filed on v8's failures."""
    rng = np.random.default_rng(2029)
    sampled = rng.beta(0.1, 0.9, size=(N_TRIES, N_SAMPLED))
    # By Bayes the difficulty of a case that a model of this kind was seen to fail is Beta(0.1 + 1, 0.9).
    filed = rng.beta(1.1, 0.9, size=(N_TRIES, N_FILED))
    difficulty = np.concatenate([sampled, filed], axis=1)
    v8, v9 = (rng.random(difficulty.shape) < difficulty for _ in range(2))
    v8[:, N_SAMPLED:] = True
    return v8, v9, np.arange(N_SAMPLED + N_FILED) < N_SAMPLED
