from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tracker.demo.digits.corpus import Corpus
from tracker.demo.digits.crowd import ACTIVE_USERS, Complaint, complaints_in
from tracker.demo.digits.readings import CONDITIONS, everyday_readings
from tracker.demo.storyline import Era

ERA = Era("svm-6", datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 29, tzinfo=UTC), inputs=300)


def by_ink(images: Sequence[NDArray[np.int64]]) -> list[str]:
    """A bad model: it tells digits by how much ink they take."""
    return [str(int(image.sum()) % 10) for image in images]


def complaints(corpus: Corpus, seed: int = 1) -> list[Complaint]:
    return complaints_in(ERA, corpus.traffic, by_ink, rng=np.random.default_rng(seed))


def test_only_what_the_model_misread_is_reported(corpus: Corpus) -> None:
    filed = complaints(corpus)
    assert filed
    for complaint in filed:
        assert complaint.report["predicted"] == by_ink([complaint.reading.image])[0]
        assert complaint.report["predicted"] != complaint.reading.scan.label
        assert complaint.report["input"] == complaint.reading.image.tolist()
        assert complaint.report.get("expected", complaint.reading.scan.label) == complaint.reading.scan.label


def test_a_model_that_reads_everything_right_gets_no_report(corpus: Corpus) -> None:
    truth = [scan.label for scan in corpus.traffic]

    def ask(images: Sequence[NDArray[np.int64]]) -> list[str]:
        return truth

    era = Era("right", ERA.begin, ERA.end, inputs=0)
    assert complaints_in(era, corpus.traffic, ask, rng=np.random.default_rng(1)) == []


def test_reports_speak_of_traffic_and_of_their_era(corpus: Corpus) -> None:
    traffic = {scan.number for scan in corpus.traffic}
    filed = complaints(corpus)
    assert {complaint.reading.scan.number for complaint in filed} <= traffic
    assert all(ERA.begin <= complaint.occurred_at < ERA.end for complaint in filed)
    assert {complaint.report["model"] for complaint in filed} == {"svm-6"}
    assert len({complaint.external_id for complaint in filed}) == len(filed)


def test_some_users_report_several_times(corpus: Corpus) -> None:
    filed = complaints(corpus)
    reporters = {complaint.report["reporter"] for complaint in filed}
    assert 1 < len(reporters) < min(len(filed), ACTIVE_USERS)


def test_reports_follow_the_seed(corpus: Corpus) -> None:
    assert [c.report for c in complaints(corpus)] == [c.report for c in complaints(corpus)]
    assert [c.report for c in complaints(corpus)] != [c.report for c in complaints(corpus, seed=2)]


def test_conditions_are_met_as_often_as_said(corpus: Corpus) -> None:
    assert abs(sum(share for share, _alter in CONDITIONS.values()) - 1) < 1e-9
    readings = everyday_readings(corpus.traffic, 4000, rng=np.random.default_rng(1))
    for seen, (share, _alter) in CONDITIONS.items():
        met = sum(reading.seen is seen for reading in readings) / 4000
        # Four standard deviations of a binomial share.
        assert abs(met - share) < 4 * (share * (1 - share) / 4000) ** 0.5
