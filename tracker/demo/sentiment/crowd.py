"""The users of the demo's product: who complains about which misread post, when, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tracker.demo.sentiment.posts import ONLY_LATELY, Post, everyday_posts

if TYPE_CHECKING:
    import numpy as np

    from evaluation.types import JSON
    from tracker.demo.storyline import Era

ACTIVE_USERS = 500
COMPLAINS = 0.5  # chance that a misread post is reported at all
SAYS_WHAT_IT_IS = 0.75  # chance that the reporter says how the post was meant
FREQUENT_USER = 150  # mean rank of the users who post: some post a lot and report several times

WITH_EXPECTED = (
    "This was meant {expected}.",
    "Shown as {predicted}, but it is {expected}.",
    "I did not write anything {predicted}.",
    "",
)
WITHOUT_EXPECTED = ("Wrong mood.", "This is not {predicted}!", "Why is my post marked {predicted}?", "")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One report about to be filed, with the post it is about."""

    post: Post
    occurred_at: datetime
    external_id: str
    report: dict[str, JSON]


def complaints_in(
    era: Era, ask: Callable[[Sequence[str]], list[str]], *, now: datetime, rng: np.random.Generator
) -> list[Complaint]:
    """Let users post, `ask` the era's model, and return what is reported of its misreads, oldest first."""
    posts = [post for post in everyday_posts(era.inputs, rng=rng) if _begin(post, era, now) < era.end]
    answers = ask([post.text for post in posts])
    complaints = [
        _complaint(era, number, post, predicted, begin=_begin(post, era, now), rng=rng)
        for number, (post, predicted) in enumerate(zip(posts, answers, strict=True))
        if predicted != post.feeling and rng.random() < COMPLAINS
    ]
    return sorted(complaints, key=lambda complaint: complaint.occurred_at)


def _begin(post: Post, era: Era, now: datetime) -> datetime:
    """When the era's first such post was written."""
    lately = ONLY_LATELY.get(post.kind)
    return era.begin if lately is None else max(era.begin, now - lately)


def _complaint(
    era: Era, number: int, post: Post, predicted: str, *, begin: datetime, rng: np.random.Generator
) -> Complaint:
    reporter = min(int(rng.exponential(FREQUENT_USER)), ACTIVE_USERS - 1) + 1
    occurred_at = begin + timedelta(seconds=int(rng.integers(int((era.end - begin).total_seconds()))))
    external_id = f"{era.version}-{number:04}"
    report: dict[str, JSON] = {
        "input": post.text,
        "predicted": predicted,
        "reporter": f"user-{reporter:03}",
        "model": era.version,
        "external_id": external_id,
        "occurred_at": occurred_at.isoformat(),
    }
    says = rng.random() < SAYS_WHAT_IT_IS
    if says:
        report["expected"] = post.feeling
    wording = str(rng.choice(WITH_EXPECTED if says else WITHOUT_EXPECTED))
    if wording:
        report["comment"] = wording.format(expected=post.feeling, predicted=predicted)
    return Complaint(post, occurred_at, external_id, report)
