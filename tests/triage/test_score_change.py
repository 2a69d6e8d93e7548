"""What moved a score between two moments, from stored rows; every number worked out by hand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import equals, make_patterns, make_problem, make_project
from tests.triage.moved_scores import add, change, of, says, terms, to_negative
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Pattern
from tracker.problems.restoring import restore_pattern, undo_addition
from tracker.problems.revisions import retire_pattern
from tracker.projects.models import Event
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.django_db


def test_the_known_case(old: CandidateModel, new: CandidateModel) -> None:
    """0.80 then, 0.75 now, the old model 0.72 on today's set, the new one 0.83 on the old set: -0.08 and +0.03."""
    problem = make_problem(old.project)
    first = [f"first {number:02}" for number in range(100)]
    add(problem, first)
    then = timezone.now()
    # Fifty of the first are retired and fifty others come. Of the first the old model fails 20, of them 10 in the half
    # that goes; with the others it fails 28. The new model: 17, of them 7 in that half; 25.
    for text in first[:50]:
        retire_pattern(SYSTEM, of(text))
    second = [f"second {number:02}" for number in range(50)]
    add(problem, second)
    says(old, first[10:50] + first[60:] + second[18:], first[:10] + first[50:60] + second[:18])
    says(new, first[7:50] + first[60:] + second[15:], first[:7] + first[50:60] + second[:15])
    found = change(old, new, then)
    parts = found.parts
    assert parts is not None
    assert [parts.then.low, parts.now.low] == pytest.approx([0.80, 0.75], abs=1e-12)
    assert [parts.old_model_now.low, parts.new_model_then.low] == pytest.approx([0.72, 0.83], abs=1e-12)
    assert terms(found) == pytest.approx([0.03, -0.08, 0, -0.05], abs=1e-12)
    assert (found.n_cases_then, found.n_cases_now) == (100, 100)
    assert (found.n_kept, found.n_added, found.n_retired, found.n_relabelled) == (50, 50, 50, 0)


def test_relabelled_patterns_take_their_label_of_then(old: CandidateModel) -> None:
    """The model says positive of a, b, c and d. Of a, b and c then, a is relabelled; d comes later."""
    problem = make_problem(old.project)
    add(problem, ["a", "b"])
    add(problem, ["c"], label="negative")
    then = timezone.now()
    to_negative("a")
    add(problem, ["d"])
    says(old, ["a", "b", "c", "d"])
    found = change(old, old, then)
    # Then a and b pass, c fails: 2/3. Now b and d pass: 1/2. By the old labels today: a, b, d of 4; by today's the old
    # set: b of 3. Expectations: ((1/3 - 2/3) + (1/2 - 3/4)) / 2; patterns: ((3/4 - 2/3) + (1/2 - 1/3)) / 2.
    assert terms(found) == pytest.approx([0, 1 / 8, -7 / 24, -1 / 6], abs=1e-12)
    assert (found.n_kept, found.n_added, found.n_relabelled) == (3, 1, 1)


def test_what_was_added_since_keeps_its_first_label(old: CandidateModel) -> None:
    problem = make_problem(old.project)
    add(problem, ["a"])
    then = timezone.now()
    add(problem, ["b"])
    to_negative("b")
    says(old, ["a", "b"])
    # By the labels of then b, as it was first labelled, passes on today's set: 1; by today's it fails.
    # Expectations: ((1 - 1) + (1/2 - 1)) / 2; patterns: ((1 - 1) + (1/2 - 1)) / 2.
    assert terms(change(old, old, then)) == pytest.approx([0, -1 / 4, -1 / 4, -1 / 2], abs=1e-12)


def test_what_was_retired_keeps_its_last_label(old: CandidateModel) -> None:
    problem = make_problem(old.project)
    add(problem, ["a", "b"])
    then = timezone.now()
    to_negative("b")
    retire_pattern(SYSTEM, of("b"))
    says(old, ["a", "b"])
    # Then both pass; by the last labels b fails on that set. Now only a.
    # Expectations: ((1/2 - 1) + (1 - 1)) / 2; patterns: ((1 - 1) + (1 - 1/2)) / 2.
    assert terms(change(old, old, then)) == pytest.approx([0, 1 / 4, -1 / 4, 0], abs=1e-12)


def test_between_two_times_of_the_past(old: CandidateModel) -> None:
    problem = make_problem(old.project)
    add(problem, ["a"])
    first = timezone.now()
    add(problem, ["b"])
    second = timezone.now()
    to_negative("a")
    add(problem, ["c"], label="negative")
    says(old, ["a", "c"], ["b"])
    assert terms(change(old, old, first, second)) == pytest.approx([0, -1 / 2, 0, -1 / 2], abs=1e-12)
    # And backwards, from the later set to the earlier one.
    assert terms(change(old, old, second, first)) == pytest.approx([0, 1 / 2, 0, 1 / 2], abs=1e-12)


def test_the_same_moment_changes_nothing(old: CandidateModel, new: CandidateModel) -> None:
    add(make_problem(old.project), ["a", "b"])
    says(old, ["a", "b"])
    says(new, ["a"], ["b"])
    now = timezone.now()
    assert terms(change(old, new, now)) == [-0.5, 0, 0, -0.5]
    assert terms(change(old, old, now)) == [0, 0, 0, 0]


