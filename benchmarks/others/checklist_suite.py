"""The shared suite as one of CheckList's. `python -m benchmarks.others.checklist_suite PATTERNS SUITE` saves it so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checklist.expect import Expect
from checklist.test_suite import TestSuite
from checklist.test_types import INV, MFT

from benchmarks.others.suite import SuiteCase, problems
from benchmarks.others.vader import LABELS


def another_than(label: int) -> Callable[..., bool]:
    return lambda _x, pred, _conf, _label=None, _meta=None: bool(pred != label)


def test_of(cases: list[SuiteCase]) -> Any:
    """Return one problem as a test of CheckList's."""
    kind = cases[0].expectation["type"]
    if kind == "invariant":
        return INV([[case.base, *case.inputs] for case in cases], threshold=cases[0].expectation["tolerance"])
    texts = [case.inputs[0] for case in cases]
    labels = [LABELS.index(case.expectation["label"]) for case in cases]
    if kind == "equals":
        return MFT(texts, labels=labels)
    (label,) = set(labels)
    return MFT(texts, expect=Expect.single(another_than(label)))


def suite_of(patterns: Path) -> Any:
    suite = TestSuite()
    for name, cases in problems(patterns).items():
        assert all(len(case.inputs) == 1 for case in cases) or cases[0].base, name
        suite.add(test_of(cases), name=name, capability="all")
    return suite


if __name__ == "__main__":
    suite_of(Path(sys.argv[1])).save(sys.argv[2])
