"""Runs: only what is missing is asked, and requests for the same work are one."""

import pytest

from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.runs.conftest import ADAPTER, result, worked_off
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel
from tracker.problems.revisions import relabel_pattern
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM, Actor, Right
from tracker.runs.execution import advance_run, work_off
from tracker.runs.models import Result, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import catch_up, request_runs
from tracker.runs.staleness import stale_models, stale_problems
from tracker.runs.sweeping import sweep

pytestmark = pytest.mark.django_db


def test_only_missing_pairs_are_asked(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals(f"long text {n}") for n in range(10)])
    evaluate(project)
    assert [len(batch) for batch in asked] == [4, 4, 2]

    make_patterns(problem, [equals("long text 3", case="again"), equals("long text 10")])
    evaluate(project)

    assert asked[3:] == [["long text 10"]]
    run = Run.objects.order_by("pk")[1]
    assert (run.asked, run.reused, run.failed, run.status) == (1, 10, 0, "finished")
    assert (result(model).n_cases, result(model).n_failed, result(model).revision) == (12, 0, 2)


def test_adding_a_model_asks_nothing_of_the_others(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    make_patterns(make_problem(project), [equals("long text"), equals("no")])
    evaluate(project)
    before = Result.objects.filter(model=model).values().get()
    make_model(project, "second", adapter=ADAPTER)
    evaluate(project)
    assert len(asked) == 2
    assert Result.objects.filter(model=model).values().get() == before


def test_relabelling_asks_nothing_and_scores_again(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("long text"), equals("no")])
    evaluate(project)
    assert result(model).n_failed == 1
    relabel_pattern(
        SYSTEM, problem.patterns.get(example__content='"no"'), {"type": "equals", "label": "negative"}
    )
    evaluate(project)
    assert (result(model).n_failed, len(asked)) == (0, 1)
    assert Result.objects.filter(model=model).count() == 2


def test_requests_for_the_same_work_collapse(project: Project, model: CandidateModel) -> None:
    first, second = make_problem(project), make_problem(project)
    make_patterns(first, [equals("long text")])
    make_patterns(second, [equals("long text")])
    runs = {run.pk for _again in range(3) for run in catch_up(stale_models(project))}
    runs |= {run.pk for run in request_runs(SYSTEM, project, problem_ids=[first.pk])}
    assert len(runs) == 1
    assert Run.objects.get().problems is None
    work_off(runs.pop())
    assert Result.objects.count() == 2


def test_a_request_while_a_run_is_under_way_queues_one_more(project: Project, model: CandidateModel) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("long text")])
    [running] = catch_up(stale_models(project))
    assert start_run(running.pk)
    make_patterns(problem, [equals("later text")])
    [queued] = catch_up(stale_models(project))
    assert queued.pk != running.pk
    assert not advance_run(queued.pk), "one run of a model at a time"
    work_off(running.pk)
    assert not Result.objects.exists(), "its outputs were not all in for the newest revision"
    work_off(queued.pk)
    assert (result(model).n_cases, result(model).n_failed) == (2, 0)


def test_a_run_for_which_nothing_is_left_vanishes(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [first] = catch_up(stale_models(project))
    assert start_run(first.pk)
    [second] = catch_up([model])
    work_off(first.pk)
    assert work_off(second.pk) is None
    assert [run.pk for run in Run.objects.all()] == [first.pk]


def test_a_run_that_a_person_asked_for_does_not_vanish(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [first] = catch_up(stale_models(project))
    assert start_run(first.pk)
    [second] = catch_up([model])
    work_off(first.pk)
    assert request_runs(SYSTEM, project)[0].pk == second.pk, "the requests collapse"
    assert worked_off(second).status == "finished"


def test_recorded_models_are_never_asked(project: Project) -> None:
    model = make_model(project)
    make_patterns(make_problem(project), [equals("yes"), equals("missing")])
    make_outputs(model, {"yes": "positive"})
    evaluate(project)
    assert (Run.objects.get().asked, result(model).n_scored, result(model).verdict) == (0, 1, "inconclusive")
    make_outputs(model, {"missing": "negative"})
    evaluate(project)
    assert (result(model).n_scored, result(model).n_failed) == (2, 1)


def test_archived_models_are_left_alone(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    update_model(SYSTEM, model, {"stage": "archived"})
    make_patterns(make_problem(project), [equals("long text")])
    evaluate(project)
    assert (asked, Run.objects.count()) == ([], 0)


def test_a_volatile_model_is_asked_again_at_every_run(project: Project, asked: list[list[object]]) -> None:
    model = make_model(project, frozen=False, adapter=ADAPTER)
    problem = make_problem(project)
    make_patterns(problem, [equals("long text")])
    evaluate(project)
    work_off(request_runs(SYSTEM, project)[0].pk)
    work_off(request_runs(SYSTEM, project, problem_ids=[problem.pk])[0].pk)
    assert not stale_problems(model).exists()
    assert asked == [["long text"]] * 6, "and once more within each run, to see whether it stays"
    assert model.outputs.filter(is_current=True).count() == 1


def test_asking_for_runs_needs_the_right_to_write(project: Project, model: CandidateModel) -> None:
    reader = Actor(name="reader", rights=frozenset({Right.READ, Right.FILE}))
    with pytest.raises(NotAllowed):
        request_runs(reader, project)
    assert not Run.objects.exists()


def test_the_sweeper_finds_work_that_no_message_speaks_of(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    assert not Run.objects.exists()
    sweep()
    [run] = Run.objects.all()
    assert run.status == "queued"
    work_off(run.pk)
    sweep()
    assert Run.objects.count() == 1
