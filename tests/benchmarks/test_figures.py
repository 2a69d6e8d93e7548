import json

import pytest

from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure, spread


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # 4/2, 9/3 and 5/5: a round with a hiccup on both sides (500/100) does not move it far.
    rounds = [Round(4.0, 2.0), Round(9.0, 3.0), Round(5.0, 5.0), Round(500.0, 100.0)]
    figure = ratio_figure("cold", "title", rounds, sizes={})
    assert figure.value == 2.5  # of 1, 2, 3, 5
    assert spread([each.ratio for each in rounds]) == {"min": 1.0, "median": 2.5, "max": 5.0}


def test_there_is_no_spread_of_nothing() -> None:
    assert spread([]) is None


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target(at_most=2.0), 2.0, True),
        (Target(at_most=2.0), 2.001, False),
        (Target(at_least=85.0), 85.0, True),
        (Target(at_least=85.0), 84.9, False),
        (Target(at_least=200.0, at_most=200.0), 200.0, True),
        (Target(at_least=200.0, at_most=200.0), 199.0, False),
        (Target(at_least=200.0, at_most=200.0), 201.0, False),
    ],
)
def test_a_target_is_met_at_its_bound(target: Target, value: float, met: bool) -> None:
    assert Figure("name", "title", value=value, target=target).met is met


def test_what_was_not_measured_neither_meets_nor_misses_its_target() -> None:
    figure = not_measured("cold.postgresql", "title", "No server.", target=Target(at_most=2.0))
    assert figure.met is None
    assert figure.value is None
    assert figure.note == "No server."


def test_what_has_no_target_is_not_judged() -> None:
    assert Figure("bare", "title", value=1.6).met is None


def test_the_json_holds_everything_that_was_seen() -> None:
    rounds = [Round(3.0, 2.0, {"ours_processor": 1.5})]
    figure = ratio_figure(
        "cold", "title", rounds, target=Target(at_most=2.0), aim=1.5, sizes={"patterns": 20_000}
    )
    assert json.loads(json.dumps(figure.to_json())) == {
        "name": "cold",
        "title": "title",
        "value": 1.5,
        "unit": "x",
        "target": {"at_most": 2.0, "at_least": None, "aim": 1.5},
        "met": True,
        "sizes": {"patterns": 20_000},
        "spread": {"min": 1.5, "median": 1.5, "max": 1.5},
        "rounds": [{"ours": 3.0, "other": 2.0, "ratio": 1.5, "ours_processor": 1.5}],
        "round_unit": "s",
        "note": "",
        "broken": False,
    }
