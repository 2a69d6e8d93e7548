"""The users of the demo's product: who complains about which misread digit, when, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tracker.demo.digits.readings import Reading, everyday_readings, scanned_as_they_are

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evaluation.types import JSON
    from tracker.demo.digits.corpus import Scan
    from tracker.demo.storyline import Era

ACTIVE_USERS = 400
COMPLAINS = 0.6  # chance that a misread digit is reported at all
SAYS_WHAT_IT_IS = 0.75  # chance that the reporter says what the digit should have been
FREQUENT_USER = 120  # mean rank of the users who scan: some scan a lot and report several times

WITH_EXPECTED = (
    "This is a {expected}.",
    "Read as {predicted}, but it is a {expected}.",
    "I wrote {expected}, the form says {predicted}.",
    "",
)
WITHOUT_EXPECTED = ("Wrong digit.", "Not a {predicted}!", "The number on my form came out wrong.", "")


@dataclass(frozen=True, eq=False, slots=True)
class Complaint:
    """One report about to be filed, with the reading it is about: what a person sees in the picture."""

    reading: Reading
    predicted: str
    occurred_at: datetime
    external_id: str
    report: dict[str, JSON]


def readings_in(era: Era, pool: Sequence[Scan], *, rng: np.random.Generator) -> list[Reading]:
    """What users scan in an era: every scan of the pool once as it is, then everyday readings."""
    return scanned_as_they_are(pool) + everyday_readings(pool, era.inputs, rng=rng)


def complaints_in(
    era: Era,
    pool: Sequence[Scan],
    ask: Callable[[Sequence[NDArray[np.int64]]], list[str]],
    *,
    rng: np.random.Generator,
) -> list[Complaint]:
    """Let users scan, `ask` the era's model, and return what is reported of its misreads, oldest first."""
    readings = readings_in(era, pool, rng=rng)
    answers = ask([reading.image for reading in readings])
    complaints = [
        _complaint(era, number, reading, predicted, rng=rng)
        for number, (reading, predicted) in enumerate(zip(readings, answers, strict=True))
        if predicted != reading.scan.label and rng.random() < COMPLAINS
    ]
    return sorted(complaints, key=lambda complaint: complaint.occurred_at)


def _complaint(
    era: Era, number: int, reading: Reading, predicted: str, *, rng: np.random.Generator
) -> Complaint:
    reporter = min(int(rng.exponential(FREQUENT_USER)), ACTIVE_USERS - 1) + 1
    seconds = int(rng.integers(int((era.end - era.begin).total_seconds())))
    occurred_at = era.begin + timedelta(seconds=seconds)
    external_id = f"{era.version}-{number:04}"
    report: dict[str, JSON] = {
        "input": reading.image.tolist(),
        "predicted": predicted,
        "reporter": f"user-{reporter:03}",
        "model": era.version,
        "external_id": external_id,
        "occurred_at": occurred_at.isoformat(),
    }
    says = rng.random() < SAYS_WHAT_IT_IS
    if says:
        report["expected"] = reading.scan.label
    wording = str(rng.choice(WITH_EXPECTED if says else WITHOUT_EXPECTED))
    if wording:
        report["comment"] = wording.format(expected=reading.scan.label, predicted=predicted)
    return Complaint(reading, predicted, occurred_at, external_id, report)
