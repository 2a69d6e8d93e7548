from __future__ import annotations

import numpy as np

from tracker.demo.digits.corpus import Corpus
from tracker.demo.digits.strokes import is_wide_one
from tracker.demo.digits.training import ALL_FORMS, CLEANED_WITH_SHIFTS, THREE_FORMS, TrainingSet


def test_a_set_holds_the_first_forms_of_the_training_pool(corpus: Corpus) -> None:
    rows = THREE_FORMS.rows(corpus.training)
    expected = [scan for scan in corpus.training if scan.form in {1, 2, 3}]
    assert rows.labels.tolist() == [scan.label for scan in expected]
    assert np.array_equal(rows.images[-1], expected[-1].image)


def test_the_cleaning_step_loses_every_wide_one_and_nothing_else(corpus: Corpus) -> None:
    cleaned = TrainingSet("cleaned", forms=14, drops_wide_ones=True).rows(corpus.training)
    wide = [scan for scan in corpus.training if is_wide_one(scan)]
    assert wide
    assert len(cleaned.labels) == len(corpus.training) - len(wide)
    assert not {scan.image.tobytes() for scan in wide} & {image.tobytes() for image in cleaned.images}


def test_shifted_copies_lose_no_ink(corpus: Corpus) -> None:
    rows = CLEANED_WITH_SHIFTS.rows(corpus.training)
    ink = {scan.image.sum() for scan in corpus.training}
    assert {image.sum() for image in rows.images} <= ink
    assert len(rows.labels) > 2 * len(corpus.training)


def test_tilted_copies_are_two_for_each_scan(corpus: Corpus) -> None:
    rows = TrainingSet("tilted", forms=14, with_tilted=True).rows(corpus.training)
    assert len(rows.labels) == 3 * len(corpus.training)


def test_the_digest_says_whether_two_sets_are_one(corpus: Corpus) -> None:
    first, again = ALL_FORMS.rows(corpus.training), ALL_FORMS.rows(corpus.training)
    assert first.digest == again.digest
    assert first.digest != ALL_FORMS.rows(corpus.training[1:]).digest
