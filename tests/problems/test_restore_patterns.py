"""Taking back what was done to test patterns: each act, the undo of the undo, and who changed it meanwhile."""

from __future__ import annotations

import pytest

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import CaseSource, Pattern, Problem
from tracker.problems.restoring import restore_pattern, restore_revision, standing_in_place, undo_addition
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.errors import Conflict, NotAllowed
from tracker.projects.models import Event, Project, User
from tracker.projects.rights import SYSTEM, actor_of_user
from tracker.triage.event_words import event_words

pytestmark = pytest.mark.django_db

NEUTRAL = {"type": "equals", "label": "neutral"}


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project)
    make_patterns(problem, [equals("good", meta={"from": "ann"}), equals("fine")])
    return problem


@pytest.fixture
def good(problem: Problem) -> Pattern:
    return problem.patterns.get(example__content='"good"')


def said_at(problem: Problem, revision: int) -> set[tuple[str, str]]:
    rows = Pattern.objects.alive_at(revision).filter(problem=problem).select_related("example")
    return {(str(row.example.input), str(row.expectation_fields["label"])) for row in rows}


BOTH = {("good", "positive"), ("fine", "positive")}


def last_event(problem: Problem) -> Event:
    found = Event.objects.about("problem", problem.pk).first()
    assert found is not None
    return found


def test_what_was_retired_comes_back_in_a_new_revision(problem: Problem, good: Pattern) -> None:
    sources = set(CaseSource.objects.values_list("case", "kind", "version", "added_in"))
    retire_pattern(SYSTEM, good)
    restored = restore_pattern(SYSTEM, good, standing=None)
    problem.refresh_from_db()
    assert problem.revision == 3
    assert said_at(problem, 1) == said_at(problem, 3) == BOTH
    assert said_at(problem, 2) == {("fine", "positive")}
    assert (restored.replaces_id, restored.case_id, restored.identity) == (
        good.pk,
        good.case_id,
        good.identity,
    )
    assert Pattern.objects.get(pk=restored.pk).meta == {"from": "ann"}
    assert set(CaseSource.objects.values_list("case", "kind", "version", "added_in")) == sources
    event = last_event(problem)
    assert (event.kind, event.evidence) == (
        "pattern_restored",
        {"revision": 3, "pattern": restored.pk, "restores": good.pk},
    )
    assert event_words(event.kind, event.evidence) == "brought a retired test pattern back (revision 3)"


def test_the_undo_can_be_undone_and_done_again(problem: Problem, good: Pattern) -> None:
    retire_pattern(SYSTEM, good)
    restored = restore_pattern(SYSTEM, good, standing=None)
    retire_pattern(SYSTEM, restored)
    again = restore_pattern(SYSTEM, restored, standing=None)
    problem.refresh_from_db()
    assert (problem.revision, again.replaces_id) == (5, restored.pk)
    assert said_at(problem, 4) == {("fine", "positive")}
    assert said_at(problem, 5) == BOTH


def test_a_relabelling_is_taken_back_in_one_revision(problem: Problem, good: Pattern) -> None:
    new = relabel_pattern(SYSTEM, good, NEUTRAL)
    restored = restore_pattern(SYSTEM, good, standing=new.pk)
    problem.refresh_from_db()
    assert (problem.revision, restored.replaces_id) == (3, new.pk)
    assert said_at(problem, 2) == {("good", "neutral"), ("fine", "positive")}
    assert said_at(problem, 3) == BOTH
    assert last_event(problem).kind == "pattern_relabelled"

    back = restore_pattern(SYSTEM, new, standing=restored.pk)
    assert back.expectation_fields == NEUTRAL


def test_what_stands_in_place_is_found_over_several_changes(problem: Problem, good: Pattern) -> None:
    second = relabel_pattern(SYSTEM, good, NEUTRAL)
    third = relabel_pattern(SYSTEM, second, {"type": "equals", "label": "negative"})
    good.refresh_from_db()
    assert standing_in_place([good, second, third]) == {
        good.pk: third.pk,
        second.pk: third.pk,
        third.pk: third.pk,
    }
    retire_pattern(SYSTEM, third)
    assert standing_in_place([good, second, third]) == {}


