"""Claims, leases and what stands in the way of doing work twice, or of forgetting it."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as EngineOutput
from tests.factories import (
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tests.runs import answering
from tests.runs.conftest import ADAPTER, worked_off
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.problem_changes import update_problem
from tracker.problems.revisions import retire_pattern
from tracker.projects.errors import Invalid, NotAllowed
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM, Actor, Right
from tracker.runs import asking, execution
from tracker.runs.asking import work_batch
from tracker.runs.claims import claim_batch
from tracker.runs.execution import store_results, work_off
from tracker.runs.leases import kept_alive
from tracker.runs.models import Result, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import cancel_run, catch_up, overdue_models, request_runs
from tracker.runs.scoring import ProblemScorer
from tracker.runs.staleness import stale_models, stale_problems
from tracker.tasks.jobs import catch_up as catch_up_task

pytestmark = pytest.mark.django_db

READER = Actor(name="reader", rights=frozenset({Right.READ, Right.FILE}))


def cancelled(project: Project, model: CandidateModel) -> Run:
    [run] = catch_up(stale_models(project))
    return cancel_run(SYSTEM, run)


def test_a_lease_is_renewed_while_the_work_goes_on(settings: Any) -> None:
    settings.LEASE_SECONDS = 0.03
    renewed = threading.Event()
    with kept_alive(renewed.set):
        assert renewed.wait(timeout=30)


def test_cancelling_needs_the_right_and_is_on_record(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    with pytest.raises(NotAllowed):
        cancel_run(READER, run)
    run.refresh_from_db()
    assert run.status == "queued"
    cancel_run(SYSTEM, run)
    assert Event.objects.about("model", model.pk).filter(kind="run_cancelled").count() == 1


def test_no_message_begins_a_cancelled_run_again(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    cancelled(project, model)
    catch_up_task(project.pk)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("fact", ["trained on", "outputs", "criterion", "retired"])
def test_a_fact_that_comes_after_a_cancelled_run_is_found_without_a_message(
    project: Project, fact: str
) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes"), equals("no")])
    cancelled(project, model)
    assert overdue_models(timezone.now()) == []
    if fact == "trained on":
        add_trained_on(SYSTEM, model, [(1, {"input": "yes"})])
    elif fact == "outputs":
        make_outputs(model, {"yes": "positive"})
    elif fact == "criterion":
        update_problem(SYSTEM, problem, {"fix_criterion": {"rule": "every_case"}})
    else:
        retire_pattern(SYSTEM, problem.patterns.all()[0])
    assert overdue_models(timezone.now()) == [model]


def test_a_busy_database_does_not_fail_a_run(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))

    def busy(*_args: object) -> bool:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(execution, "_score_chunk", busy)
        with pytest.raises(OperationalError):
            work_off(run.pk)
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert worked_off(run).status == "finished"


class DownServer:
    """Stands in for a model that cannot be asked now."""

    batch_size = 4
    concurrency = 1

    def predict(self, inputs: Sequence[object]) -> list[EngineOutput]:
        raise AdapterUnavailable("connection refused")

    def close(self) -> None:
        pass


class Negative(DownServer):
    def predict(self, inputs: Sequence[object]) -> list[EngineOutput]:
        return [EngineOutput(label="negative")] * len(inputs)


def test_a_model_that_could_not_be_asked_is_asked_again_by_the_next_run(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    with monkeypatch.context() as patch:
        patch.setattr(asking, "adapter_of", lambda _model: DownServer())
        patch.setattr(asking, "PAUSE", timedelta(0))
        evaluate(project)
    assert Result.objects.get().verdict == "unscored"
    assert "connection refused" in Run.objects.get().error
    work_off(request_runs(SYSTEM, project)[0].pk)
    assert Output.objects.get().label == "positive"
    assert Result.objects.get().n_scored == 1


def test_what_was_answered_meanwhile_is_not_asked_again(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    make_patterns(make_problem(project), [equals("long text"), equals("later text")])
    [run] = catch_up(stale_models(project))
    start_run(run.pk)
    make_outputs(model, {"long text": "positive"})
    work_off(run.pk)
    assert asked == [["later text"]]


def test_a_lost_claim_stores_nothing(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    start_run(run.pk)
    run.refresh_from_db()
    claim = claim_batch(run)
    assert claim is not None
    run.batches.update(token=None, status="queued")
    work_batch(run, claim)
    assert not Output.objects.exists()


@pytest.mark.parametrize("fact", ["criterion", "revision"])
def test_a_result_made_under_another_criterion_or_revision_is_not_stored(project: Project, fact: str) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes")])
    [run] = catch_up(stale_models(project))
    old = ProblemScorer(model).score([problem])
    if fact == "criterion":
        update_problem(SYSTEM, problem, {"fix_criterion": {"max_error": 0.2}})
    else:
        make_patterns(problem, [equals("no")])
    store_results(run, old)
    assert not Result.objects.exists()


def test_a_source_counts_from_its_revision_on(project: Project) -> None:
    """Filed on v1 in revision 1, sampled in revision 2: as of revision 1 the case is not v1's to be judged on."""
    model = make_model(project, "v1")
    problem = make_problem(project)
    make_patterns(problem, [equals("filed", source={"selected_on": "v1"})])
    make_patterns(problem, [equals("filed", source="sampled")])
    make_outputs(model, {"filed": "negative"})
    problem.revision = 1
    [then] = ProblemScorer(model).score([problem])
    problem.revision = 2
    [now] = ProblemScorer(model).score([problem])
    assert (then.n_judged, now.n_judged) == (0, 1)


