"""The board's filters: combined in the address, shown as chips, and the one on regressions."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import QueryDict

from tests.board.conftest import Scene
from tests.board.test_board import columns
from tests.board.visitors import Visitor, words
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.board.pages.board_address import BoardAddress
from tracker.candidates.model_changes import activate_model
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM

CASES = [f"case {number}" for number in range(22)]
"""All of 22 pass: fixed. All fail: failing."""


@dataclass(frozen=True)
class History:
    """Verdicts of the models in model order, F fixed and x failing, and which is active."""

    verdicts: str
    active: int


def problem_of(project: Project, history: History) -> Problem:
    """Make models v1, v2, … with these verdicts on one problem; v3 is registered before v2, but trained after."""
    problem = make_problem(project, title="Came back")
    make_patterns(problem, [equals(text) for text in CASES])
    for number in sorted(range(1, len(history.verdicts) + 1), key=lambda number: -number):
        model = make_model(project, f"v{number}", trained_at=day(number))
        label = "positive" if history.verdicts[number - 1] == "F" else "negative"
        make_outputs(model, dict.fromkeys(CASES, label))
        if number == history.active:
            activate_model(SYSTEM, model)
    evaluate(project)
    return problem


@pytest.mark.parametrize(
    ("history", "since", "shown"),
    [
        # fixed by v2, failing from v3 on, which is active: it came with v3
        (History("xFxx", active=3), "v3", True),
        (History("xFxx", active=3), "v2", True),
        (History("xFxx", active=3), "v4", False),  # it came before v4
        # always failing: it came with no model
        (History("xxx", active=2), "v1", False),
        # v3 broke it, v4 is active and fixes it again, nothing after fails it
        (History("FFxF", active=4), "v2", False),
        # v2 is active and fine, the candidate v3 breaks it
        (History("FFx", active=2), "v3", True),
        # v2 broke it and is active; the later v3 is fine
        (History("FxF", active=2), "v1", True),
        # a version that nobody knows
        (History("Fx", active=2), "v9", False),
    ],
)
def test_regressed_since_a_model(
    project: Project, as_viewer: Visitor, history: History, since: str, shown: bool
) -> None:
    problem_of(project, history)
    cards = columns(as_viewer.get("board", since=since))
    assert [title for titles in cards.values() for title in titles] == (["Came back"] if shown else [])
    table = words(as_viewer.get("board", since=since, view="table"))
    assert ("Came back" in table) is shown


def test_what_the_filter_means_is_said(scene: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("board").content.decode()
    assert "Fixed under an earlier model, failing from this model or a later one on" in page
    assert "Since v2" in words(as_viewer.get("board"))


def address(query: str, me: str = "ada") -> BoardAddress:
    return BoardAddress.read(QueryDict(query), me=me)


def test_each_chip_takes_one_filter_away() -> None:
    chips = address("harm=major&assignee=-&since=v7&q=nega&label=nlp&status=triage&view=table&page=3").chips()
    assert [chip.text for chip in chips] == [
        "Triage", "assigned to nobody", "label nlp", "harm major", "regressed since v7", "“nega”",
    ]  # fmt: skip
    assert chips[0].address == "?view=table&assignee=-&label=nlp&harm=major&since=v7&q=nega"
    assert address("").chips() == []


def test_without_filters_the_view_and_the_order_stay() -> None:
    assert address("view=table&sort=title&harm=major&q=a b").without_filters == "?view=table&sort=title"
    assert address("harm=major&q=a b").as_table == "?view=table&harm=major&q=a+b"


def test_mine_is_one_press_and_another_takes_it_back() -> None:
    assert address("harm=major").mine == "?harm=major&assignee=ada"
    assert address("harm=major&assignee=ada").is_mine
    assert address("harm=major&assignee=ada").mine == "?harm=major"


def test_filters_combine(scene: Scene, as_triager: Visitor) -> None:
    make_problem(scene.project, title="Same harm, mine", harm="major", assignee="triager")
    make_problem(scene.project, title="Other harm, mine", harm="minor", assignee="triager")
    answer = as_triager.get("board", harm="major", assignee="triager")
    assert [title for cards in columns(answer).values() for title in cards] == ["Same harm, mine"]
    text = words(answer)
    assert "1 problem matches" in text
    assert "assigned to triager" in text
    assert "Clear the filters" in text


def test_nothing_that_matches_says_what_to_do(scene: Scene, as_viewer: Visitor) -> None:
    answer = as_viewer.get("board", q="nothing like it")
    assert columns(answer) == {}
    assert "No problem matches" in words(answer)
    assert "Clear the filters" in words(answer)


def test_more_cards_than_a_column_shows_keep_the_filters(
    scene: Scene, as_viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.board.pages.board_page.CARDS_SHOWN", 1)
    for number in range(2):
        make_problem(scene.project, title=f"More {number}", harm="minor")
    page = as_viewer.get("board", harm="minor")
    assert "1 more" in words(page)
    assert 'href="?harm=minor&amp;status=triage"' in page.content.decode()
