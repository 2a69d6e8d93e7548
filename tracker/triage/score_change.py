"""The score of a model then, and of a model now: what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evaluation.shapley import WhatChanged
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project

Moment = tuple[CandidateModel, datetime | None]
"""A model and a time; None is now."""


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change of score between two moments, taken apart.

    `parts` is None where one of the two has no score, since no open problem had test patterns then.
    Counts are of test patterns: that stand in both sets, in one of them only, and of those in both whose expectation
    is another one.
    """

    base_at: datetime | None
    head_at: datetime | None
    parts: WhatChanged | None
    n_cases_then: int
    n_cases_now: int
    n_kept: int
    n_added: int
    n_retired: int
    n_relabelled: int
    n_unknown: int
    """Test patterns of which some error is not known, under one of the models, in one of the sets."""


def score_change(project: Project, base: Moment, head: Moment) -> ScoreChange:
    raise NotImplementedError
