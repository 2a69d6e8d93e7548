from __future__ import annotations

import numpy as np
import pytest

from tracker.demo.digits.corpus import Corpus, read_scans, split


@pytest.fixture(scope="package")
def corpus() -> Corpus:
    return split(read_scans(), rng=np.random.default_rng(20))
