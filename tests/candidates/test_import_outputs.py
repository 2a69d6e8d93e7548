"""Importing recorded outputs: stored once, never overwritten, errors apart from answers."""

import pytest

from tests.factories import equals, make_model, make_patterns, make_problem
from tracker.candidates.missing import missing_inputs
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_import import import_outputs, recorded_model
from tracker.problems.revisions import BulkOutcome
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM, Actor, Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(project: Project) -> CandidateModel:
    return make_model(project, "v1")


def give(model: CandidateModel, *lines: object) -> BulkOutcome:
    return import_outputs(SYSTEM, model, enumerate(lines, start=1))


def counts(outcome: BulkOutcome) -> tuple[int, int, int]:
    return outcome.accepted, outcome.duplicates, len(outcome.rejected)


def test_an_unknown_version_is_registered_as_recorded(project: Project) -> None:
    model = recorded_model(SYSTEM, project, "v9")
    assert (model.adapter["kind"], model.stage) == ("recorded", "candidate")
    assert recorded_model(SYSTEM, project, "v9").pk == model.pk


def test_outputs_that_no_pattern_uses_are_kept(model: CandidateModel) -> None:
    assert counts(give(model, {"input": "x", "label": "positive"})) == (1, 0, 0)
    assert model.outputs.get().label == "positive"


def test_the_label_of_scores_alone_is_the_arg_max(model: CandidateModel) -> None:
    """On a tie the first in the project's order: negative, neutral, positive."""
    give(model, {"input": "x", "scores": {"positive": 0.4, "neutral": 0.4, "negative": 0.2}})
    assert model.outputs.get().label == "neutral"


def test_the_same_again_is_a_duplicate(model: CandidateModel) -> None:
    line = {"input": "x", "label": "positive", "scores": {"negative": 0.2, "positive": 0.8}}
    again = {"input": "x", "scores": {"positive": 0.8, "negative": 0.2}, "label": "positive"}
    assert counts(give(model, line, again)) == (1, 1, 0)
    assert counts(give(model, again)) == (0, 1, 0)


def test_a_frozen_model_never_changes_its_mind(model: CandidateModel) -> None:
    give(model, {"input": "x", "label": "positive"})
    outcome = give(model, {"input": "y", "label": "positive"}, {"input": "x", "label": "negative"})
    assert counts(outcome) == (1, 0, 1)
    assert outcome.rejected[0]["line"] == 2
    assert model.outputs.get(example__content='"x"').label == "positive"


def test_a_volatile_model_keeps_the_history_of_its_outputs(project: Project) -> None:
    model = make_model(project, "api", frozen=False)
    give(model, {"input": "x", "label": "positive"})
    assert counts(give(model, {"input": "x", "label": "negative"})) == (1, 0, 0)
    assert list(model.outputs.order_by("pk").values_list("label", "is_current")) == [
        ("positive", False),
        ("negative", True),
    ]
    give(model, {"input": "x", "label": "neutral"}, {"input": "y", "label": "neutral"})
    told = Event.objects.filter(kind="outputs_imported").order_by("pk")
    assert [event.evidence["changed"] for event in told] == [0, 1, 1]


def test_a_later_answer_replaces_an_error_and_never_the_other_way(model: CandidateModel) -> None:
    give(model, {"input": "x", "error": "timeout"})
    assert model.outputs.get().answer is None
    assert counts(give(model, {"input": "x", "error": "timeout"})) == (0, 1, 0)
    assert counts(give(model, {"input": "x", "label": "positive"})) == (1, 0, 0)
    assert counts(give(model, {"input": "x", "error": "timeout"})) == (0, 1, 0)
    output = model.outputs.get()
    assert (output.label, output.error) == ("positive", None)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"label": "positive"}, "input"),
        ({"input": "x"}, "output"),
        ({"input": "x", "label": "sunny"}, "label"),
        ({"input": "x", "scores": {"sunny": 1}}, "scores"),
        ({"input": "x", "label": "positive", "error": "timeout"}, "error"),
        ({"input": "x", "lable": "positive"}, "lable"),
        ({"input": "x", "value": "3.7"}, "value"),
        ([], "body"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_stand(model: CandidateModel, line: object, field: str) -> None:
    outcome = give(model, {"input": "a", "label": "positive"}, line, {"input": "b", "label": "positive"})
    assert outcome.accepted == 2
    [rejected] = outcome.rejected
    assert rejected["line"] == 2
    assert any(name.startswith(field) for name in rejected["errors"]), rejected


def test_needs_the_right_to_write(model: CandidateModel) -> None:
    reader = Actor(name="reader", rights=frozenset({Right.READ, Right.FILE}))
    with pytest.raises(NotAllowed):
        import_outputs(reader, model, [(1, {"input": "x", "label": "positive"})])
    assert not Output.objects.exists()


def test_several_chunks_are_one_import(model: CandidateModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.candidates.output_import.CHUNK_ROWS", 7)
    lines = [{"input": f"text {n % 20}", "label": "positive"} for n in range(30)]
    assert counts(give(model, *lines)) == (20, 10, 0)


def test_only_outputs_that_patterns_use_make_results_stale(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("used")])
    give(model, {"input": "unused", "label": "positive"})
    model.refresh_from_db()
    assert model.facts_version == 0
    give(model, {"input": "used", "label": "positive"})
    model.refresh_from_db()
    assert model.facts_version == 1


def test_missing_names_inputs_and_bases_without_an_answer(project: Project, model: CandidateModel) -> None:
    problem = make_problem(project)
    moved = {"input": "kind Maria", "base": "kind John", "expectation": {"type": "invariant"}}
    make_patterns(problem, [equals("answered"), equals("failed"), equals("never asked"), moved])
    give(model, {"input": "answered", "label": "positive"}, {"input": "failed", "error": "timeout"})
    assert sorted(missing_inputs(model)) == [
        '{"input": "failed"}\n',
        '{"input": "kind John"}\n',
        '{"input": "kind Maria"}\n',
        '{"input": "never asked"}\n',
    ]
