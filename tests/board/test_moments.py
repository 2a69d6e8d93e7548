from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from tracker.board.moments import day, exact, relative

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=5, hours=2), "5 days ago"),
        (timedelta(days=13, hours=23), "13 days ago"),
        (timedelta(days=14), "2 weeks ago"),
        (timedelta(days=60), "8 weeks ago"),
        (timedelta(days=61), "2 months ago"),
        (timedelta(days=730), "23 months ago"),
        (timedelta(days=731), "2 years ago"),
    ],
)
def test_how_long_ago_it_was_in_one_unit(ago: timedelta, text: str) -> None:
    assert relative(NOW - ago, NOW) == text


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(seconds=30), "now"),
        (timedelta(minutes=2), "in 2 minutes"),
        (timedelta(days=1), "in 24 hours"),
        (timedelta(days=3), "in 3 days"),
    ],
)
def test_what_is_to_come(ahead: timedelta, text: str) -> None:
    assert relative(NOW + ahead, NOW) == text


def test_the_exact_time_names_its_zone_and_is_in_it() -> None:
    in_kolkata = datetime(2024, 3, 1, 3, 15, 9, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert exact(in_kolkata) == "2024-02-29 21:45:09 UTC"
    assert day(in_kolkata) == "29 Feb 2024"


def test_a_day_is_in_the_readers_language() -> None:
    with override("de"):
        assert day(datetime(2024, 5, 1, tzinfo=UTC)) == "1 Mai 2024"


def test_a_moment_bears_its_exact_time() -> None:
    html = render_to_string("_fragments/_when.html", {"at": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)})
    assert '<time datetime="2020-01-02T03:04:05+00:00" title="2020-01-02 03:04:05 UTC">' in html
    assert "years ago</time>" in html
