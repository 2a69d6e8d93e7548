from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tracker.demo.people import Team, stand_up_team


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def team(db: None) -> Team:
    return stand_up_team("not-secret")
