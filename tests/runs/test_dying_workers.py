"""Workers that die, and faults that would come again: nothing is lost or done twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import equals, evaluate, make_model, make_patterns, make_problem
from tests.runs.conftest import ADAPTER, result, worked_off
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import execution
from tracker.runs.asking import work_batch
from tracker.runs.claims import claim_batch
from tracker.runs.execution import advance_run, work_off
from tracker.runs.models import Batch, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import catch_up, overdue_models, request_runs
from tracker.runs.staleness import stale_models
from tracker.runs.sweeping import idle_runs

pytestmark = pytest.mark.django_db


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


def test_a_given_up_batch_of_a_volatile_model_fails_where_it_answered_in_an_earlier_run_too(
    project: Project,
) -> None:
    make_model(project, "live", adapter=ADAPTER, frozen=False)
    make_patterns(make_problem(project), [equals("deadly text")])
    evaluate(project)
    [run] = request_runs(SYSTEM, project)
    start_run(run.pk)
    run.refresh_from_db()
    for _death in range(3):
        assert claim_batch(run) is not None
        Batch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done = worked_off(run)
    assert (done.status, done.asked, done.failed) == ("finished", 1, 1)
    assert "No worker survived" in done.error


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
