"""Numbers that people, or programs that try addresses, send as text: none is an error of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.board.whole_numbers import whole_number, whole_numbers
from tracker.problems.models import Pattern
from tracker.problems.sample_models import SampleOrigin
from tracker.problems.sampling import draw_sample
from tracker.projects.examples import canonical_input
from tracker.projects.rights import SYSTEM

if TYPE_CHECKING:
    from tests.board.conftest import Scene
    from tests.board.visitors import Visitor

NO_KEYS = ["99999999999999999999999", "9" * 5000]
"""More than a database's keys hold, and more digits than Python reads."""


def test_what_is_no_number_of_anything_here_is_passed_over() -> None:
    assert whole_numbers(["7", "", "-1", "1.0", "٣", "²", "9" * 19, "9" * 5000, "012"]) == [7, 12]
    assert whole_number("9" * 18) == 10**18 - 1


@pytest.mark.parametrize("number", NO_KEYS)
def test_reports_that_cannot_be_are_not_looked_for(scene: Scene, as_admin: Visitor, number: str) -> None:
    assert as_admin.get("new_problem", report=number).status_code == 200
    assert as_admin.get("link_reports", report=number).status_code == 200
    assert as_admin.post("link_reports", report=number, problem="1").status_code == 400
    assert as_admin.post("dismiss_reports", report=number, common="right").status_code == 400
    assert as_admin.post("reopen_reports", report=number).status_code == 302


@pytest.mark.parametrize("number", NO_KEYS)
def test_a_timeline_before_no_event_is_the_whole_timeline(
    scene: Scene, as_admin: Visitor, number: str
) -> None:
    assert as_admin.get("problem", scene.problem.number, before=number).status_code == 200


@pytest.mark.parametrize("number", NO_KEYS)
def test_restoring_beside_no_pattern_is_restoring(scene: Scene, as_admin: Visitor, number: str) -> None:
    pattern = Pattern.objects.filter(problem=scene.problem).first()
    assert pattern is not None
    address = as_admin.url("restore_pattern", scene.problem.number, pattern.pk)
    assert as_admin.client.post(f"{address}?standing={number}").status_code == 302


@pytest.mark.parametrize("number", NO_KEYS)
def test_an_input_can_be_labelled_whatever_was_seen(scene: Scene, as_admin: Visitor, number: str) -> None:
    sample = draw_sample(
        SYSTEM, scene.problem, [canonical_input("one of many")], origin=SampleOrigin.PASTED, n=1, seed=1,
        shared={"type": "equals"},
    )  # fmt: skip
    sent = {"input": "1", "decision": "labelled", "label": "positive", "seen": number}
    assert as_admin.post("label_sample", scene.problem.number, sample.pk, **sent).status_code == 302
