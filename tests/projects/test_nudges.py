"""Telling the workers: what became of it is known at once."""

import logging

import pytest
from pytest_django import Settings

from tracker.projects.nudges import nudge


def test_a_broker_that_is_away_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NUDGES = True
    pauses: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", pauses.append)
    with caplog.at_level(logging.WARNING):
        assert nudge("tracker.tasks.sweep") is False
    assert pauses == []
    assert "No broker took the nudge tracker.tasks.sweep" in caplog.text
