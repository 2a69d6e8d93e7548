"""Samples: what is drawn, what people say of it, and what becomes of that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import (
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tracker.problems.models import CaseSource, Pattern, Problem
from tracker.problems.restoring import undo_addition
from tracker.problems.revisions import retire_pattern
from tracker.problems.sample_models import Decision, Sample, SampledInput, SampleOrigin
from tracker.problems.sampling import (
    cancel_sample,
    cases_missing,
    decide,
    draw_sample,
    finish_sample,
    usual_seed,
    usual_size,
)
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.examples import CanonicalInput, canonical_input
from tracker.projects.models import Event, Project, User
from tracker.projects.rights import SYSTEM, Actor, actor_of_user
from tracker.runs.models import Result
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.moves import move_problem
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import dismiss_report, link_report
from tracker.triage.report_patterns import pattern_line_from_report
from tracker.triage.report_pool import pool_sizes, report_pool

pytestmark = pytest.mark.django_db

TEXTS = [f"input {number}" for number in range(30)]


def pool(*texts: Any) -> list[CanonicalInput]:
    return [canonical_input(text) for text in texts]


def draw(problem: Problem, *texts: Any, actor: Actor = SYSTEM, **told: Any) -> Sample:
    options: dict[str, Any] = {"origin": SampleOrigin.PASTED, "n": 5, "seed": 7, "shared": {"type": "equals"}}
    return draw_sample(actor, problem, pool(*(texts or TEXTS)), **(options | told))


def inputs(sample: Sample) -> list[Any]:
    return [each.example.input for each in sample.inputs.in_order().select_related("example")]


def label(sample: Sample, label: str = "positive", n: int | None = None) -> None:
    for each in list(sample.inputs.undecided().in_order()[:n]):
        decide(SYSTEM, each, Decision.LABELLED, said={"label": label})


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, title="Irony")


def test_the_draw_is_the_same_for_everybody(project: Project, problem: Problem) -> None:
    other = make_problem(project)
    sample = draw(problem)
    again = draw(other, *TEXTS[::-1], *TEXTS)
    assert inputs(sample) == inputs(again)
    assert len(set(inputs(sample))) == 5
    assert (sample.pool, sample.known, sample.pool_digest) == (30, 0, again.pool_digest)
    assert inputs(draw(make_problem(project), seed=8)) != inputs(sample)


def test_unselected_cases_are_left_out_and_cases_filed_for_a_failure_are_not(problem: Problem) -> None:
    make_patterns(
        problem,
        [
            equals("input 0"),
            equals("input 1", source="sampled"),
            # to leave out what is known to fail would make the sample look better than its list
            equals("input 2", source={"selected_on": "v1"}),
            equals("input 3"),
        ],
    )
    retire_pattern(SYSTEM, problem.patterns.get(example__content='"input 3"'))
    problem.refresh_from_db()
    sample = draw(problem, n=30)
    assert sorted(inputs(sample)) == sorted(set(TEXTS) - {"input 0", "input 1"})
    assert (sample.pool, sample.known) == (28, 2)


def test_what_was_drawn_before_is_not_drawn_again_unless_given_back(problem: Problem) -> None:
    first = draw(problem)
    cancel_sample(SYSTEM, first)
    assert inputs(draw(problem)) == inputs(first)
    second = problem.samples.get(status="open")
    for each in second.inputs.all():
        decide(SYSTEM, each, Decision.CANNOT_BE_SAID)
    finish_sample(SYSTEM, second)
    third = draw(problem, n=30)
    assert not set(inputs(third)) & set(inputs(second))
    assert (third.pool, third.known) == (25, 5)


def test_how_many_are_missing_follows_the_criterion(project: Project, problem: Problem) -> None:
    assert (cases_missing(problem), usual_size(problem)) == (22, 22)  # DESIGN section 5
    make_patterns(problem, [equals("a"), equals("b"), equals("c", source={"selected_on": "v1"})])
    assert (cases_missing(problem), usual_size(problem)) == (20, 20)
    make_patterns(problem, [equals(text) for text in TEXTS])
    assert (cases_missing(problem), usual_size(problem)) == (0, 22)


def test_the_usual_seed_follows_from_facts(problem: Problem) -> None:
    seed = usual_seed(problem)
    assert usual_seed(problem) == seed
    draw(problem)
    assert usual_seed(problem) != seed  # the next sample is another


def test_there_is_one_open_sample(problem: Problem) -> None:
    draw(problem)
    with pytest.raises(Conflict, match="A sample of this problem is being labelled"):
        draw(problem, seed=8)
    assert problem.samples.count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"n": 0}, "n"),
        ({"n": 1_001}, "n"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
        ({"shared": {"type": "invariant"}}, "expectation.type"),
        ({"shared": {"type": "equals", "label": "positive"}}, "expectation"),
        ({"shared": {"type": "close_to"}}, "expectation.abs_tol"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(problem: Problem, told: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        draw(problem, **told)
    assert field in refused.value.errors
    assert not problem.samples.exists()


def test_nothing_to_draw_from_is_told(problem: Problem) -> None:
    with pytest.raises(Conflict, match="There is no input to draw from"):
        draw_sample(SYSTEM, problem, [], origin=SampleOrigin.FILE, n=5, seed=1, shared={"type": "equals"})
    make_patterns(problem, [equals("a")])
    with pytest.raises(Conflict, match="is a case of this problem already"):
        draw(problem, "a")


def test_labelled_inputs_become_unselected_cases_in_one_revision(problem: Problem) -> None:
    sample = draw(problem)
    first, second, *rest = sample.inputs.in_order()
    decide(SYSTEM, first, Decision.CANNOT_BE_SAID)
    decide(SYSTEM, second, Decision.NOT_THIS_PROBLEM)
    for each in rest:
        decide(SYSTEM, each, Decision.LABELLED, said={"label": "neutral"})
    finished = finish_sample(SYSTEM, sample)
    problem.refresh_from_db()
    sample.refresh_from_db()
    assert (finished.outcome.accepted, finished.undecided, problem.revision) == (3, 0, 1)
    assert (sample.status, sample.closed_by) == ("finished", "tracker")
    patterns = problem.patterns.select_related("case", "example")
    assert {str(pattern.example.input) for pattern in patterns} == set(inputs(sample)[2:])
    assert all(pattern.case.key.startswith("sha256:") for pattern in patterns)  # by content
    assert all(pattern.meta == {"sample": sample.pk} for pattern in patterns)
    assert set(CaseSource.objects.values_list("kind", "version")) == {("sampled", "")}
    event = Event.objects.about("problem", problem.pk).filter(kind="sample_finished").get()
    assert event.evidence == {
        "sample": sample.pk, "seed": 7, "pool": 30, "drawn": 5, "undecided": 0, "labelled": 3,
        "cannot_be_said": 1, "not_this_problem": 1, "revision": 1, "added": 3,
    }  # fmt: skip


def test_the_others_can_be_finished_later(problem: Problem) -> None:
    sample = draw(problem)
    with pytest.raises(Conflict, match="Label some inputs first"):
        finish_sample(SYSTEM, sample)
    label(sample, n=2)
    assert finish_sample(SYSTEM, sample).undecided == 3
    sample.refresh_from_db()
    assert sample.status == "open"
    label(sample)
    assert finish_sample(SYSTEM, sample).outcome.accepted == 3
    problem.refresh_from_db()
    sample.refresh_from_db()
    assert (problem.revision, sample.status) == (2, "finished")
    assert list(sample.inputs.in_order().values_list("added_in", flat=True)) == [1, 1, 2, 2, 2]
    with pytest.raises(Conflict, match="The sample is finished"):
        finish_sample(SYSTEM, sample)


def test_what_is_a_pattern_already_is_not_labelled_otherwise(problem: Problem) -> None:
    sample = draw(problem)
    label(sample, n=1)
    finish_sample(SYSTEM, sample)
    added = sample.inputs.get(position=1)
    with pytest.raises(Conflict, match="This input is a test pattern by now"):
        decide(SYSTEM, added, Decision.CANNOT_BE_SAID)


def test_the_last_word_counts_and_is_told(
    project: Project, problem: Problem, triager: User, admin: User
) -> None:
    one, other = actor_of_user(triager, project), actor_of_user(admin, project)
    chosen = draw(problem).inputs.get(position=1)
    assert decide(one, chosen, Decision.LABELLED, said={"label": "neutral"}, seen=0).before is None
    told = decide(other, chosen, Decision.LABELLED, said={"label": "positive"}, seen=0)
    assert told.before is not None
    assert (told.before.decided_by, told.before.expectation) == (
        "triager",
        '{"label":"neutral","type":"equals"}',
    )
    chosen.refresh_from_db()
    assert (chosen.decided_by, chosen.expectation, chosen.changes) == (
        "admin", '{"label":"positive","type":"equals"}', 2,
    )  # fmt: skip
    # who saw what stands, or says the same, overwrites nobody
    assert decide(one, chosen, Decision.CANNOT_BE_SAID, seen=2).before is None
    assert decide(other, chosen, Decision.CANNOT_BE_SAID, seen=2).before is None


def test_a_label_that_the_project_lacks_is_refused(problem: Problem) -> None:
    chosen = draw(problem).inputs.get(position=1)
    with pytest.raises(Invalid):
        decide(SYSTEM, chosen, Decision.LABELLED, said={"label": "sad"})
    chosen.refresh_from_db()
    assert chosen.decision == Decision.UNDECIDED


def test_a_number_is_asked_with_the_tolerance_that_all_share(db: None) -> None:
    prices = make_problem(make_project(task="regression", input_kind="table", labels=[]))
    sample = draw(prices, {"rooms": 2}, {"rooms": 3}, shared={"type": "close_to", "abs_tol": 5})
    decide(SYSTEM, sample.inputs.get(position=1), Decision.LABELLED, said={"value": 100})
    finish_sample(SYSTEM, sample)
    pattern = prices.patterns.get()
    assert pattern.expectation_fields == {"type": "close_to", "value": 100, "abs_tol": 5}


def test_a_cancelled_sample_is_kept_and_adds_nothing(problem: Problem) -> None:
    sample = draw(problem)
    label(sample, n=2)
    cancel_sample(SYSTEM, sample)
    problem.refresh_from_db()
    assert (problem.revision, SampledInput.objects.filter(decision="labelled").count()) == (0, 2)
    for act in (cancel_sample, finish_sample):
        with pytest.raises(Conflict, match="The sample was cancelled"):
            act(SYSTEM, sample)
    with pytest.raises(Conflict, match="The sample was cancelled"):
        decide(SYSTEM, sample.inputs.get(position=5), Decision.CANNOT_BE_SAID)


def test_a_reader_draws_and_labels_nothing(project: Project, problem: Problem, reporter: User) -> None:
    actor, sample = actor_of_user(reporter, project), draw(problem)
    with pytest.raises(NotAllowed):
        draw(make_problem(project), actor=actor)
    with pytest.raises(NotAllowed):
        decide(actor, sample.inputs.get(position=1), Decision.CANNOT_BE_SAID)
    for act in (cancel_sample, finish_sample):
        with pytest.raises(NotAllowed):
            act(actor, sample)


def test_a_drawn_sample_can_be_taken_back_as_any_addition(problem: Problem) -> None:
    sample = draw(problem)
    label(sample)
    finish_sample(SYSTEM, sample)
    assert undo_addition(SYSTEM, problem, 1).changed == 5


def report(
    project: Project, text: str, problem: Problem | None = None, *, model: str | None = None
) -> Report:
    body = ReportBody(input=text, predicted="negative", expected="positive", reporter="ann", model=model)
    filed = file_report(SYSTEM, project, body)[0]
    return link_report(SYSTEM, filed, problem) if problem else filed


def test_reports_elsewhere_are_a_list_and_those_of_the_problem_are_not(
    project: Project, problem: Problem
) -> None:
    other, merged = make_problem(project), make_problem(project)
    report(project, "mine", problem)
    report(project, "mine too", merged)
    move_problem(SYSTEM, merged, "duplicate", duplicate_of=problem)
    report(project, "theirs", other)
    report(project, "theirs", other)
    report(project, "new")
    dismiss_report(SYSTEM, report(project, "dismissed"), "no bug")
    found = {
        origin: sorted(item.content for item in report_pool(problem, origin))
        for origin in (SampleOrigin.OTHER_PROBLEMS, SampleOrigin.INBOX, SampleOrigin.REPORTS)
    }
    assert found == {
        "other_problems": ['"theirs"'],
        "inbox": ['"new"'],
        "reports": ['"dismissed"', '"new"', '"theirs"'],
    }
    assert pool_sizes(problem) == {"other_problems": 1, "inbox": 1, "reports": 3}


def test_a_case_that_was_filed_for_a_failure_becomes_unselected_when_it_is_drawn(
    project: Project, problem: Problem
) -> None:
    """DESIGN section 2: unselected, whichever came first; so the model that failed it is judged on it."""
    model = make_model(project, "v1")
    make_outputs(model, dict.fromkeys(TEXTS, "negative"))
    filed = report(project, "input 4", problem, model="v1")
    make_patterns(problem, [pattern_line_from_report(filed)])
    evaluate(project)
    assert Result.objects.get(problem=problem, model=model).n_judged == 0

    sample = draw(problem, n=30)
    label(sample)
    finished = finish_sample(SYSTEM, sample)
    assert (finished.outcome.accepted, finished.outcome.duplicates) == (29, 1)
    problem.refresh_from_db()
    evaluate(project)
    result = Result.objects.get(problem=problem, model=model, revision=problem.revision)
    assert (result.n_judged, result.verdict) == (30, "failing")
    assert Pattern.objects.filter(problem=problem).count() == 30


def test_an_input_that_is_asked_twice_is_told(project: Problem, problem: Problem) -> None:
    make_patterns(problem, [equals("input 2", "neutral", source={"selected_on": "v1"})])
    sample = draw(problem, "input 2")
    label(sample)
    assert finish_sample(SYSTEM, sample).doubled == 1
