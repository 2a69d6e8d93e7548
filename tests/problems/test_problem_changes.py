"""A problem's own fields: who may change them, what is refused, and two people at once."""

import pytest

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Problem
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.problem_changes import create_problem, delete_problem, update_problem
from tracker.problems.revisions import add_pattern, import_patterns
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Project, User
from tracker.projects.rights import RIGHTS_OF_ROLE, SYSTEM, Actor, Role

pytestmark = pytest.mark.django_db

REPORTER = Actor(name="reporter", rights=RIGHTS_OF_ROLE[Role.REPORTER])


def test_numbers_and_slugs_are_made_in_order(project: Project) -> None:
    made = [create_problem(SYSTEM, project, title="Sevens read as ones") for _again in range(2)]
    assert [(p.number, p.slug) for p in made] == [(1, "sevens-read-as-ones"), (2, "sevens-read-as-ones-2")]
    with pytest.raises(Conflict):
        create_problem(SYSTEM, project, title="Again", slug="sevens-read-as-ones")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "a\0b"),
        ("harm", "terrible"),
        ("harm", -1),
        ("harm", 1e308),
        ("harm", True),
        ("assignee", "stranger"),
        ("labels", ["a", ""]),
        ("labels", "a"),
        ("fix_criterion", {"confidence": 2}),
        ("users_affected_percent", 101),
        ("number", 7),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(
    project: Project, stranger: User, field: str, value: object
) -> None:
    problem = make_problem(project)
    before = Problem.objects.filter(pk=problem.pk).values().get()
    with pytest.raises(Invalid) as refused:
        update_problem(SYSTEM, problem, {"description": "new", field: value})
    assert any(name.startswith(field) for name in refused.value.errors)
    assert Problem.objects.filter(pk=problem.pk).values().get() == before


def test_a_figure_set_by_hand_needs_a_reason_of_its_own(project: Project) -> None:
    problem = make_problem(project)
    with pytest.raises(Invalid):
        update_problem(SYSTEM, problem, {"users_affected_percent": 5})
    with pytest.raises(Invalid):
        update_problem(SYSTEM, problem, {"users_affected_reason": "a poll"})
    problem = update_problem(
        SYSTEM, problem, {"users_affected_percent": 5, "users_affected_reason": "a poll"}
    )
    assert (problem.users_affected_percent, problem.users_affected_source) == (5, "manual")
    with pytest.raises(Invalid):
        update_problem(SYSTEM, problem, {"users_affected_percent": 8})
    problem = update_problem(SYSTEM, problem, {"users_affected_percent": None, "users_affected_reason": None})
    assert (problem.users_affected_percent, problem.users_affected_source) == (None, "unknown")


def test_needs_the_right_to_write(project: Project) -> None:
    problem = make_problem(project)
    for change in (
        lambda: create_problem(REPORTER, project, title="New"),
        lambda: update_problem(REPORTER, problem, {"title": "New"}),
        lambda: delete_problem(REPORTER, problem),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert Problem.objects.get().title == problem.title


def test_what_is_described_is_not_deleted(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("good")])
    with pytest.raises(Conflict):
        delete_problem(SYSTEM, problem)
    assert Problem.objects.exists()


def test_patterns_do_not_bring_a_deleted_problem_back(project: Project) -> None:
    problem = make_problem(project)
    delete_problem(SYSTEM, Problem.objects.get())
    with pytest.raises(Conflict):
        delete_problem(SYSTEM, problem)
    with pytest.raises(Conflict):
        import_patterns(SYSTEM, project, [(1, equals("good"))], problem=problem)
    with pytest.raises(Conflict):
        add_pattern(SYSTEM, problem, PatternReader(project).read(1, equals("good")))
    assert not Problem.objects.exists()
