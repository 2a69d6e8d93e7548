import pytest
from django.db import connection


def marked(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("database") is not None


def test_a_test_without_a_database_runs_once(request: pytest.FixtureRequest) -> None:
    assert not marked(request)


@pytest.mark.django_db
def test_one_marked_by_hand_runs_on_both(request: pytest.FixtureRequest) -> None:
    assert marked(request)
    assert connection.vendor in ("sqlite", "postgresql")


def test_one_that_takes_the_fixture_runs_on_both(request: pytest.FixtureRequest, db: None) -> None:
    assert marked(request)


def test_one_whose_fixture_takes_it_runs_on_both(
    request: pytest.FixtureRequest, process_environment: dict[str, str]
) -> None:
    assert marked(request)
    assert connection.settings_dict["NAME"] in process_environment["DATABASE_URL"]
