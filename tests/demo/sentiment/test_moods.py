from __future__ import annotations

from typing import Any

import pytest

from tracker.demo.sentiment.moods import LABELS, mood


def test_scores_are_shares_of_polarity_and_dead_zone() -> None:
    # 3 points against a dead zone of half a point: 3 / 3.5 and 0.5 / 3.5.
    said = mood(3, dead_zone=0.5)
    assert said == {"label": "positive", "scores": {"negative": 0, "neutral": 0.5 / 3.5, "positive": 3 / 3.5}}


@pytest.mark.parametrize(
    ("polarity", "label"),
    [
        (-1, "negative"),
        (-0.05, "negative"),
        (-0.04, "neutral"),
        (0, "neutral"),
        (0.04, "neutral"),
        (0.05, "positive"),
    ],
)
def test_the_dead_zone_is_neutral_and_ends_where_it_is_said_to(polarity: float, label: str) -> None:
    assert mood(polarity, dead_zone=0.05)["label"] == label


@pytest.mark.parametrize("polarity", [-0.9, -0.06, 0.0, 0.02, 0.3])
def test_the_label_has_the_largest_score(polarity: float) -> None:
    said = mood(polarity, dead_zone=0.05)
    scores: Any = said["scores"]
    assert list(scores) == LABELS
    assert sum(scores.values()) == pytest.approx(1)
    assert max(scores, key=lambda label: scores[label]) == said["label"]
