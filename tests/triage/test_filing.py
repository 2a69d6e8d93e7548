"""Filing one report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from tests.triage.facts import NOW, REPORTER, STRANGER, VIEWER, activate, at, make_model, make_project
from tracker.candidates.models import Activation
from tracker.projects.bodies import read_body
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Example, Project, Token
from tracker.projects.rights import Actor, Right
from tracker.triage import intake
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.report_bodies import ReportBody

pytestmark = pytest.mark.django_db


def body(**fields: Any) -> ReportBody:
    return read_body({"input": "I need a doctor", "predicted": "positive"} | fields, ReportBody)


@pytest.fixture
def project() -> Project:
    return make_project()


def product(project: Project) -> Actor:
    """Return a token that only files reports, as one ships inside a product."""
    token = Token.objects.create(
        project=project, name="app", scopes=["report"], secret_hash=f"{Token.objects.count()}"
    )
    return Actor(name="token app", rights=frozenset({Right.FILE}), token=token)


def test_it_stores_the_report(project: Project) -> None:
    sent = body(
        expected={"label": "negative"},
        reporter="user 7",
        comment="no!",
        occurred_at="2026-02-27T13:00:00+01:00",
    )
    report, created = file_report(REPORTER, project, sent, now=NOW)
    assert created
    report.refresh_from_db()
    assert report.example.input == "I need a doctor"
    assert report.predicted == {"label": "positive"}
    assert report.expected == {"label": "negative"}
    assert report.comment == "no!"
    assert report.status == "new"
    assert report.occurred_at == datetime(2026, 2, 27, 12, tzinfo=UTC)
    assert report.received_at == NOW


def test_the_first_time_that_it_may_speak_of(project: Project) -> None:
    report, _created = file_report(REPORTER, project, body(occurred_at="1970-01-01T01:00:00+01:00"), now=NOW)
    assert report.occurred_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_what_is_half_a_character_is_not_repeated(project: Project) -> None:
    with pytest.raises(Invalid) as refused:
        file_report(REPORTER, project, body(model="\ud800"), now=NOW)
    assert refused.value.errors == {"model": ["Contains a lone surrogate (half a character)."]}


def test_it_occurred_now_unless_it_says_when(project: Project) -> None:
    report, _created = file_report(REPORTER, project, body(), now=NOW)
    assert report.occurred_at == NOW


def test_who_may_not_file_is_refused(project: Project) -> None:
    for actor in (VIEWER, STRANGER):
        with pytest.raises(NotAllowed):
            file_report(actor, project, body(), now=NOW)
    assert not Report.objects.exists()


def test_the_reporter_is_stored_as_a_keyed_hash(project: Project, settings: Any) -> None:
    report, _created = file_report(REPORTER, project, body(reporter="anna@example.org"), now=NOW)
    again, _created = file_report(REPORTER, project, body(reporter="anna@example.org"), now=NOW)
    elsewhere, _created = file_report(REPORTER, make_project(), body(reporter="anna@example.org"), now=NOW)
    assert len(report.reporter) == 64
    assert report.reporter == again.reporter
    assert report.reporter != elsewhere.reporter
    settings.SECRET_KEY = "another"
    other_key, _created = file_report(REPORTER, project, body(reporter="anna@example.org"), now=NOW)
    assert other_key.reporter != report.reporter


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_nobody_stays_nobody(project: Project, blank: str | None) -> None:
    report, _created = file_report(REPORTER, project, body(reporter=blank), now=NOW)
    assert report.reporter == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"predicted": "angry"}, "predicted"),
        ({"predicted": {"label": "angry"}}, "predicted.label"),
        ({"predicted": {"labels": "negative"}}, "predicted.labels"),
        ({"predicted": {}}, "predicted"),
        ({"expected": "angry"}, "expected"),
        ({"predicted": {"value": float("nan")}}, "predicted.value"),
        ({"model": "v99"}, "model"),
        ({"occurred_at": "2026-03-01T12:01:01Z"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:00:00-14:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-05T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "1970-01-01T00:59:59+01:00"}, "occurred_at"),
        ({"input": "a\0b"}, "input"),
        ({"input": ["\ud800"]}, "input"),
        ({"input": 2**60}, "input"),
        ({"comment": "a\0b"}, "comment"),
        ({"reporter": "\ud800"}, "reporter"),
        ({"external_id": "a\0b"}, "external_id"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(
    project: Project, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        file_report(REPORTER, project, body(**fields), now=NOW)
    assert list(refused.value.errors) == [field]
    assert not Report.objects.exists()
    assert not Example.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"predicted": 7}, "predicted"),
        ({"comment": "x" * 10_001}, "comment"),
        ({"reporter": "x" * 201}, "reporter"),
        ({"external_id": ""}, "external_id"),
        ({"occurred_at": "2026-02-01T12:00:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
    ],
)
def test_a_body_of_another_form_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        body(**fields)
    assert list(refused.value.errors) == [field]


def test_every_bad_field_is_named_at_once(project: Project) -> None:
    with pytest.raises(Invalid) as refused:
        file_report(REPORTER, project, body(predicted="angry", model="v99", expected="sad"), now=NOW)
    assert set(refused.value.errors) == {"predicted", "model", "expected"}


def test_a_clock_that_runs_a_minute_ahead_is_fine(project: Project) -> None:
    report, _created = file_report(REPORTER, project, body(occurred_at="2026-03-01T12:01:00Z"), now=NOW)
    assert report.occurred_at == NOW + timedelta(seconds=60)


def test_a_null_input_is_an_input(project: Project) -> None:
    report, _created = file_report(REPORTER, project, body(input=None), now=NOW)
    assert report.example.content == "null"


def test_scores_alone_are_reported_as_their_arg_max(project: Project) -> None:
    scores = {"positive": 0.5, "negative": 0.5}
    report, _created = file_report(REPORTER, project, body(predicted={"scores": scores}), now=NOW)
    assert report.predicted == {"label": "negative", "scores": scores}


class TestModel:
    """Which model a report speaks of."""

    def test_the_one_it_names(self, project: Project) -> None:
        old, new = make_model(project, "v1"), make_model(project, "v2")
        activate(new, -10)
        report, _created = file_report(REPORTER, project, body(model="v1"), now=NOW)
        assert report.model == old

    @pytest.mark.parametrize(
        ("day", "version"), [(-31, None), (-30, "v1"), (-20.5, "v1"), (-20, "v2"), (-9, "v1"), (-4, None)]
    )
    def test_else_the_one_that_was_active_then(
        self, project: Project, day: float, version: str | None
    ) -> None:
        # v1 from day -30, v2 from -20, back to v1 on -10, none from -5.
        old, new = make_model(project, "v1"), make_model(project, "v2")
        activate(old, -30)
        activate(new, -20)
        activate(old, -10)
        Activation.objects.create(project=project, model=None, at=at(-5))
        report, _created = file_report(REPORTER, project, body(occurred_at=at(day).isoformat()), now=NOW)
        assert (report.model.version if report.model else None) == version

    def test_the_later_of_two_activations_at_once(self, project: Project) -> None:
        old, new = make_model(project, "v1"), make_model(project, "v2")
        activate(old, -1)
        activate(new, -1)
        report, _created = file_report(REPORTER, project, body(), now=NOW)
        assert report.model == new

    def test_none_of_another_project(self, project: Project) -> None:
        activate(make_model(make_project(), "v1"), -1)
        report, _created = file_report(REPORTER, project, body(), now=NOW)
        assert report.model is None


class TestExternalId:
    """The same report sent twice is one report."""

    def test_the_same_body_again_gives_the_first(self, project: Project) -> None:
        first, created = file_report(REPORTER, project, body(external_id="a"), now=NOW)
        again, created_again = file_report(
            REPORTER,
            project,
            body(external_id="a", predicted={"label": "positive"}),
            now=NOW + timedelta(days=1),
        )
        assert (created, created_again) == (True, False)
        assert again.pk == first.pk
        assert Report.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"input": "other"}, {"predicted": "negative"}, {"expected": "negative"}, {"reporter": "bob"},
            {"comment": "hm"}, {"occurred_at": "2026-02-01T12:00:00Z"},
        ],
    )  # fmt: skip
    def test_another_body_is_a_conflict(self, project: Project, change: dict[str, Any]) -> None:
        file_report(REPORTER, project, body(external_id="a"), now=NOW)
        with pytest.raises(Conflict):
            file_report(REPORTER, project, body(external_id="a", **change), now=NOW)
        assert Report.objects.count() == 1
        assert Example.objects.count() == 1

    def test_it_is_unique_within_the_project(self, project: Project) -> None:
        file_report(REPORTER, project, body(external_id="a"), now=NOW)
        _report, created = file_report(REPORTER, make_project(), body(external_id="a", comment="hm"), now=NOW)
        assert created

    def test_products_do_not_see_each_others_ids(self, project: Project) -> None:
        one, two = product(project), product(project)
        file_report(REPORTER, project, body(external_id="a"), now=NOW)
        first, created = file_report(one, project, body(external_id="a", comment="1"), now=NOW)
        _other, created_too = file_report(two, project, body(external_id="a", comment="2"), now=NOW)
        again, created_again = file_report(one, project, body(external_id="a", comment="1"), now=NOW)
        assert (created, created_too, created_again) == (True, True, False)
        assert again.pk == first.pk

    def test_without_one_every_complaint_counts(self, project: Project) -> None:
        file_report(REPORTER, project, body(), now=NOW)
        _report, created = file_report(REPORTER, project, body(), now=NOW)
        assert created
        assert Report.objects.count() == 2

    def test_a_writer_that_came_between_wins(self, project: Project) -> None:
        """The look finds nothing, then the insert meets the other writer's row."""
        winner, _created = file_report(REPORTER, project, body(external_id="a"), now=NOW)
        for sent, conflicts in ((body(external_id="a"), False), (body(external_id="a", comment="2"), True)):
            looks = [None]
            look = intake._first

            def late(*args: Any, look: Any = look, looks: list[None] = looks) -> Report | None:
                return looks.pop() if looks else look(*args)

            with patch.object(intake, "_first", late):
                if conflicts:
                    with pytest.raises(Conflict):
                        file_report(REPORTER, project, sent, now=NOW)
                else:
                    assert file_report(REPORTER, project, sent, now=NOW) == (winner, False)
        assert Report.objects.count() == 1