def test_a_run_belongs_to_one_project(project: Project, model: CandidateModel) -> None:
    elsewhere = make_problem(make_project())
    with pytest.raises(Invalid):
        request_runs(SYSTEM, project, problem_ids=[elsewhere.pk])
    with pytest.raises(Invalid):
        request_runs(SYSTEM, elsewhere.project, models=[model])


def test_another_answer_of_a_volatile_model_counts_for_every_problem_that_holds_the_input(
    project: Project, asked: list[list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model(project, frozen=False, adapter=ADAPTER)
    first, second = make_problem(project), make_problem(project)
    for problem in (first, second):
        make_patterns(problem, [equals("long text")])
    evaluate(project)

    with monkeypatch.context() as patch:
        patch.setattr(asking, "adapter_of", lambda _model: Negative())
        work_off(request_runs(SYSTEM, project, problem_ids=[first.pk])[0].pk)
    model.refresh_from_db()
    assert list(stale_problems(model)) == [second]
    times = len(asked)
    evaluate(project)

    assert {row.n_failed for row in Result.objects.current().filter(model=model)} == {1}
    assert len(asked) == times, "to score the other problem nothing is asked"
    assert not stale_models(project)


def test_a_change_of_stage_reaches_statuses_and_workers(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    update_model(SYSTEM, model, {"stage": "archived"})
    assert not stale_models(project)
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr("tracker.candidates.model_changes.nudge_on_commit", lambda *what: sent.append(what))
    update_model(SYSTEM, model, {"stage": "candidate"})
    assert sent == [("tracker.tasks.catch_up", project.pk)]


def test_new_patterns_nudge_the_workers_once_they_stand(
    project: Project, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr("tracker.projects.nudges.nudge", lambda *what: sent.append(what))
    problem = make_problem(project)
    with django_capture_on_commit_callbacks(execute=True):
        make_patterns(problem, [equals("long text")])
        assert sent == [], "not before the transaction stands"
    assert ("tracker.tasks.catch_up", project.pk) in sent


def test_a_model_that_is_asked_twice_at_once_stores_one_answer(
    project: Project, model: CandidateModel
) -> None:
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    answering.interrupt.append(lambda: (make_outputs(model, {"long text": "positive"}), None)[1])
    work_off(run.pk)
    assert Output.objects.count() == 1


def test_a_lease_is_renewed_though_the_database_was_away_once(settings: Any) -> None:
    settings.LEASE_SECONDS = 0.03
    beats: list[int] = []
    renewed = threading.Event()

    def renew() -> None:
        beats.append(len(beats))
        if len(beats) == 1:
            raise OperationalError("database is locked")
        renewed.set()

    with kept_alive(renew):
        assert renewed.wait(30)
