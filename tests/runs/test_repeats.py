"""Repeats: a model that has changed is told from one that is flaky, in its timeline, with the examples."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from evaluation.adapters import AdapterError, Failure
from evaluation.types import Output as Answer
from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tests.runs.repeating import (
    SERVER,
    Server,
    answered_by,
    asked_again,
    evaluated,
    flaky,
    repeated_while_down,
    told,
)
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.runs import repeats
from tracker.runs.answer_changes import answer_changes, changed_rows
from tracker.runs.claims import claim_run
from tracker.runs.execution import advance_run, work_off
from tracker.runs.models import Run
from tracker.runs.repeats import drawn, repeat_some
from tracker.runs.requests import request_runs
from tracker.runs.stability_models import RepeatedAnswer, StabilityCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return answered_by(monkeypatch)


@pytest.fixture
def volatile(project: Project, server: Server) -> CandidateModel:
    return make_model(project, "live", adapter=SERVER, frozen=False)


def test_a_steady_model_is_no_news_and_adds_no_row(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 10)
    run = asked_again(project)
    assert Output.objects.count() == 10, "the same answer again makes no row"
    assert set(Output.objects.values_list("confirmed_run_id", flat=True)) == {run.pk}
    check = StabilityCheck.objects.get(run=run)
    assert (check.stability, check.n_asked, check.n_changed) == ("steady", 10, 0)
    assert (check.n_sampled, check.n_differing) == (10, 0)
    assert told(volatile) == []
    assert len(server.asked) == 40, "ten inputs in each of two runs, each of them twice"


def test_an_answer_that_moved_by_rounding_is_the_same(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = [0.7]
    monkeypatch.setattr(
        server,
        "predict",
        lambda inputs: [Answer("positive", {"positive": score[0]}) for _input in inputs],
    )
    evaluated(project, 3)
    score[0] += 1e-7
    asked_again(project)
    assert Output.objects.count() == 3
    score[0] += 0.01
    asked_again(project)
    assert Output.objects.count() == 6


def test_another_model_behind_the_same_name_is_told_with_examples(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 30)
    server.says = lambda text: "negative" if text < "text 2" else "positive"
    run = asked_again(project)
    # text 0, text 1, text 10 to text 19: 12 of 30, and each is repeated as it is now.
    check = StabilityCheck.objects.get(run=run)
    assert (check.stability, check.n_asked, check.n_changed) == ("changed", 30, 12)
    assert (check.n_nearer_new, check.n_nearer_former, check.n_kept) == (12, 0, 12)
    # The sign test: 2 x 0.5 ** 12; the other test says less: 12 or more of 30 at 1/4.
    assert check.p_value == pytest.approx(2 * 0.5**12)
    [event] = Event.objects.filter(kind="answers_changed").about("model", volatile.pk)
    assert (event.evidence["changed"], event.evidence["asked"], len(event.evidence["examples"])) == (
        12,
        30,
        12,
    )
    first = event.evidence["examples"][0]
    assert (first["before"], first["after"]) == ({"label": "positive"}, {"label": "negative"})
    history = Output.objects.filter(example__content='"text 0"').order_by("pk")
    assert [(row.label, row.is_current) for row in history] == [("positive", False), ("negative", True)]


def test_every_changed_answer_can_be_reached(
    project: Project, volatile: CandidateModel, server: Server, django_assert_num_queries: Any
) -> None:
    evaluated(project, 50)
    server.says = lambda _text: "negative"
    run = asked_again(project)
    assert changed_rows(run).count() == 50
    assert len(Event.objects.get(kind="answers_changed").evidence["examples"]) == 20
    with django_assert_num_queries(3):
        first = answer_changes(run, changed_rows(run)[:30])
    rest = answer_changes(run, changed_rows(run)[30:])
    assert {change.example.input for change in (*first, *rest)} == {f"text {n}" for n in range(50)}
    assert {change.nearer for change in (*first, *rest)} == {"new"}
    assert first[0].before == Answer("positive")
    assert first[0].after == first[0].repeat == Answer("negative")


def test_a_flaky_model_is_not_called_changed_and_is_told_once(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    server.says = flaky()
    evaluated(project, 25)
    for _time in range(3):
        asked_again(project)
    checks = StabilityCheck.objects.order_by("pk")
    assert [check.stability for check in checks] == ["flaky"] * 4
    # About half of the repeats differ, and about half of the answers are others than before.
    assert all(5 < check.n_differing < 20 for check in checks)
    assert all(5 < check.n_changed < 20 for check in checks[1:])
    assert told(volatile) == ["answers_flaky"]


def test_a_single_change_that_stays_is_too_little_to_tell(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 10)
    server.says = lambda text: "negative" if text == "text 3" else "positive"
    asked_again(project)
    asked_again(project)
    assert told(volatile) == ["answers_unsettled"]


def test_a_changed_problem_is_asked_anew_and_what_changed_is_repeated(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 4)
    problem = project.problems.get()
    server.says = lambda _text: "negative"
    server.asked.clear()
    make_patterns(problem, [equals("one more")])
    evaluate(project)
    assert sorted(server.asked) == sorted(["one more"] + [f"text {n}" for n in range(4)] * 2)
    check = StabilityCheck.objects.order_by("pk").last()
    assert check is not None
    assert (check.stability, check.n_sampled) == ("changed", 0)
    # 4 of 4 changed and kept.
    assert check.p_value == pytest.approx(2 / 4**4)


def test_a_server_that_goes_down_before_the_repeats_does_not_hold_up_the_run(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 4)
    server.says = lambda _text: "negative"
    check = repeated_while_down(project, server, asked=4)
    assert (check.stability, check.n_changed, check.p_value) == ("unsettled", 4, 1.0)
    assert check.n_missing == 4


def test_repeats_that_did_not_come_are_no_answers_that_stayed(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 4)
    check = repeated_while_down(project, server, asked=4)
    # That all four are answered as before is known, and nothing of how they vary within the run.
    assert (check.stability, check.n_asked, check.n_changed) == ("unknown", 4, 0)
    assert (check.n_sampled, check.n_missing) == (0, 4)
    assert told(volatile) == ["answers_unknown"]


def test_a_run_that_nothing_answers_failed_at_every_input_and_leaves_it_unknown(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ten were answered in an earlier run: these answers stand, and they are none of this run."""

    def cannot(_inputs: object) -> list[Answer]:
        raise AdapterError("The settings fit nothing.")

    evaluated(project, 10)
    monkeypatch.setattr(server, "predict", cannot)
    run = asked_again(project)
    assert (run.status, run.asked, run.failed, run.error) == (
        "finished",
        10,
        10,
        "The settings fit nothing.",
    )
    assert Output.objects.answers().count() == 10
    check = StabilityCheck.objects.get(run=run)
    assert (check.stability, check.n_asked, check.n_missing) == ("unknown", 0, 10)
    assert told(volatile) == ["answers_unknown"]