def test_what_was_taken_back_and_brought_back(old: CandidateModel) -> None:
    """A revision that an undo made counts like any other."""
    problem = make_problem(old.project)
    add(problem, ["a"])
    add(problem, ["b", "c"])
    says(old, ["a"], ["b", "c"])
    full = timezone.now()
    undo_addition(SYSTEM, problem, 2)
    short = timezone.now()
    problem.refresh_from_db()
    restore_pattern(
        SYSTEM, Pattern.objects.select_related("project").get(example__content='"b"'), standing=None
    )
    assert terms(change(old, old, full, short))[1] == pytest.approx(2 / 3)
    found = change(old, old, full)
    assert terms(found)[1] == pytest.approx(1 / 2 - 1 / 3)
    assert (found.n_kept, found.n_retired, found.n_added) == (2, 1, 0)


def test_what_is_brought_back_twice_keeps_its_place(old: CandidateModel) -> None:
    """The first pattern, not the one that was brought back and retired in between."""
    problem = make_problem(old.project)
    add(problem, ["a", "b"])
    says(old, ["a"], ["b"])
    first = of("b")
    for _again in range(2):
        retire_pattern(SYSTEM, of("b"))
        restore_pattern(SYSTEM, first, standing=None)
        between = timezone.now()
        found = change(old, old, between)
        assert (found.n_kept, found.n_added, found.n_retired) == (2, 0, 0)
    assert first.replaced_by.count() == 2
    once = change(old, old, Event.objects.filter(kind="pattern_restored").earliest("pk").at)
    assert (once.n_kept, once.n_added, once.n_retired) == (2, 0, 0)
    assert terms(once) == [0, 0, 0, 0]


def test_two_that_stand_at_once_are_two_places(old: CandidateModel) -> None:
    """Of a pattern that was brought back twice the first copy is brought back beside the relabelled second one."""
    problem = make_problem(old.project)
    add(problem, ["a"])
    says(old, ["a"])
    first = of("a")
    retire_pattern(SYSTEM, first)
    copy = restore_pattern(SYSTEM, first, standing=None)
    retire_pattern(SYSTEM, of("a"))
    restore_pattern(SYSTEM, first, standing=None)
    to_negative("a")
    one = timezone.now()
    restore_pattern(SYSTEM, copy, standing=None)
    found = change(old, old, one)
    assert (found.n_kept, found.n_added, found.n_cases_now) == (1, 1, 1)


def test_problems_that_were_closed_then_or_are_now_have_no_part(old: CandidateModel) -> None:
    stays, closed, reopened = (make_problem(old.project) for _ in range(3))
    for problem, text in ((stays, "a"), (closed, "b"), (reopened, "c")):
        add(problem, [text])
    says(old, ["a"], ["b", "c"])
    move_problem(SYSTEM, reopened, "rejected", reason="label error")
    then = timezone.now()
    move_problem(SYSTEM, reopened, "confirmed")
    move_problem(SYSTEM, closed, "duplicate", duplicate_of=stays)
    found = change(old, old, then)
    # Then a and b, now a and c: half of each.
    assert terms(found) == [0, 0, 0, 0]
    assert (found.n_cases_then, found.n_cases_now, found.n_kept) == (2, 2, 1)


def test_a_case_is_counted_once(old: CandidateModel) -> None:
    """It fails when one of its patterns does."""
    problem = make_problem(old.project)
    make_patterns(problem, [equals("a", case="1"), equals("b", case="1"), equals("c", case="2")])
    then = timezone.now()
    make_patterns(problem, [equals("d", case="1"), equals("e", case="2")])
    says(old, ["a", "b", "c", "d"], ["e"])
    found = change(old, old, then)
    assert terms(found) == [0, -0.5, 0, -0.5]
    assert (found.n_cases_then, found.n_cases_now, found.n_added) == (2, 2, 2)


def test_before_there_was_a_test_set_there_is_no_score(old: CandidateModel) -> None:
    before = timezone.now()
    add(make_problem(old.project), ["a"])
    found = change(old, old, before)
    assert (found.parts, found.n_cases_then, found.n_cases_now) == (None, 0, 1)


def test_rows_of_an_unfinished_bulk_are_not_there(old: CandidateModel) -> None:
    problem = make_problem(old.project)
    add(problem, ["a", "b"])
    says(old, ["a", "b"])
    then = timezone.now()
    Pattern.objects.filter(example__content='"b"').update(added_in=problem.revision + 1)
    assert change(old, old, then).n_cases_now == 1


def test_other_projects_have_no_part(old: CandidateModel) -> None:
    add(make_problem(old.project), ["a"])
    add(make_problem(make_project()), ["a", "b"])
    says(old, ["a"])
    assert change(old, old, timezone.now()).n_cases_now == 1


def test_queries_do_not_grow(old: CandidateModel, new: CandidateModel) -> None:
    def queries(n: int) -> int:
        for _ in range(n):
            problem = make_problem(old.project)
            add(problem, [f"{problem.slug} {number}" for number in range(n)])
        with CaptureQueriesContext(connection) as captured:
            change(old, new, timezone.now())
        return len(captured)

    # Problems, results, selected cases; revisions and moves then, patterns, outputs.
    assert queries(2) == queries(5) == 7
