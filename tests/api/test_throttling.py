"""How often one may ask."""

from __future__ import annotations

import pytest
from rest_framework.settings import api_settings

from tests.api.conftest import Caller, TokenMaker
from tests.api.test_problem_details import assert_problem
from tracker.projects.models import Project


@pytest.fixture(autouse=True)
def _low_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    # A day as the window, so that no test runs over its end at a bad moment (but once a day).
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"token": "3/day", "anonymous": "2/day"})


def test_a_token_that_asks_too_often_is_429_with_retry_after(with_token: TokenMaker) -> None:
    caller = with_token("read")
    assert [caller.get().status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = caller.get()
    assert_problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


def test_each_token_has_its_own_count(with_token: TokenMaker) -> None:
    first, second = with_token("read"), with_token("read")
    assert [first.get().status_code for _ in range(4)][-1] == 429
    assert second.get().status_code == 200


def test_guessing_tokens_is_counted_by_address(project: Project, reader: Caller) -> None:
    guesses = [Caller(project, Authorization=f"Bearer guess-{n}").get().status_code for n in range(3)]
    assert guesses == [401, 401, 429]
    # Those who have a token are not locked out by it.
    assert reader.get().status_code == 200