def test_what_never_was_answered_is_no_answer_that_could_have_stayed(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "predict", lambda inputs: [Failure("no")] * len(inputs))
    evaluated(project, 10)
    assert Run.objects.get().failed == 10
    assert not StabilityCheck.objects.exists()


def test_imported_answers_of_a_volatile_model_make_no_check(project: Project) -> None:
    model = make_model(project, frozen=False)
    make_patterns(make_problem(project), [equals("x")])
    make_outputs(model, {"x": "positive"})
    evaluate(project)
    make_outputs(model, {"x": "negative"})
    evaluate(project)
    assert not StabilityCheck.objects.exists()
    assert not RepeatedAnswer.objects.exists()


def test_a_cancelled_run_repeats_nothing(project: Project, volatile: CandidateModel, server: Server) -> None:
    from tracker.runs.requests import cancel_run  # noqa: PLC0415

    evaluated(project, 3)
    [run] = request_runs(SYSTEM, project)

    def cancel(now: Run) -> None:
        if now.asked == 3:
            cancel_run(SYSTEM, now)

    work_off(run.pk, on_progress=cancel)
    assert not StabilityCheck.objects.filter(run=run).exists()


def test_two_workers_do_not_repeat_the_same_run(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one repeats it to the end between the first one's look and its claim."""
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(40)])
    [run] = request_runs(SYSTEM, project)
    assert advance_run(run.pk)
    assert advance_run(run.pk)
    n_asked = len(server.asked)
    run = Run.objects.select_related("model").get(pk=run.pk)
    others: list[bool] = []

    def claimed_late(claimed: Run, token: UUID) -> bool:
        if not others:
            others.append(False)
            others[0] = repeat_some(run)
        return claim_run(claimed, token)

    monkeypatch.setattr(repeats, "claim_run", claimed_late)
    assert not repeat_some(run)
    assert others == [True]
    assert len(server.asked) == n_asked + 30, "a sample of thirty, once"
    assert StabilityCheck.objects.count() == 1
    assert worked_off(run).status == "finished", "it is left free for scoring"


def test_a_fault_in_repeating_costs_no_result(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "ask", lambda *_args: 1 / 0)
    evaluated(project, 3)
    run = Run.objects.get()
    assert (run.status, run.failed) == ("finished", 0)
    assert run.error == (
        "Whether the model's answers stay is not known from this run: asking some again ended by a fault of the "
        "tracker, ZeroDivisionError."
    )
    assert project.problems.get().results.get().n_scored == 3
    assert not StabilityCheck.objects.exists()


def test_a_fault_in_repeating_is_told_beside_what_went_wrong_before(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(_inputs: object) -> list[Answer]:
        error = AdapterError("The second one breaks it.")
        error.said = [Answer(label="positive")]
        raise error

    monkeypatch.setattr(server, "predict", breaks_off)
    monkeypatch.setattr(repeats, "ask", lambda *_args: 1 / 0)
    evaluated(project, 2)
    run = Run.objects.get()
    assert (run.status, run.failed) == ("finished", 1)
    assert run.error.startswith("The second one breaks it. Whether the model's answers stay is not known")


def test_the_same_seed_draws_the_same() -> None:
    ids = list(range(1, 1_000))
    assert drawn(iter(ids), 5, 7) == drawn(reversed(ids), 5, 7)
    assert drawn(ids, 5, 7) == drawn(ids, 50, 7)[:5], "a larger draw begins with the smaller one"
    assert drawn(ids, 5, 7) != drawn(ids, 5, 8)
    assert sorted(drawn([3, 1, 2], 9, 7)) == [1, 2, 3]
