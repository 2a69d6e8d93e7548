import math
from typing import Any

import pytest

from tests.evaluation.expectations.reading import errors, expectation, output


def scored(negative: Any, positive: Any) -> Any:
    return {"scores": {"negative": negative, "positive": positive}}


INVARIANT = [
    # what it is, tolerance, output, base, error
    ("same label", 0, "neutral", "neutral", 0.0),
    ("same label, scores far apart", 0, scored(0.9, 0.1), scored(0.6, 0.4), 0.0),
    ("other label, no scores", 0.5, "neutral", "positive", 1.0),
    ("other label, the base's score moved little", 0.1, scored(0.52, 0.48), scored(0.45, 0.55), 0.0),
    ("other label, the base's score moved far", 0.1, scored(0.7, 0.3), scored(0.45, 0.55), 1.0),
    ("moved by the tolerance exactly", 0.1, scored(0.75, 0.7), scored(0.2, 0.8), 0.0),
    ("no tolerance", 0, scored(0.52, 0.48), scored(0.48, 0.52), 1.0),
    ("other label, scores on one side", 0.1, "negative", scored(0.4, 0.6), None),
    ("other label, scores on the other side", 0.1, scored(0.6, 0.4), "positive", None),
    ("other label, the base's score is missing", 0.1, {"scores": {"negative": 1}}, scored(0.4, 0.6), None),
    ("label on one side", 0, "neutral", {"value": 3}, None),
    ("label beside the same value", 0, {"label": "neutral", "value": 3}, {"value": 3}, None),
    ("equal values", 0, {"value": 3}, {"value": 3}, 0.0),
    ("values within", 0.5, {"value": 3.5}, {"value": 3}, 0.0),
    ("values apart", 0.4, {"value": 3.5}, {"value": 3}, 1.0),
    ("equal texts", 0, {"text": "x"}, {"text": "x"}, 0.0),
    ("other text", 9, {"text": "x"}, {"text": "y"}, 1.0),
    ("value and text", 0, {"value": 3}, {"text": "3"}, None),
    ("no base output", 0, "neutral", None, None),
    ("no output", 0, None, "neutral", None),
]


@pytest.mark.parametrize(
    ("what", "tolerance", "said", "base", "error"), INVARIANT, ids=[row[0] for row in INVARIANT]
)
def test_invariant(what: Any, tolerance: Any, said: Any, base: Any, error: Any) -> None:
    assert expectation("invariant", tolerance=tolerance).check(output(said), output(base)) == error


DIRECTIONAL = [
    ("rises", "increase", 0, 0.6, 0.5, 0.0),
    ("stays", "increase", 0, 0.5, 0.5, 0.0),
    ("falls", "increase", 0, 0.4, 0.5, 1.0),
    ("falls within", "increase", 0.1, 0.7, 0.8, 0.0),
    ("falls beyond", "increase", 0.05, 0.7, 0.8, 1.0),
    ("falls as it should", "decrease", 0, 0.4, 0.5, 0.0),
    ("stays too", "decrease", 0, 0.5, 0.5, 0.0),
    ("rises against", "decrease", 0, 0.6, 0.5, 1.0),
    ("rises within", "decrease", 0.1, 0.8, 0.7, 0.0),
]


@pytest.mark.parametrize(
    ("what", "direction", "tolerance", "score", "base_score", "error"),
    DIRECTIONAL,
    ids=[row[0] for row in DIRECTIONAL],
)
def test_directional(
    what: Any, direction: Any, tolerance: Any, score: Any, base_score: Any, error: Any
) -> None:
    expected = expectation("directional", label="positive", direction=direction, tolerance=tolerance)
    assert expected.check(output(scored(0.1, score)), output(scored(0.1, base_score))) == error


@pytest.mark.parametrize(
    ("said", "base"),
    [
        (None, scored(0.1, 0.9)),
        (scored(0.1, 0.9), None),
        ("positive", scored(0.1, 0.9)),
        (scored(0.1, 0.9), "positive"),
        ({"scores": {"negative": 1}}, scored(0.1, 0.9)),
        ({"value": 1}, {"value": 2}),
    ],
    ids=repr,
)
def test_directional_unscored(said: Any, base: Any) -> None:
    expected = expectation("directional", label="positive", direction="increase")
    assert expected.check(output(said), output(base)) is None


@pytest.mark.parametrize("said", ["positive", scored(0.3, 0.7), {"value": 4}, {"text": "x"}], ids=repr)
def test_an_input_that_equals_its_base_passes(said: Any) -> None:
    assert expectation("invariant").check(output(said), output(said)) == 0.0


def test_an_input_that_equals_its_base_moves_nowhere_and_passes() -> None:
    for direction in ("increase", "decrease"):
        expected = expectation("directional", label="positive", direction=direction)
        assert expected.check(output(scored(0.3, 0.7)), output(scored(0.3, 0.7))) == 0.0


@pytest.mark.parametrize("tolerance", [-0.1, math.nan, math.inf, "0.1", None, True], ids=repr)
def test_bad_tolerance(tolerance: Any) -> None:
    assert errors("invariant", tolerance=tolerance).keys() == {"tolerance"}
    bad = errors("directional", label="positive", direction="increase", tolerance=tolerance)
    assert bad.keys() == {"tolerance"}


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"label": "positive"}, {"direction"}),
        ({"label": "positive", "direction": "up"}, {"direction"}),
        ({"label": "positive", "direction": None}, {"direction"}),
        ({"direction": "increase"}, {"label"}),
        ({"label": "unknown", "direction": "increase"}, {"label"}),
    ],
    ids=repr,
)
def test_directional_bad_fields(fields: Any, bad: Any) -> None:
    assert errors("directional", **fields).keys() == bad
