"""Runs: only what is missing is asked, results follow, and nothing is lost or done twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.runs import answering
from tests.runs.conftest import ADAPTER, worked_off
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.problem_changes import update_problem
from tracker.problems.revisions import relabel_pattern
from tracker.projects.changes import update_project
from tracker.projects.errors import Conflict, NotAllowed
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM, Actor, Right
from tracker.runs import execution
from tracker.runs.asking import work_batch
from tracker.runs.claims import claim_batch
from tracker.runs.execution import advance_run, work_off
from tracker.runs.models import Batch, Result, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import cancel_run, catch_up, overdue_models, request_runs, retry_run
from tracker.runs.scoring import ProblemScorer
from tracker.runs.staleness import stale_models, stale_problems
from tracker.runs.sweeping import idle_runs, sweep

pytestmark = pytest.mark.django_db


def result(model: CandidateModel) -> Result:
    return Result.objects.current().get(model=model)


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


def test_an_error_is_neither_right_nor_wrong_and_a_later_answer_replaces_it(
    project: Project, model: CandidateModel
) -> None:
    make_patterns(make_problem(project), [equals("long text"), equals("broken text")])
    answering.broken.add("broken text")
    evaluate(project)
    assert (result(model).n_cases, result(model).n_scored, result(model).n_failed) == (2, 1, 0)
    assert Run.objects.get().failed == 1

    answering.broken.clear()
    [run] = request_runs(SYSTEM, project)
    work_off(run.pk)
    assert (result(model).n_scored, result(model).n_failed) == (2, 0)
    assert Output.objects.count() == 2


def test_an_error_is_asked_three_times_and_then_by_hand(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("broken text")])
    answering.broken.add("broken text")
    for number in range(5):
        make_patterns(problem, [equals(f"long text {number}")])
        evaluate(project)
    assert [batch.count("broken text") for batch in asked if len(batch) > 1] == [1, 1, 1]
    assert result(model).n_scored == 5

    answering.broken.clear()
    work_off(request_runs(SYSTEM, project, problem_ids=[problem.pk])[0].pk)
    assert (result(model).n_scored, result(model).n_failed) == (6, 0)


def test_a_retry_asks_errors_again(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("broken text")])
    answering.broken.add("broken text")
    evaluate(project)
    answering.broken.clear()
    work_off(retry_run(SYSTEM, Run.objects.get()).pk)
    assert (result(model).n_scored, result(model).n_failed) == (1, 0)


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


def test_all_models_are_judged_by_a_new_criterion_at_once(project: Project) -> None:
    """Else the status would rest on verdicts by two criteria for a while, and say so in the timeline."""
    before, now = make_model(project, "v2"), make_model(project, "v3")
    problem = make_problem(project)
    make_patterns(problem, [equals(f"text {n}") for n in range(6)])
    make_outputs(before, {f"text {n}": "positive" for n in range(6)})
    make_outputs(now, {f"text {n}": "positive" if n else "negative" for n in range(6)})
    evaluate(project)
    update_problem(SYSTEM, problem, {"fix_criterion": {"rule": "every_case"}})
    [first, *_others] = catch_up(stale_models(project))
    work_off(first.pk)
    assert {(row.model.version, row.verdict) for row in Result.objects.current()} == {
        ("v2", "fixed"),
        ("v3", "failing"),
    }


def test_a_model_that_may_not_be_asked_ends_its_run_until_people_change_something(
    project: Project, settings: Any
) -> None:
    settings.PYTHON_CALLABLES = []
    model = make_model(project, adapter=ADAPTER)
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    ended = worked_off(run)
    assert (ended.status, ended.refused) == ("failed", True)
    assert "tests.runs.answering:by_length" in ended.error
    assert not Output.objects.exists(), "nothing was asked, so nothing went wrong with an input"
    assert overdue_models(timezone.now() + timedelta(days=1)) == []

    settings.PYTHON_CALLABLES = [ADAPTER["callable"]]
    work_off(retry_run(SYSTEM, ended).pk)
    assert result(model).n_scored == 1


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


@pytest.mark.parametrize("fact", ["criterion", "own criterion", "trained on", "patterns", "outputs"])
def test_every_changed_fact_makes_results_stale(project: Project, fact: str) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes"), equals("open")])
    make_outputs(model, {"yes": "positive"})
    evaluate(project)
    assert not stale_models(project)
    if fact == "criterion":
        update_project(SYSTEM, project, {"fix_criterion": {"max_error": 0.2}})
    elif fact == "own criterion":
        update_problem(SYSTEM, problem, {"fix_criterion": {"rule": "every_case"}})
    elif fact == "trained on":
        add_trained_on(SYSTEM, model, [(1, {"input": "yes"})])
    elif fact == "patterns":
        make_patterns(problem, [equals("more")])
    else:
        make_outputs(model, {"open": "positive"})
    assert [stale.pk for stale in stale_models(project)] == [model.pk]
    evaluate(project)
    assert not stale_models(project)


def test_cases_a_model_was_trained_on_are_not_judged_for_it(project: Project) -> None:
    knows, fresh = make_model(project), make_model(project)
    make_patterns(make_problem(project), [equals(f"text {n}") for n in range(30)])
    for model in (knows, fresh):
        make_outputs(model, {f"text {n}": "positive" for n in range(30)})
    add_trained_on(SYSTEM, knows, [(1, {"input": "text 7"})])
    evaluate(project)
    assert (result(knows).n_judged, result(fresh).n_judged) == (29, 30)
    assert (result(knows).n_cases, result(fresh).n_cases) == (30, 30)


def test_a_model_is_not_judged_on_cases_selected_on_it(project: Project) -> None:
    """Fewer than 22 unselected cases: each model is judged on those not selected on it; 22 of them: on these alone."""
    selected, other = make_model(project, "v8"), make_model(project, "v9")
    problem = make_problem(project)
    make_patterns(problem, [equals(f"filed {n}", source={"selected_on": "v8"}) for n in range(10)])
    make_patterns(problem, [equals(f"sampled {n}", source="sampled") for n in range(21)])
    for model in (selected, other):
        make_outputs(
            model,
            {f"sampled {n}": "positive" for n in range(22)} | {f"filed {n}": "negative" for n in range(10)},
        )
    evaluate(project)
    assert (result(selected).n_judged, result(selected).n_judged_failed) == (21, 0)
    assert (result(other).n_judged, result(other).n_judged_failed) == (31, 10)
    make_patterns(problem, [equals("sampled 21", source="sampled")])
    evaluate(project)
    assert [(result(model).n_judged, result(model).verdict) for model in (selected, other)] == [
        (22, "fixed")
    ] * 2


def test_a_worker_that_dies_in_a_batch_is_replaced_when_its_lease_ends(
    project: Project, model: CandidateModel
) -> None:
    make_patterns(make_problem(project), [equals("long text"), equals("no")])
    [run] = catch_up(stale_models(project))
    start_run(run.pk)
    run.refresh_from_db()
    lost = claim_batch(run)
    assert lost is not None
    assert claim_batch(run) is None, "it is another worker's"
    assert not idle_runs(timezone.now()).exists()

    Batch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert [idle.pk for idle in idle_runs(timezone.now())] == [run.pk]
    done = worked_off(run)
    work_batch(run, lost)

    assert (done.status, Output.objects.count(), result(model).n_scored) == ("finished", 2, 2)
    run.refresh_from_db()
    assert (run.asked, run.done, run.total) == (2, 3, 3)


def test_a_batch_that_no_worker_survives_is_given_up(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("deadly text")])
    [run] = catch_up(stale_models(project))
    start_run(run.pk)
    run.refresh_from_db()
    for _death in range(3):
        assert claim_batch(run) is not None
        Batch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done = worked_off(run)
    assert (done.status, done.failed) == ("finished", 1)
    assert result(model).verdict == "unscored"


def test_a_worker_that_dies_while_scoring_is_replaced(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))

    def die(*_args: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(execution, "_score_chunk", die)
        with pytest.raises(KeyboardInterrupt):
            work_off(run.pk)
    assert not advance_run(run.pk), "the lease still stands"
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert worked_off(run).status == "finished"
    assert result(model).n_scored == 1


def test_results_that_were_overtaken_are_not_stored(project: Project) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes")])
    [run] = catch_up(stale_models(project))
    problems = [problem]
    old = ProblemScorer(model).score(problems)
    make_outputs(model, {"yes": "positive"})
    execution.store_results(run, old)
    assert not Result.objects.exists()


def test_a_cancelled_run_keeps_its_outputs_and_stays_cancelled(
    project: Project, model: CandidateModel
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals(f"long text {n}") for n in range(40)])
    [run] = catch_up(stale_models(project))

    def cancel() -> None:
        cancel_run(SYSTEM, run)

    answering.interrupt.append(cancel)
    assert worked_off(run).status == "cancelled"
    kept = Output.objects.count()
    assert 0 < kept < 40
    with pytest.raises(Conflict):
        cancel_run(SYSTEM, run)

    assert overdue_models(timezone.now()) == [], "nobody begins it again against the person's will"
    make_patterns(problem, [equals("one more")])
    sweep()
    evaluate(project)
    assert Run.objects.order_by("pk")[1].reused == kept
    assert result(model).n_scored == 41


def test_a_fault_in_scoring_fails_the_run_and_says_so(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    with monkeypatch.context() as patch:
        patch.setattr(execution, "_score_chunk", lambda *_args: 1 / 0)
        failed = worked_off(run)
    assert (failed.status, "ZeroDivisionError" in failed.error) == ("failed", True)
    assert overdue_models(timezone.now()) == []
    assert overdue_models(timezone.now() + timedelta(minutes=6)) == [model]


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
