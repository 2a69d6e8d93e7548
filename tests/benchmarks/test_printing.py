from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure
from benchmarks.printing import lines


def ratio(value: float) -> Figure:
    return ratio_figure(
        "cold",
        "what it is",
        [Round(value, 1.0)],
        target=Target(at_most=2.0),
        aim=1.5,
        sizes={"patterns": 20_000},
    )


def test_a_line_says_the_value_the_target_and_whether_it_is_met() -> None:
    head, below = lines(ratio(1.75)).splitlines()
    assert head.split() == ["cold", "1.75", "x", "<=", "2", "met"]
    assert below.strip() == "what it is; 1 rounds, 1.75 to 1.75; patterns 20,000"


def test_a_miss_stands_out_and_a_reached_aim_is_said() -> None:
    assert lines(ratio(2.5)).splitlines()[0].endswith("MISSED")
    assert lines(ratio(1.5)).splitlines()[0].endswith("met, aim 1.5 too")


def test_what_was_not_measured_says_why() -> None:
    text = lines(not_measured("peers.mlflow", "what it is", "It cannot be installed."))
    assert "not measured" in text
    assert "It cannot be installed." in text


def test_an_exact_target_is_shown_as_such() -> None:
    exact = Figure("asked", "t", value=200.0, target=Target(at_most=200.0, at_least=200.0))
    assert lines(exact).splitlines()[0].split() == ["asked", "200", "=", "200", "met"]
