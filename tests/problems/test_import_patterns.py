"""Importing test patterns: what is stored, what is a duplicate, what is refused."""

import pytest

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Case, CaseSource, Pattern, Problem
from tracker.problems.revisions import import_patterns, relabel_pattern, retire_pattern
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Event, Example, Project
from tracker.projects.rights import SYSTEM, Actor, Right

pytestmark = pytest.mark.django_db


def lines(*items: object) -> list[tuple[int, object]]:
    return list(enumerate(items, start=1))


def test_creates_missing_problems_in_triage(project: Project) -> None:
    outcome = import_patterns(
        SYSTEM, project, lines(equals("good", problem="praise"), equals("bad", "negative", problem="blame"))
    )

    assert (outcome.accepted, outcome.duplicates, outcome.rejected) == (2, 0, [])
    found = Problem.objects.filter(project=project).order_by("number")
    assert {(p.slug, p.title, p.status, p.revision) for p in found} == {
        ("praise", "praise", "triage", 1),
        ("blame", "blame", "triage", 1),
    }
    assert [p.number for p in found] == [1, 2]


def test_the_same_again_changes_nothing(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("good"), equals("fine")])
    before = (Pattern.objects.count(), Case.objects.count(), Example.objects.count(), Event.objects.count())

    outcome = make_patterns(problem, [equals("fine"), equals("good"), equals("good")])

    assert (outcome.accepted, outcome.duplicates) == (0, 3)
    assert problem.revision == 1
    assert before == (
        Pattern.objects.count(),
        Case.objects.count(),
        Example.objects.count(),
        Event.objects.count(),
    )


def test_one_bulk_is_one_revision(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals(f"text {n}") for n in range(30)])
    assert problem.revision == 1
    assert set(problem.patterns.values_list("added_in", flat=True)) == {1}


def test_a_bulk_of_several_chunks_is_one_revision(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.problems.revisions.CHUNK_ROWS", 7)
    problem = make_problem(project)
    outcome = make_patterns(problem, [equals(f"text {n % 20}") for n in range(30)])
    assert (outcome.accepted, outcome.duplicates, problem.revision) == (20, 10, 1)


def test_41_and_41_point_0_are_one_input(project: Project) -> None:
    problem = make_problem(project)
    line = {"expectation": {"type": "close_to", "value": 1, "abs_tol": 0.5}}
    outcome = make_patterns(problem, [{"input": {"age": 41}, **line}, {"input": {"age": 41.0}, **line}])
    assert (outcome.accepted, outcome.duplicates, Example.objects.count()) == (1, 1, 1)


def test_patterns_of_one_key_are_one_case_also_later(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("good", case="7"), equals("very good", case="7")])
    make_patterns(problem, [equals("so good", case="7")])
    assert (problem.cases.count(), problem.patterns.count(), problem.revision) == (1, 3, 2)


def test_without_a_key_two_expectations_of_one_input_are_one_case(project: Project) -> None:
    problem = make_problem(project)
    not_neutral = {"input": "good", "expectation": {"type": "not_equals", "label": "neutral"}}
    make_patterns(problem, [equals("good"), not_neutral])
    assert (problem.cases.count(), problem.patterns.count()) == (1, 2)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"input": "x"}, "expectation"),
        ({"expectation": {"type": "equals", "label": "positive"}}, "input"),
        (equals("x", "sunny"), "expectation.label"),
        (equals("x", extra=1), "extra"),
        (equals("x", case=7), "case"),
        (equals("x", case=""), "case"),
        (equals("x", source="guessed"), "source"),
        ({"input": "x", "expectation": {"type": "guess"}}, "expectation.type"),
        ({"input": "x", "expectation": {"type": "invariant"}}, "base"),
        ({"input": "a\0b", "expectation": {"type": "equals", "label": "positive"}}, "input"),
        ({"input": 2**60, "expectation": {"type": "equals", "label": "positive"}}, "input"),
        ("not an object", "body"),
        (None, "body"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_stand(project: Project, line: object, field: str) -> None:
    problem = make_problem(project)
    outcome = import_patterns(SYSTEM, project, lines(equals("good"), line, equals("fine")), problem=problem)
    assert outcome.accepted == 2
    [rejected] = outcome.rejected
    assert rejected["line"] == 2
    assert field in rejected["errors"], rejected


def test_a_line_must_name_its_problem_where_the_address_does_not(project: Project) -> None:
    outcome = import_patterns(SYSTEM, project, lines(equals("good")))
    assert outcome.rejected[0]["errors"].keys() == {"problem"}


def test_a_line_may_not_name_another_problem(project: Project) -> None:
    problem = make_problem(project)
    outcome = import_patterns(SYSTEM, project, lines(equals("good", problem="other")), problem=problem)
    assert outcome.rejected[0]["errors"].keys() == {"problem"}
    assert not Problem.objects.filter(slug="other").exists()


def test_needs_the_right_to_write(project: Project) -> None:
    problem = make_problem(project)
    reader = Actor(name="reader", rights=frozenset({Right.READ, Right.FILE}))
    with pytest.raises(NotAllowed):
        import_patterns(reader, project, lines(equals("good")), problem=problem)
    assert not problem.patterns.exists()


def sources(problem: Problem) -> set[tuple[str, str, int]]:
    return set(CaseSource.objects.filter(case__problem=problem).values_list("kind", "version", "added_in"))


def test_a_source_that_comes_later_joins_the_case_in_a_revision_of_its_own(project: Project) -> None:
    """A case with any source that did not look at outputs is unselected, whichever came first."""
    problem = make_problem(project)
    make_patterns(problem, [equals("good", source={"selected_on": "v8"})])
    assert sources(problem) == {("selected_on", "v8", 1)}

    outcome = make_patterns(problem, [equals("good", source="sampled")])

    assert (outcome.accepted, outcome.duplicates, problem.revision) == (0, 1, 2)
    assert sources(problem) == {("selected_on", "v8", 1), ("sampled", "", 2)}


def test_a_relabelled_or_retired_pattern_is_not_revived(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("good"), equals("fine")])
    good, fine = problem.patterns.order_by("pk")
    relabel_pattern(SYSTEM, good, {"type": "equals", "label": "neutral"})
    retire_pattern(SYSTEM, fine)

    outcome = make_patterns(problem, [equals("good", source="sampled"), equals("fine")])

    assert (outcome.accepted, outcome.duplicates, problem.revision) == (0, 2, 3)
    [alive] = Pattern.objects.alive().filter(problem=problem)
    assert alive.expectation_fields == {"type": "equals", "label": "neutral"}
    assert {kind for kind, _version, _revision in sources(problem)} == {"written"}
