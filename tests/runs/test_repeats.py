"""Repeats: a model that has changed is told from one that is flaky, in its timeline, with the examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import pytest

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as Answer
from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, repeats
from tracker.runs.answer_changes import answer_changes, changed_rows
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.repeats import drawn
from tracker.runs.requests import request_runs
from tracker.runs.stability_models import RepeatedAnswer, StabilityCheck

pytestmark = pytest.mark.django_db
SERVER = {"kind": "http", "url": "https://models.example.org/", "batch_size": 4}
Says = Callable[[str], str]


class Server:
    """A model server in this process. `says` is what it answers now, `asked` what it was asked."""

    batch_size = 4
    concurrency = 2

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says: Says = lambda _text: "positive"
        self.is_down = False

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        if self.is_down:
            raise AdapterUnavailable("connection refused")
        self.asked += inputs
        return [Answer(label=self.says(text)) for text in inputs]

    def close(self) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    for module in (asking, repeats):
        monkeypatch.setattr(module, "adapter_of", lambda _model: made)
    return made


@pytest.fixture
def volatile(project: Project, server: Server) -> CandidateModel:
    return make_model(project, "live", adapter=SERVER, frozen=False)


def evaluated(project: Project, n: int) -> None:
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(n)])
    evaluate(project)


def asked_again(project: Project) -> Run:
    return worked_off(request_runs(SYSTEM, project)[0])


def told(model: CandidateModel) -> list[str]:
    events = Event.objects.filter(kind__startswith="answers_").about("model", model.pk).order_by("pk")
    return [event.kind for event in events]


def flaky() -> Says:
    """The same input is answered now so, now so, as by the throw of a coin; the n-th time always as that n-th time."""
    times: Counter[str] = Counter()

    def says(text: str) -> str:
        times[text] += 1
        return ["positive", "negative"][sha256(f"{text} {times[text]}".encode()).digest()[0] % 2]

    return says


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


def repeated_while_down(project: Project, server: Server, *, asked: int) -> StabilityCheck:
    """Evaluate with a server that goes down once it has been asked so much in the run."""
    [run] = request_runs(SYSTEM, project)

    def down_once_asked(now: Run) -> None:
        server.is_down = now.asked == asked

    done = work_off(run.pk, on_progress=down_once_asked)
    assert done is not None
    assert done.status == "finished"
    return StabilityCheck.objects.get(run=run)


def test_repeats_that_did_not_come_are_no_answers_that_stayed(
    project: Project, volatile: CandidateModel, server: Server
) -> None:
    evaluated(project, 4)
    check = repeated_while_down(project, server, asked=4)
    # That all four are answered as before is known, and nothing of how they vary within the run.
    assert (check.stability, check.n_asked, check.n_changed) == ("unknown", 4, 0)
    assert (check.n_sampled, check.n_missing) == (0, 4)
    assert told(volatile) == ["answers_unknown"]


def test_of_a_frozen_server_that_is_away_nothing_is_known(project: Project, server: Server) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 12)
    check = repeated_while_down(project, server, asked=0)
    assert (check.stability, check.n_asked, check.n_missing) == ("unknown", 0, 10)
    assert told(frozen) == ["answers_unknown"]
    server.is_down = False
    asked_again(project)
    assert StabilityCheck.objects.latest("pk").stability == "steady"


def test_a_frozen_server_is_asked_a_few_known_inputs_and_nothing_is_overwritten(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 40)
    assert not StabilityCheck.objects.exists(), "nothing was known before"
    server.says = lambda _text: "negative"
    server.asked.clear()
    make_patterns(project.problems.get(), [equals("one more")])
    evaluate(project)
    # One new input, ten known ones, and those eight times more: all of them were answered otherwise.
    assert len(server.asked) == 1 + 10 + 8 * 10
    make_patterns(project.problems.get(), [equals("and another")])
    evaluate(project)
    assert Output.objects.filter(label="positive").count() == 40
    first = StabilityCheck.objects.earliest("pk")
    assert (first.stability, first.n_asked, first.n_changed, first.n_kept) == ("changed", 10, 10, 10)
    assert told(frozen) == ["answers_changed"], "said once"
    change = answer_changes(first.run, changed_rows(first.run))[0]
    assert (change.before, change.after) == (Answer("positive"), Answer("negative"))
    assert changed_rows(first.run).count() == 10


def test_a_frozen_server_that_answers_now_so_and_now_so_is_flaky(project: Project, server: Server) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 9)
    server.says = flaky()
    asked_again(project)
    assert told(frozen) == ["answers_flaky"]


@pytest.mark.parametrize("n_kept", [2, 31, 80, 81])
def test_one_answer_of_a_frozen_server_by_the_throw_of_a_coin_is_not_called_changed(
    project: Project, server: Server, n_kept: int
) -> None:
    """It says the other one so often in a row, which a coin does in one of four cases for two; then the former one."""
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    times = Counter[str]()

    def says(text: str) -> str:
        times[text] += 1
        return "negative" if text == "text 3" and times[text] <= n_kept else "positive"

    server.says = says
    asked_again(project)
    check = StabilityCheck.objects.get()
    assert check.n_changed == 1
    if n_kept < 81:
        assert (check.stability, check.n_differing, check.n_kept) == ("flaky", 1, 0)
        assert told(frozen) == ["answers_flaky"]
    else:
        assert (check.stability, check.n_differing, check.n_kept) == ("unsettled", 0, 1)
    assert len(server.asked) <= 10 + 10 + 80, "never more than eighty repeats"


def test_two_answers_of_a_frozen_server_that_stay_otherwise_are_a_change(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    server.says = lambda text: "negative" if text in {"text 3", "text 4"} else "positive"
    server.asked.clear()
    asked_again(project)
    assert told(frozen) == ["answers_changed"]
    assert Counter(server.asked)["text 3"] == 1 + 40
    assert len(server.asked) == 10 + 2 * 40


def test_a_server_that_goes_away_while_it_is_asked_again_leaves_it_open(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    times = Counter[str]()

    def says(text: str) -> str:
        times[text] += 1
        server.is_down = times[text] > 20
        return "negative" if text in {"text 3", "text 4"} else "positive"

    server.says = says
    asked_again(project)
    check = StabilityCheck.objects.get()
    assert (check.stability, check.n_changed, check.n_kept, check.n_missing) == ("unsettled", 2, 0, 2)
    assert told(frozen) == ["answers_unsettled"]


def test_a_frozen_model_that_asks_no_server_is_asked_nothing_twice(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    evaluated(project, 3)
    make_patterns(project.problems.get(), [equals("one more")])
    evaluate(project)
    assert sum(map(len, asked)) == 4
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


def test_a_fault_in_repeating_costs_no_result(
    project: Project, volatile: CandidateModel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "ask", lambda *_args: 1 / 0)
    evaluated(project, 3)
    assert Run.objects.get().status == "finished"
    assert project.problems.get().results.get().n_scored == 3
    assert not StabilityCheck.objects.exists()


def test_the_same_seed_draws_the_same() -> None:
    ids = list(range(1, 1_000))
    assert drawn(iter(ids), 5, 7) == drawn(reversed(ids), 5, 7)
    assert drawn(ids, 5, 7) == drawn(ids, 50, 7)[:5], "a larger draw begins with the smaller one"
    assert drawn(ids, 5, 7) != drawn(ids, 5, 8)
    assert sorted(drawn([3, 1, 2], 9, 7)) == [1, 2, 3]
