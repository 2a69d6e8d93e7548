"""Filing many reports at once, and many writers at once."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.at_once import at_once
from tests.triage.facts import NOW, REPORTER, VIEWER, activate, make_model, make_project
from tests.triage.test_filing import body
from tracker.problems.revisions import BulkOutcome
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Example, Project
from tracker.triage import intake
from tracker.triage.intake import file_report, file_reports
from tracker.triage.models import Report


def line(**fields: Any) -> dict[str, Any]:
    return {"input": "I need a doctor", "predicted": "positive"} | fields


@pytest.mark.django_db
class TestBulk:
    def test_good_lines_are_stored_and_bad_ones_named(self) -> None:
        project = make_project()
        model = make_model(project, "v1")
        activate(model, -1)
        outcome = file_reports(
            REPORTER,
            project,
            [
                (1, line(comment="first", expected="negative", reporter="anna")),
                (2, line(predicted="angry")),
                (3, Invalid({"body": ["Not JSON."]})),
                (5, line(input=[1, {"a": None}], predicted={"text": "hm"})),
                (6, [1]),
                (7, line(model="v9", occurred_at="2027-01-01T00:00:00Z")),
            ],
            now=NOW,
        )
        assert (outcome.accepted, outcome.duplicates) == (2, 0)
        assert [(bad["line"], list(bad["errors"])) for bad in outcome.rejected] == [
            (2, ["predicted"]),
            (3, ["body"]),
            (6, ["body"]),
            (7, ["occurred_at", "model"]),
        ]
        first, last = Report.objects.order_by("pk").select_related("example")
        assert (first.predicted, first.expected, first.comment) == (
            {"label": "positive"},
            {"label": "negative"},
            "first",
        )
        assert (first.model, first.occurred_at, first.received_at, first.status) == (model, NOW, NOW, "new")
        assert first.problem is None
        assert len(first.reporter) == 64
        assert (last.example.input, last.predicted, last.expected) == ([1, {"a": None}], {"text": "hm"}, None)

    def test_it_stores_the_same_as_one_by_one(self) -> None:
        project = make_project()
        told = line(
            expected={"value": 2}, predicted={"value": 1}, reporter="anna", comment="c", external_id="x"
        )
        file_reports(REPORTER, project, [(1, told)], now=NOW)
        same, created = file_report(REPORTER, project, body(**told), now=NOW)
        assert not created
        other, created = file_report(REPORTER, project, body(**told | {"external_id": "y"}), now=NOW)
        assert created
        hidden = {"id", "external_id", "_state"}
        stored, alone = Report.objects.get(pk=same.pk), Report.objects.get(pk=other.pk)
        assert {k: v for k, v in vars(stored).items() if k not in hidden} == {
            k: v for k, v in vars(alone).items() if k not in hidden
        }

    def test_repeats_are_counted_and_other_bodies_rejected(self) -> None:
        project = make_project()
        file_report(REPORTER, project, body(external_id="a"), now=NOW)
        outcome = file_reports(
            REPORTER,
            project,
            [
                (1, line(external_id="a")),  # stored before
                (2, line(external_id="a", comment="other")),
                (3, line(external_id="b")),
                (4, line(external_id="b")),  # line 3 again
                (5, line(external_id="b", comment="other")),
                (6, line()),
                (7, line()),  # without an id each one counts
            ],
            now=NOW,
        )
        assert (outcome.accepted, outcome.duplicates) == (3, 2)
        assert [bad["line"] for bad in outcome.rejected] == [2, 5]
        assert all(list(bad["errors"]) == ["external_id"] for bad in outcome.rejected)
        assert Report.objects.count() == 4

    def test_sending_all_again_stores_nothing(self) -> None:
        project = make_project()
        lines = [(number, line(external_id=str(number))) for number in range(1, 20)]
        file_reports(REPORTER, project, lines, now=NOW)
        outcome = file_reports(REPORTER, project, lines, now=NOW)
        assert (outcome.accepted, outcome.duplicates, outcome.rejected) == (0, 19, [])

    def test_a_writer_that_came_between_is_noticed(self) -> None:
        """The look finds nothing; the insert meets one row with the same body and one with another."""
        project = make_project()
        file_report(REPORTER, project, body(external_id="a"), now=NOW)
        file_report(REPORTER, project, body(external_id="b", comment="theirs"), now=NOW)
        look = intake._stored_digests
        looks: list[dict[str, str]] = [{}]

        def late(*args: Any) -> dict[str, str]:
            return looks.pop() if looks else look(*args)

        lines = [
            (1, line(external_id="a")),
            (2, line(external_id="b")),
            (3, line(external_id="c")),
            (4, line()),
        ]
        with patch.object(intake, "_stored_digests", late):
            outcome = file_reports(REPORTER, project, lines, now=NOW)
        assert (outcome.accepted, outcome.duplicates) == (2, 1)
        assert [bad["line"] for bad in outcome.rejected] == [2]
        assert Report.objects.count() == 4

    def test_who_may_not_file_is_refused(self) -> None:
        with pytest.raises(NotAllowed):
            file_reports(VIEWER, make_project(), [(1, line())], now=NOW)

    def test_queries_do_not_grow_with_the_lines_of_a_chunk(self) -> None:
        def queries(lines: int) -> int:
            project = make_project()
            numbered = [(n, line(input=f"text {n}", external_id=f"{n}")) for n in range(lines)]
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert file_reports(REPORTER, project, numbered, now=NOW).accepted == lines
            return len(captured)

        assert queries(700) == queries(300)

    def test_a_chunk_is_a_transaction(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(intake, "CHUNK_ROWS", 2)
        outcome = file_reports(
            REPORTER, make_project(), [(n, line(external_id=str(n % 4))) for n in range(7)], now=NOW
        )
        assert (outcome.accepted, outcome.duplicates) == (4, 3)


@pytest.mark.django_db(transaction=True)
class TestManyWriters:
    def test_one_writer_wins_and_the_others_get_its_report(self) -> None:
        project = make_project()
        outcomes = at_once(lambda _n: file_report(REPORTER, project, body(external_id="a"), now=NOW), 6)
        stored = Report.objects.get()
        assert sorted(str(outcome) for outcome in outcomes) == sorted(
            [str((stored, True)), *[str((stored, False))] * 5]
        )
        assert Example.objects.count() == 1

    def test_one_body_wins_and_the_others_conflict(self) -> None:
        project = make_project()
        outcomes = at_once(
            lambda n: file_report(REPORTER, project, body(external_id="a", comment=str(n)), now=NOW), 6
        )
        assert Report.objects.count() == 1
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 5

    def test_bulks_at_once_store_each_report_once(self) -> None:
        project: Project = make_project()
        lines = [(n, line(input=f"text {n % 7}", external_id=str(n))) for n in range(50)]
        outcomes = at_once(lambda _n: file_reports(REPORTER, project, lines, now=NOW), 4)
        assert Report.objects.count() == 50
        bulks = [outcome for outcome in outcomes if isinstance(outcome, BulkOutcome)]
        assert sum(bulk.accepted for bulk in bulks) == 50
        assert sum(bulk.duplicates for bulk in bulks) == 150
