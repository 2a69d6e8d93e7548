"""Undo of what was done to test patterns: in the message, in the timeline, in the list of retired ones."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.rights import SYSTEM


@pytest.fixture
def problem(scene: Scene) -> Problem:
    return scene.problem


@pytest.fixture
def newest(problem: Problem) -> Pattern:
    return problem.patterns.order_by("-pk")[0]


def undo_of(answer: Any) -> str:
    """Return where the button in the newest message sends its form."""
    page = answer.content.decode()
    box = page[page.index('id="messages"') :]
    return re.findall(r'<form method="post" action="([^"]*)">\s*<input type="hidden" name="csrf', box)[-1]


def alive(problem: Problem) -> set[tuple[str, str]]:
    problem.refresh_from_db()
    rows = Pattern.objects.alive_at(problem.revision).filter(problem=problem).select_related("example")
    return {(row.example.content, row.expectation) for row in rows}


def follow(visitor: Visitor, answer: Any) -> Any:
    return visitor.client.get(answer["Location"])


def press_undo(visitor: Visitor, answer: Any) -> Any:
    """Press the undo in the message on the page that an act led to; return the answer."""
    return visitor.client.post(undo_of(follow(visitor, answer)))


def test_retiring_is_undone_from_its_message_and_the_undo_too(
    problem: Problem, newest: Pattern, as_triager: Visitor
) -> None:
    before = alive(problem)
    retired = as_triager.post("retire_pattern", 1, newest.pk)
    assert len(alive(problem)) == 23
    back = press_undo(as_triager, retired)
    assert told(back) == "It is back."
    assert alive(problem) == before
    press_undo(as_triager, back)
    assert len(alive(problem)) == 23
    assert problem.revision == 4


def test_relabelling_is_undone_from_its_message_and_the_undo_too(
    problem: Problem, newest: Pattern, as_triager: Visitor
) -> None:
    before = alive(problem)
    relabelled = as_triager.post("relabel_pattern", 1, newest.pk, type="equals", label="neutral")
    changed = alive(problem)
    back = press_undo(as_triager, relabelled)
    assert told(back) == "It is back; what stood in its place is retired."
    assert (alive(problem), problem.revision) == (before, 3)
    press_undo(as_triager, back)
    assert (alive(problem), problem.revision) == (changed, 4)


def test_relabelling_to_the_same_says_so(problem: Problem, newest: Pattern, as_triager: Visitor) -> None:
    answer = as_triager.post("relabel_pattern", 1, newest.pk, type="equals", label="positive")
    assert told(answer) == "It says so already; nothing was changed."


def test_adding_is_undone_from_its_message(problem: Problem, as_triager: Visitor) -> None:
    before = alive(problem)
    one = as_triager.post("add_patterns", 1, type="equals", label="neutral", input="so so")
    press_undo(as_triager, one)
    assert alive(problem) == before
    many = as_triager.post("add_same", 1, type="equals", label="neutral", texts="a\nb")
    undone = press_undo(as_triager, many)
    assert told(undone) == "2 test patterns are retired."
    assert alive(problem) == before
    press_undo(as_triager, undone)
    assert len(alive(problem)) == 26


def test_the_timeline_offers_what_can_be_taken_back_now(
    problem: Problem, newest: Pattern, as_triager: Visitor
) -> None:
    def offered() -> list[str]:
        page = as_triager.get("problem", 1).content.decode()
        timeline = page[page.index('id="timeline"') : page.index('id="messages"')]
        return re.findall(r'action="/projects/reviews/problems/1/patterns/([^"]*)"', timeline)

    assert offered() == ["additions/1/undo/"]
    retire_pattern(SYSTEM, newest)
    assert offered() == [f"{newest.pk}/restore/", "additions/1/undo/"]
    other = problem.patterns.filter(retired_in=None)[0]
    new = relabel_pattern(SYSTEM, other, {"type": "equals", "label": "neutral"})
    relabelling = f"{other.pk}/restore/?standing={new.pk}"
    assert offered() == [relabelling, f"{newest.pk}/restore/", "additions/1/undo/"]

    as_triager.post("restore_pattern", 1, newest.pk)
    restored = problem.patterns.get(replaces=newest)
    # the retiring is taken back; the bringing back can be taken back in turn
    assert offered() == [f"{restored.pk}/retire/", relabelling, "additions/1/undo/"]
    as_triager.post("undo_addition", 1, 1)
    assert offered() == ["retirements/5/undo/", f"{restored.pk}/retire/", relabelling]
    as_triager.post("restore_revision", 1, 5)
    assert offered() == ["additions/6/undo/", f"{restored.pk}/retire/", relabelling]
    as_triager.post("undo_addition", 1, 6)
    assert offered() == ["retirements/7/undo/", f"{restored.pk}/retire/", relabelling]


def test_who_only_reads_is_offered_nothing(problem: Problem, newest: Pattern, as_viewer: Visitor) -> None:
    retire_pattern(SYSTEM, newest)
    assert "Undo" not in words(as_viewer.get("problem", 1))
    assert "Bring back" not in words(as_viewer.get("retired_patterns", 1))
    as_viewer.post("restore_pattern", 1, newest.pk)
    assert len(alive(problem)) == 23


def test_a_stranger_finds_nothing_to_undo(problem: Problem, newest: Pattern, as_stranger: Visitor) -> None:
    retire_pattern(SYSTEM, newest)
    assert as_stranger.get("retired_patterns", 1).status_code == 404
    assert as_stranger.post("restore_pattern", 1, newest.pk).status_code == 404
    assert as_stranger.post("undo_addition", 1, 1).status_code == 404
    assert as_stranger.post("restore_revision", 1, 2).status_code == 404
    assert len(alive(problem)) == 23


def test_a_pattern_of_another_problem_is_not_found(
    problem: Problem, newest: Pattern, as_triager: Visitor
) -> None:
    other = make_problem(problem.project)
    assert as_triager.post("restore_pattern", other.number, newest.pk).status_code == 404


def test_the_retired_ones_are_listed_with_what_became_of_them(
    problem: Problem, newest: Pattern, as_triager: Visitor
) -> None:
    assert "Nothing is retired" in words(as_triager.get("retired_patterns", 1))
    first, second, third = problem.patterns.order_by("pk")[:3]
    as_triager.post("retire_pattern", 1, first.pk)
    as_triager.post("relabel_pattern", 1, second.pk, type="not_equals", label="negative")
    as_triager.post("retire_pattern", 1, third.pk)
    as_triager.post("restore_pattern", 1, third.pk)
    page = as_triager.get("retired_patterns", 1)
    text = words(page)
    assert re.search(
        r"not bad at all 0 should be “positive” retired in revision 2 by triager .* Bring back", text
    )
    assert re.search(
        r"not bad at all 1 should be “positive” should not be “negative” replaced in revision 3 by triager",
        text,
    )
    assert "stands again" in text
    assert text.count("Bring back") == 2

    actions = re.findall(r'action="([^"]*restore/[^"]*)"', page.content.decode())
    for action in actions:
        back = as_triager.client.post(action, {"next": as_triager.url("retired_patterns", 1)})
        assert back["Location"] == as_triager.url("retired_patterns", 1)
    assert len(alive(problem)) == 24
    assert "Bring back" in words(
        as_triager.get("retired_patterns", 1)
    )  # the relabelled one is retired by now


def test_who_comes_too_late_is_told_in_words(problem: Problem, newest: Pattern, as_triager: Visitor) -> None:
    retire_pattern(SYSTEM, newest)
    as_triager.post("restore_pattern", 1, newest.pk)
    answer = as_triager.post("restore_pattern", 1, newest.pk)
    assert told(answer) == "An equal test pattern stands already. Nothing was changed."
    answer = as_triager.post("restore_revision", 1, 2)
    assert "all of it stands again, or was changed since. Nothing was changed." in told(answer)
    answer = as_triager.post("undo_addition", 1, 77)
    assert told(answer) == "None of these test patterns is alive any more. Nothing was changed."


def test_the_list_takes_no_more_queries_with_more_rows(problem: Problem, as_viewer: Visitor) -> None:
    patterns = list(problem.patterns.order_by("pk"))
    retire_pattern(SYSTEM, patterns[0])
    relabel_pattern(SYSTEM, patterns[1], {"type": "equals", "label": "neutral"})
    few = as_viewer.queries("retired_patterns", 1)
    for pattern in patterns[2:8]:
        retire_pattern(SYSTEM, pattern)
    make_patterns(problem, [equals("one more")])
    assert as_viewer.queries("retired_patterns", 1) <= few <= 15
