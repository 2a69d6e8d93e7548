"""A fault of the tracker's own is logged with its place, but not for each input that meets it."""

from __future__ import annotations

import pytest

from evaluation.adapters import unexpected
from evaluation.adapters.unexpected import told_unexpected


class Adapter:
    """Anything that is asked."""


def fault_here() -> Exception:
    try:
        return ZeroDivisionError(1 / 0)
    except ZeroDivisionError as error:
        return error


def fault_there() -> Exception:
    try:
        return ValueError(int("a"))
    except ValueError as error:
        return error


def test_a_fault_is_logged_once_for_an_adapter_and_a_place(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    one, other = Adapter(), Adapter()
    told = {told_unexpected(fault_here(), one) for _input in range(50)}
    assert told == {
        "The model could not be asked, or its answer not read, by a fault of the tracker: ZeroDivisionError."
    }
    assert caplog.text.count("in fault_here") == 1

    told_unexpected(fault_there(), one)
    assert caplog.text.count("in fault_there") == 1
    told_unexpected(fault_here(), other)
    assert caplog.text.count("in fault_here") == 2

    now = unexpected.QUIET
    told_unexpected(fault_here(), one)
    assert caplog.text.count("in fault_here") == 3


def test_faults_of_ever_new_places_are_not_all_remembered(caplog: pytest.LogCaptureFixture) -> None:
    one = Adapter()
    for number in range(250):
        told_unexpected(type(f"Fault{number}", (Exception,), {})(), one)

    assert len(caplog.records) == 250
    assert len(unexpected._logged[one]) <= 100
