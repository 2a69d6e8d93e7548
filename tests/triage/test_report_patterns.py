"""From a report to a test pattern: what it expects, and which models its case was selected on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triage.facts import at, make_model, make_output, make_problem, make_project, make_report
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CaseSource
from tracker.problems.revisions import import_patterns
from tracker.projects.errors import Invalid
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.report_patterns import pattern_line_from_report, versions_selected_on
from tracker.triage.reproduction import report_reproduced

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def test_the_expected_label_is_asked_for(project: Project) -> None:
    model = make_model(project, "v1")
    report = make_report(project, value="so so", expected={"label": "neutral"}, model=model)
    assert pattern_line_from_report(report) == {
        "input": "so so",
        "expectation": {"type": "equals", "label": "neutral"},
        "source": [{"selected_on": "v1"}],
    }


def test_else_anything_but_what_was_predicted(project: Project) -> None:
    report = make_report(project, model=make_model(project, "v1"))
    assert pattern_line_from_report(report)["expectation"] == {"type": "not_equals", "label": "positive"}


@pytest.mark.parametrize(
    "fields",
    [
        {"predicted": {"value": 3}},
        {"predicted": {"text": "hm"}},
        {"predicted": {"value": 3}, "expected": {"value": 4}},
        {"expected": {"text": "no"}},
    ],
)
def test_numbers_and_texts_need_a_person(project: Project, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        pattern_line_from_report(make_report(project, **fields))


def test_an_unknown_model_may_be_any_that_was_registered_by_then(project: Project) -> None:
    make_model(project, "v2", day=-5)
    make_model(project, "v1", day=-9)
    make_model(project, "gone", stage=Stage.ARCHIVED, day=-7)
    make_model(project, "later", day=1)
    make_model(make_project(), "theirs", day=-9)
    report = make_report(project, received_at=at(0), occurred_at=at(-30))
    assert pattern_line_from_report(report)["source"] == [
        {"selected_on": "v1"}, {"selected_on": "gone"}, {"selected_on": "v2"},
    ]  # fmt: skip


def test_what_the_model_does_not_say_selects_nothing(project: Project) -> None:
    model = make_model(project, "v1")
    make_output(model, "so so", label="negative")
    assert pattern_line_from_report(make_report(project, model=model))["source"] == []


@pytest.mark.parametrize(("label", "kinds"), [("positive", ["selected_on"]), ("negative", [])])
def test_the_line_can_be_imported(project: Project, label: str, kinds: list[str]) -> None:
    model = make_model(project, "v1")
    make_output(model, "so so", label=label)
    line = pattern_line_from_report(make_report(project, model=model))
    outcome = import_patterns(SYSTEM, project, [(1, line)], problem=make_problem(project))
    assert (outcome.accepted, outcome.rejected) == (1, [])
    assert list(CaseSource.objects.values_list("kind", flat=True)) == kinds


class TestReproduced:
    """Whether the model still says what was reported."""

    @pytest.mark.parametrize(
        ("predicted", "said", "reproduced"),
        [
            ({"label": "positive"}, {"label": "positive"}, True),
            ({"label": "positive"}, {"label": "negative"}, False),
            ({"label": "positive", "scores": {"positive": 0.9}}, {"label": "positive", "scores": "{}"}, True),
            ({"value": 3.7}, {"value": 3.7000001}, True),
            ({"value": 3.7}, {"value": 3.8}, False),
            ({"text": "a"}, {"text": "a"}, True),
            ({"text": "a"}, {"text": "b"}, False),
            ({"text": "a"}, {"label": "positive"}, None),
            ({"label": "positive"}, {"error": "timeout"}, None),
            ({"label": "positive"}, None, None),
        ],
    )
    def test_by_the_field_that_both_have(
        self, project: Project, predicted: Any, said: dict[str, Any] | None, reproduced: bool | None
    ) -> None:
        model = make_model(project, "v1")
        if said is not None:
            make_output(model, "so so", **said)
        assert report_reproduced(make_report(project, model=model, predicted=predicted)) is reproduced

    def test_not_told_without_a_model(self, project: Project) -> None:
        make_output(make_model(project, "v1"), "so so", label="positive")
        assert report_reproduced(make_report(project)) is None

    def test_a_volatile_model_may_have_said_it_once(self, project: Project) -> None:
        model = make_model(project, "v1")
        CandidateModel.objects.update(frozen=False)
        model.refresh_from_db()
        report = make_report(project, model=model)
        make_output(model, "so so", label="negative", is_current=False)
        make_output(model, "so so", error="timeout", is_current=False)
        make_output(model, "so so", label="neutral")
        # It never said "positive" where we saw it, which is no proof that it did not.
        assert report_reproduced(report) is None
        assert versions_selected_on(report) == ["v1"]
        make_output(model, "so so", label="positive", is_current=False)
        assert report_reproduced(report) is True
        assert versions_selected_on(report) == ["v1"]

    def test_by_what_it_says_now(self, project: Project) -> None:
        model = make_model(project, "v1")
        make_output(model, "so so", label="negative", is_current=False)
        make_output(model, "so so", label="positive")
        assert report_reproduced(make_report(project, model=model)) is True