def test_who_undoes_a_relabelling_that_somebody_changed_again_is_told(
    problem: Problem, good: Pattern
) -> None:
    new = relabel_pattern(SYSTEM, good, NEUTRAL)
    relabel_pattern(SYSTEM, new, {"type": "equals", "label": "negative"})
    with pytest.raises(Conflict, match="Somebody changed this test pattern meanwhile"):
        restore_pattern(SYSTEM, good, standing=new.pk)
    problem.refresh_from_db()
    assert problem.revision == 3


def test_who_brings_back_beside_a_relabelled_one_is_told(problem: Problem, good: Pattern) -> None:
    relabel_pattern(SYSTEM, good, NEUTRAL)
    with pytest.raises(Conflict, match="Somebody changed this test pattern meanwhile"):
        restore_pattern(SYSTEM, good, standing=None)


def test_an_equal_pattern_that_stands_is_told(problem: Problem, good: Pattern) -> None:
    with pytest.raises(Conflict, match="An equal test pattern stands already"):
        restore_pattern(SYSTEM, good, standing=None)
    retire_pattern(SYSTEM, good)
    restore_pattern(SYSTEM, good, standing=None)
    with pytest.raises(Conflict, match="An equal test pattern stands already"):
        restore_pattern(SYSTEM, good, standing=None)
    assert problem.patterns.filter(retired_in=None).count() == 2


def test_a_line_of_what_was_brought_back_is_a_duplicate(problem: Problem, good: Pattern) -> None:
    retire_pattern(SYSTEM, good)
    assert make_patterns(problem, [equals("good")]).duplicates == 1
    assert said_at(problem, problem.revision) == {("fine", "positive")}  # revived by nothing but a person
    restore_pattern(SYSTEM, good, standing=None)
    outcome = make_patterns(problem, [equals("good"), equals("good", source="sampled")])
    assert (outcome.accepted, outcome.duplicates) == (0, 2)
    assert said_at(problem, problem.revision) == BOTH
    assert set(good.case.sources.values_list("kind", flat=True)) == {"written", "sampled"}


def test_a_bulk_is_taken_back_and_the_taking_back_too(problem: Problem, good: Pattern) -> None:
    make_patterns(problem, [equals("b"), equals("c")])
    relabelled = problem.patterns.get(example__content='"c"')
    relabel_pattern(SYSTEM, relabelled, NEUTRAL)
    taken = undo_addition(SYSTEM, problem, 2)
    # c was relabelled since: that is somebody's work, and stays
    assert (taken.revision, taken.changed, taken.left) == (4, 1, 1)
    assert said_at(problem, 4) == BOTH | {("c", "neutral")}
    event = last_event(problem)
    assert event_words(event.kind, event.evidence) == (
        "took back what revision 2 added: 1 test pattern retired (revision 4)"
    )
    with pytest.raises(Conflict, match="None of these test patterns is alive any more"):
        undo_addition(SYSTEM, problem, 2)

    back = restore_revision(SYSTEM, problem, 4)
    assert (back.revision, back.changed) == (5, 1)
    assert said_at(problem, 5) == said_at(problem, 3)
    with pytest.raises(Conflict, match="There is nothing to bring back"):
        restore_revision(SYSTEM, problem, 4)
    problem.refresh_from_db()
    assert problem.revision == 5
    assert undo_addition(SYSTEM, problem, 5).changed == 1
    assert said_at(problem, 6) == said_at(problem, 4)


def test_a_relabelling_is_no_addition_that_could_be_taken_back(problem: Problem, good: Pattern) -> None:
    relabel_pattern(SYSTEM, good, NEUTRAL)
    with pytest.raises(Conflict):
        undo_addition(SYSTEM, problem, 2)


def test_a_long_bulk_is_refused(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.problems.restoring.CHUNK_ROWS", 1)
    with pytest.raises(Conflict, match="too many to take back at once"):
        undo_addition(SYSTEM, problem, 1)


def test_a_reader_takes_nothing_back(project: Project, problem: Problem, good: Pattern, viewer: User) -> None:
    actor = actor_of_user(viewer, project)
    retire_pattern(SYSTEM, good)
    with pytest.raises(NotAllowed):
        restore_pattern(actor, good, standing=None)
    with pytest.raises(NotAllowed):
        undo_addition(actor, problem, 1)
    with pytest.raises(NotAllowed):
        restore_revision(actor, problem, 2)
