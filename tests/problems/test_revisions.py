"""Relabelling, retiring, and bulks that are killed or meet each other."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Case, CaseSource, OpenRevision, Pattern, Problem
from tracker.problems.pattern_lines import PatternLine, PatternReader
from tracker.problems.revision_writer import RevisionWriter, remove_expired
from tracker.problems.revisions import (
    import_patterns,
    relabel_pattern,
    retire_pattern,
)
from tracker.projects.errors import Busy, Conflict
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import link_report

pytestmark = pytest.mark.django_db

NEUTRAL = {"type": "equals", "label": "neutral"}


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project)
    make_patterns(problem, [equals("good"), equals("fine")])
    return problem


def texts_at(problem: Problem, revision: int) -> set[tuple[str, str]]:
    rows = Pattern.objects.alive_at(revision).filter(problem=problem).select_related("example")
    return {(str(row.example.input), str(row.expectation_fields["label"])) for row in rows}


def test_relabelling_retires_and_adds_in_one_revision(problem: Problem) -> None:
    old = problem.patterns.get(example__content='"good"')
    new = relabel_pattern(SYSTEM, old, NEUTRAL)
    problem.refresh_from_db()

    assert problem.revision == 2
    assert (new.replaces_id, new.case_id, new.example_id) == (old.pk, old.case_id, old.example_id)
    assert texts_at(problem, 1) == {("good", "positive"), ("fine", "positive")}
    assert texts_at(problem, 2) == {("good", "neutral"), ("fine", "positive")}


def test_relabelling_back_is_possible(problem: Problem) -> None:
    new = relabel_pattern(SYSTEM, problem.patterns.get(example__content='"good"'), NEUTRAL)
    relabel_pattern(SYSTEM, new, {"type": "equals", "label": "positive"})
    problem.refresh_from_db()
    assert problem.revision == 3
    assert texts_at(problem, 3) == {("good", "positive"), ("fine", "positive")}


def test_relabelling_to_the_same_changes_nothing(problem: Problem) -> None:
    old = problem.patterns.get(example__content='"good"')
    assert relabel_pattern(SYSTEM, old, {"label": "positive", "type": "equals"}).pk == old.pk
    problem.refresh_from_db()
    assert problem.revision == 1


def test_a_retired_pattern_cannot_be_changed(problem: Problem) -> None:
    pattern = problem.patterns.get(example__content='"good"')
    retire_pattern(SYSTEM, pattern)
    problem.refresh_from_db()
    assert texts_at(problem, problem.revision) == {("fine", "positive")}
    with pytest.raises(Conflict):
        retire_pattern(SYSTEM, pattern)
    with pytest.raises(Conflict):
        relabel_pattern(SYSTEM, pattern, NEUTRAL)
    problem.refresh_from_db()
    assert problem.revision == 2


def test_a_pattern_row_cannot_be_saved_again(problem: Problem) -> None:
    pattern = problem.patterns.all()[0]
    with pytest.raises(TypeError):
        pattern.save()


def test_the_database_itself_refuses_a_second_living_copy(problem: Problem) -> None:
    pattern = problem.patterns.all()[0]
    pattern.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        pattern.save()


def read(project: Project, *texts: str) -> list[PatternLine]:
    reader = PatternReader(project)
    return [reader.read(number, equals(text)) for number, text in enumerate(texts, start=1)]


def everything(problem: Problem) -> tuple[int, int, int, int, int]:
    problem.refresh_from_db()
    return (
        problem.revision,
        problem.patterns.count(),
        Case.objects.filter(problem=problem).count(),
        CaseSource.objects.filter(case__problem=problem).count(),
        Event.objects.about("problem", problem.pk).count(),
    )


def test_nobody_sees_a_bulk_before_its_end(problem: Problem) -> None:
    writer = RevisionWriter(SYSTEM, problem.project)
    writer.add(read(problem.project, "new"), problem=problem)
    problem.refresh_from_db()
    assert problem.revision == 1
    assert Pattern.objects.alive().filter(problem=problem).count() == 2
    writer.commit()
    problem.refresh_from_db()
    assert problem.revision == 2
    assert Pattern.objects.alive().filter(problem=problem).count() == 3


def test_a_killed_bulk_is_removed_by_the_next_writer(problem: Problem) -> None:
    before = everything(problem)
    writer = RevisionWriter(SYSTEM, problem.project)
    writer.add(read(problem.project, "never", "seen"), problem=problem)
    OpenRevision.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    make_patterns(problem, [equals("later")])

    revision, patterns, cases, sources, events = before
    assert everything(problem) == (revision + 1, patterns + 1, cases + 1, sources + 1, events + 1)
    assert texts_at(problem, 2) == {("good", "positive"), ("fine", "positive"), ("later", "positive")}
    with pytest.raises(Conflict):
        writer.commit()


def test_a_killed_bulk_is_removed_by_the_sweeper(problem: Problem) -> None:
    before = everything(problem)
    RevisionWriter(SYSTEM, problem.project).add(read(problem.project, "never"), problem=problem)
    OpenRevision.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert remove_expired(timezone.now()) == 1
    assert everything(problem) == before


def test_while_a_bulk_writes_others_are_told_to_wait(problem: Problem) -> None:
    OpenRevision.objects.create(
        project=problem.project, problem=problem, revision=2, token=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip
    for change in (
        lambda: make_patterns(problem, [equals("new")]),
        lambda: retire_pattern(SYSTEM, problem.patterns.all()[0]),
        lambda: relabel_pattern(SYSTEM, problem.patterns.all()[0], NEUTRAL),
    ):
        with pytest.raises(Busy):
            change()
    assert problem.patterns.count() == 2


def test_a_bulk_that_fails_on_its_way_leaves_nothing(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.problems.revisions.CHUNK_ROWS", 2)
    before = everything(problem)

    def broken() -> Iterator[tuple[int, object]]:
        for number in range(1, 6):
            yield number, equals(f"text {number}")
        raise OSError("the file ended")

    with pytest.raises(OSError, match="the file ended"):
        import_patterns(SYSTEM, problem.project, broken(), problem=problem)
    assert everything(problem) == before
    assert not OpenRevision.objects.exists()


def test_a_bulk_that_fails_leaves_no_new_problems_either(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.problems.revisions.CHUNK_ROWS", 2)

    def broken() -> Iterator[tuple[int, object]]:
        for number in range(1, 6):
            yield number, equals(f"text {number}", problem=f"new-{number}")
        raise OSError("the file ended")

    events = Event.objects.count()
    with pytest.raises(OSError, match="the file ended"):
        import_patterns(SYSTEM, project, broken())
    assert (Problem.objects.count(), Event.objects.count()) == (0, events)


def test_a_killed_bulk_s_new_problems_go_unless_somebody_uses_them(project: Project) -> None:
    writer = RevisionWriter(SYSTEM, project)
    reader = PatternReader(project)
    lines = [
        reader.read(n, equals("text", problem=slug)) for n, slug in enumerate(["unused", "linked"], start=1)
    ]
    writer.add(lines)
    file_report(SYSTEM, project, ReportBody(input="text", predicted="negative"))
    link_report(SYSTEM, Report.objects.get(), Problem.objects.get(slug="linked"))
    OpenRevision.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    remove_expired(timezone.now())

    assert list(Problem.objects.values_list("slug", "revision")) == [("linked", 0)]
    assert not Pattern.objects.exists()
    assert not Case.objects.exists()


def test_many_new_problems_cost_as_many_queries_as_few(
    project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines = [equals("text", problem=f"new-{number}") for number in range(300)]
    with django_assert_max_num_queries(80):
        import_patterns(SYSTEM, project, enumerate(lines, start=1))
    assert Problem.objects.filter(revision=1, cases_count=1).count() == 300


def test_the_next_writer_takes_over_a_killed_bulk_s_new_problem(project: Project) -> None:
    RevisionWriter(SYSTEM, project).add([PatternReader(project).read(1, equals("never", problem="new"))])
    OpenRevision.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outcome = import_patterns(SYSTEM, project, [(1, equals("seen", problem="new"))])
    problem = Problem.objects.get()
    assert (outcome.accepted, problem.slug, problem.revision) == (1, "new", 1)
    assert texts_at(problem, 1) == {("seen", "positive")}
    assert Event.objects.about("problem", problem.pk).filter(kind="problem_created").count() == 1
