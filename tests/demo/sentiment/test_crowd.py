from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from tracker.demo.sentiment.crowd import ACTIVE_USERS, Complaint, complaints_in
from tracker.demo.sentiment.moods import LABELS
from tracker.demo.sentiment.posts import KINDS, ONLY_LATELY, Kind, everyday_posts
from tracker.demo.storyline import Era

NOW = datetime(2024, 3, 29, tzinfo=UTC)
ERA = Era("textblob", NOW - timedelta(days=28), NOW, inputs=400)


def by_length(texts: Sequence[str]) -> list[str]:
    """A bad model: it tells moods by how long a text is."""
    return [LABELS[len(text) % 3] for text in texts]


def complaints(seed: int = 1, era: Era = ERA, now: datetime = NOW) -> list[Complaint]:
    return complaints_in(era, by_length, now=now, rng=np.random.default_rng(seed))


def test_only_what_the_model_misread_is_reported() -> None:
    filed = complaints()
    assert filed
    for complaint in filed:
        assert complaint.report["input"] == complaint.post.text
        assert complaint.report["predicted"] == by_length([complaint.post.text])[0] != complaint.post.feeling
        assert complaint.report.get("expected", complaint.post.feeling) == complaint.post.feeling


def test_a_model_that_reads_everything_right_gets_no_report() -> None:
    # The same seed writes the same posts.
    truth = {post.text: post.feeling for post in everyday_posts(ERA.inputs, rng=np.random.default_rng(1))}
    rng = np.random.default_rng(1)
    assert complaints_in(ERA, lambda texts: [truth[text] for text in texts], now=NOW, rng=rng) == []


def test_reports_are_of_their_era_and_in_its_order() -> None:
    filed = complaints()
    times = [complaint.occurred_at for complaint in filed]
    assert times == sorted(times)
    assert all(ERA.begin <= time < ERA.end for time in times)
    assert {complaint.report["model"] for complaint in filed} == {"textblob"}
    assert len({complaint.external_id for complaint in filed}) == len(filed)
    assert 1 < len({complaint.report["reporter"] for complaint in filed}) < min(len(filed), ACTIVE_USERS)


def test_what_is_only_written_lately_is_new() -> None:
    lately = [complaint for complaint in complaints() if complaint.post.kind is Kind.EMOJI]
    assert lately
    assert all(complaint.occurred_at >= NOW - ONLY_LATELY[Kind.EMOJI] for complaint in lately)
    long_ago = replace(ERA, begin=ERA.begin - timedelta(days=99), end=ERA.end - timedelta(days=99))
    assert not [complaint for complaint in complaints(era=long_ago) if complaint.post.kind is Kind.EMOJI]


def test_reports_follow_the_seed() -> None:
    assert complaints() == complaints()
    assert complaints() != complaints(seed=2)


def test_kinds_are_written_as_often_as_said() -> None:
    assert abs(sum(share for share, _write in KINDS.values()) - 1) < 1e-9
    posts = everyday_posts(4000, rng=np.random.default_rng(1))
    for kind, (share, _write) in KINDS.items():
        met = sum(post.kind is kind for post in posts) / 4000
        # Four standard deviations of a binomial share.
        assert abs(met - share) < 4 * (share * (1 - share) / 4000) ** 0.5
