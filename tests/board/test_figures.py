import pytest
from django.utils.translation import override

from tracker.board.figures import (
    NO_BREAK,
    count,
    figure,
    percent,
    percent_digits,
    plain,
    set_share,
    share,
    share_of_percent,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (9, "9.0"),
        (14.88, "14.9"),
        (128.4, "128"),
        (1234.5, "1,234"),
        (0.0213, "0.02"),
        (0.0996, "0.10"),
        (0.5, "0.50"),
    ],
)
def test_a_figure_has_the_digits_to_compare_by(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_a_figure_too_small_to_write_is_not_written_as_nothing() -> None:
    assert figure(0.0004) == figure(0.0049) == f"<{NO_BREAK}0.01"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (100, "100"),
        (4.78, "4.8"),
        (62.3, "62"),
        (99.7, "99.7"),
        (0.04, "0.04"),
        (9.96, "10"),
        (9.94, "9.9"),
    ],
)
def test_a_percentage_says_its_sign(value: float, text: str) -> None:
    assert percent(value) == f"{text}{NO_BREAK}%"


def test_a_tiny_percentage_does_not_read_as_nothing() -> None:
    assert percent(0.004) == f"<{NO_BREAK}0.01{NO_BREAK}%"


def test_a_share_is_a_part_of_one_and_missing_stays_missing() -> None:
    assert share(0.0478) == f"4.8{NO_BREAK}%"
    assert share(None) == percent(None) == plain(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    # 100 times 0.07 is 7.000000000000001 and 100 times 0.29 is 28.999999999999996, as floats count
    [
        (0.125, "12.5"),
        (0.07, "7"),
        (0.29, "29"),
        (0.00004, "0.004"),
        (0.123456789, "12.3456789"),
        (0, "0"),
        (1, "100"),
    ],
)
def test_a_share_that_was_set_is_told_to_the_last_digit(value: float, text: str) -> None:
    assert set_share(value) == f"{text}{NO_BREAK}%"
    assert percent_digits(value) == text
    assert share_of_percent(float(text)) == value
    assert set_share(None) == ""


def test_a_share_that_was_set_is_told_in_the_readers_writing() -> None:
    with override("de"):
        assert set_share(0.125) == f"12,5{NO_BREAK}%"
        assert percent_digits(0.125) == "12.5"


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (0.618, "0.62"), (0, "0"), (0.5, "0.5"), (10, "10")])
def test_a_factor_has_no_idle_zeros(value: float, text: str) -> None:
    assert plain(value) == text


def test_a_tiny_factor_does_not_read_as_zero() -> None:
    assert plain(0.001) == f"<{NO_BREAK}0.01"


@pytest.mark.parametrize(
    ("value", "text"), [(0.004, "<~0.01"), (99.96, ">~99.9"), (99.5, "99.5"), (99.44, "99"), (-4.78, "-4.8")]
)
def test_what_is_not_nothing_and_not_all_does_not_read_so(value: float, text: str) -> None:
    assert percent(value) == f"{text.replace('~', NO_BREAK)}{NO_BREAK}%"


@pytest.mark.parametrize(
    ("value", "text"), [(99.96, "100"), (99.94, "99.9"), (0.996, "1.0"), (0.032, "0.03")]
)
def test_a_figure_rounds_before_its_digits_are_chosen(value: float, text: str) -> None:
    assert figure(value) == text


def test_a_count_has_its_thousands_apart_in_the_readers_writing() -> None:
    assert count(1234567) == "1,234,567"
    assert count(999) == "999"
    with override("de"):
        assert count(1234567) == "1.234.567"
        assert figure(14.88) == "14,9"
