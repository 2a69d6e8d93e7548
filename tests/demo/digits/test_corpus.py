from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

from tracker.demo.digits.corpus import FORM_STARTS, SHARES, Corpus, Scan, read_scans, split


def pools(corpus: Corpus) -> dict[str, tuple[Scan, ...]]:
    return {"training": corpus.training, "traffic": corpus.traffic, "patterns": corpus.patterns}


def test_every_scan_is_in_exactly_one_pool_and_no_image_in_two(corpus: Corpus) -> None:
    numbers = [scan.number for pool in pools(corpus).values() for scan in pool]
    assert sorted(numbers) == list(range(1797))
    # All 1797 images of the data set differ, so disjoint numbers are disjoint images.
    images = {scan.image.tobytes() for pool in pools(corpus).values() for scan in pool}
    assert len(images) == 1797


def test_pools_have_their_shares_of_every_form(corpus: Corpus) -> None:
    for name, pool in pools(corpus).items():
        for form in range(1, 15):
            whole = sum(scan.form == form for scan in read_scans())
            mine = sum(scan.form == form for scan in pool)
            # Ten labels are dealt one by one, each rounded by less than one scan at either end.
            assert abs(mine - SHARES[name] * whole) < 10


def test_a_scan_is_what_the_data_set_holds() -> None:
    scan = read_scans()[130]
    assert (scan.label, scan.form) == (str(load_digits().target[130]), 2)
    assert np.array_equal(scan.image, load_digits().images[130])


def test_every_form_begins_the_row_of_digits_anew() -> None:
    labels = load_digits().target
    for start in FORM_STARTS:
        assert np.diff(labels[start : start + 6]).tolist() == [1, 1, 1, 1, 1]
    lengths = np.diff([*FORM_STARTS, len(labels)])
    assert lengths.min() >= 120
    assert lengths.max() <= 130


def test_the_split_follows_the_seed() -> None:
    scans = read_scans()
    numbers = [
        [scan.number for scan in split(scans, rng=np.random.default_rng(seed)).traffic] for seed in (1, 1, 2)
    ]
    assert numbers[0] == numbers[1]
    assert numbers[0] != numbers[2]
