"""Comparing two models over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import (
    day,
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tracker.candidates.model_changes import activate_model, update_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import relabel_pattern
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run

SignIn = Callable[[User], Caller]
COMPARE = "compare/"


def says(model: CandidateModel, right: Iterable[str], wrong: Iterable[str] = ()) -> None:
    make_outputs(model, dict.fromkeys(right, "positive") | dict.fromkeys(wrong, "negative"))


@pytest.fixture
def problem(project: Project) -> Problem:
    """Ten cases; v1 fails none, v2 the first eight."""
    problem = make_problem(project, slug="negation", title="Negation")
    cases = [f"text {number}" for number in range(10)]
    make_patterns(problem, [equals(text, case=text) for text in cases])
    v1, v2 = (make_model(project, f"v{number}", trained_at=day(number)) for number in (1, 2))
    says(v1, cases)
    says(v2, cases[8:], cases[:8])
    evaluate(project)
    return problem


def test_the_answer(
    reader: Caller, problem: Problem, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader.get()
    # The token, the models; problems, results, selected cases; patterns and outputs of the flips.
    with django_assert_num_queries(7):
        answer = reader.get(COMPARE, base="v1", head="v2")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["base"], found["head"]) == ("v1", "v2")
    assert found["score"] == {"base": 1.0, "head": pytest.approx(0.2)}
    (row,) = found["problems"]
    assert {name: row[name] for name in ("slug", "base_error", "head_error", "p_value", "change")} == {
        "slug": "negation", "base_error": 0.0, "head_error": 0.8, "p_value": 2 / 2**8, "change": "worse",
    }  # fmt: skip
    assert (row["n_tested"], row["newly_failing"], row["newly_passing"]) == (10, 8, 0)
    assert found["overall"]["p_value"] == 2 / 2**8
    assert found["family"] == {"n_tests": 1, "alpha": 0.05, "smallest_flips": 6}
    assert (found["flips"]["n_newly_failing"], found["flips"]["n_newly_passing"]) == (8, 0)
    flip = found["flips"]["newly_failing"][0]
    assert {name: flip[name] for name in ("problem", "case", "input", "unselected")} == {
        "problem": "negation", "case": "text 0", "input": "text 0", "unselected": True,
    }  # fmt: skip
    assert flip["expectation"] == {"type": "equals", "label": "positive"}
    assert (flip["base_output"], flip["head_output"]) == ({"label": "positive"}, {"label": "negative"})
    assert flip["patterns"][0]["head_model"]["error"] == 1.0
    assert found["stale"] == {"base": [], "head": []}
    assert found["lineage"]["changed"] == []
    assert "decomposition" not in found


def test_flips_come_in_parts(reader: Caller, problem: Problem) -> None:
    found = reader.get(COMPARE, base="v1", head="v2", limit=3, start=6).json()["flips"]
    assert [flip["case"] for flip in found["newly_failing"]] == ["text 6", "text 7"]
    assert found["n_newly_failing"] == 8


def test_lineages(reader: Caller, project: Project, problem: Problem) -> None:
    for model, lineage in zip(
        project.models.order_by("pk"),
        ({"code": "a", "data": {"rows": 1}}, {"code": "b", "seed": 3}),
        strict=True,
    ):
        update_model(SYSTEM, model, {"lineage": lineage})
    found = reader.get(COMPARE, base="v1", head="v2").json()["lineage"]
    assert found == {
        "changed": [{"field": "code", "base": "a", "head": "b"}],
        "only_in_base": [{"field": "data.rows", "value": 1}],
        "only_in_head": [{"field": "seed", "value": 3}],
        "n_same": 0,
        "same_lineage_other_outputs": False,
    }


def test_outputs_of_equal_lineages(reader: Caller, project: Project, problem: Problem) -> None:
    """True and false where both have answered, null where that is not known."""
    never_asked = make_model(project, "v3")
    for model in project.models.all():
        update_model(SYSTEM, model, {"lineage": {"code": "a"}})
    lineages = (
        reader.get(COMPARE, base="v1", head=head).json()["lineage"]
        for head in ("v2", "v1", never_asked.version)
    )
    assert [each["same_lineage_other_outputs"] for each in lineages] == [True, False, None]


def test_where_no_lineage_is_told_nothing_is_known_of_two_models_and_of_one_it_is(
    reader: Caller, problem: Problem
) -> None:
    lineages = (reader.get(COMPARE, base="v1", head=head).json()["lineage"] for head in ("v2", "v1"))
    assert [each["same_lineage_other_outputs"] for each in lineages] == [None, False]


class TestDecomposition:
    def test_terms_add_up(self, reader: Caller, project: Project, problem: Problem) -> None:
        then = timezone.now()
        make_patterns(problem, [equals("new")])
        pattern = Pattern.objects.select_related("project", "case", "example", "base").get(case__key="text 9")
        relabel_pattern(SYSTEM, pattern, {"type": "equals", "label": "negative"})
        for model, label in zip(project.models.order_by("pk"), ("negative", "positive"), strict=True):
            make_outputs(model, {"new": label})
        evaluate(project)
        found = reader.get(COMPARE, base="v1", head="v2", base_at=then.isoformat()).json()
        parts = found["decomposition"]
        # v1 passed all ten then; of eleven now v2 passes one of the old ones and the new one.
        assert (parts["base_score"], parts["head_score"]) == (1.0, pytest.approx(2 / 11))
        assert parts["total"] == pytest.approx(2 / 11 - 1, abs=1e-12)
        terms = sum(parts[name] for name in ("model", "patterns", "expectations"))
        assert terms == pytest.approx(parts["total"], abs=1e-12)
        assert (parts["patterns_added"], parts["patterns_relabelled"], parts["patterns_kept"]) == (1, 1, 10)
        # The score beside it stays that of both on today's set: v1 passes nine of eleven.
        assert found["score"] == {"base": pytest.approx(9 / 11), "head": pytest.approx(2 / 11)}

    def test_bounds_where_outputs_are_unknown(self, reader: Caller, problem: Problem) -> None:
        then = timezone.now()
        make_patterns(problem, [equals("new")])
        parts = reader.get(COMPARE, base="v1", head="v1", base_at=then.isoformat()).json()["decomposition"]
        assert parts["model"] == parts["expectations"] == 0.0
        assert parts["total"] == parts["patterns"] == [pytest.approx(-1 / 11), 0.0]
        assert parts["patterns_unknown"] == 1

    def test_one_model_at_two_times(self, reader: Caller, problem: Problem) -> None:
        now = timezone.now().isoformat()
        parts = reader.get(COMPARE, base="v2", head="v2", base_at=now, head_at=now).json()["decomposition"]
        assert [parts[name] for name in ("model", "patterns", "expectations", "total")] == [0.0] * 4

    # The last cannot be written in UTC.
    @pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
    def test_before_there_was_anything(self, reader: Caller, problem: Problem, at: str) -> None:
        answer = reader.get(COMPARE, base="v1", head="v2", base_at=at)
        parts = answer.json()["decomposition"]
        assert (parts["total"], parts["base_score"], parts["n_cases_base"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"base": "v1"}, "head"),
        ({"head": "v1"}, "base"),
        ({"base": "v1", "head": "v9"}, "head"),
        ({"base": "v9", "head": "v1"}, "base"),
        ({"base": "v1", "head": "v2", "base_at": "yesterday"}, "base_at"),
        ({"base": "v1", "head": "v2", "base_at": "2020-01-01T00:00:00"}, "base_at"),
        ({"base": "v1", "head": "v2", "head_at": "2999-01-01T00:00:00Z"}, "head_at"),
        ({"base": "v1", "head": "v2", "limit": "0"}, "limit"),
        ({"base": "v1", "head": "v2", "start": "-1"}, "start"),
        ({"base": "v1", "head": "v2", "when": "now"}, "when"),
    ],
)
def test_wrong_parameters(reader: Caller, problem: Problem, query: dict[str, Any], field: str) -> None:
    assert field in assert_problem(reader.get(COMPARE, **query), 400)["errors"]


def test_nothing_is_queued(reader: Caller, problem: Problem) -> None:
    make_patterns(problem, [equals("new")])
    before = Run.objects.count()
    found = reader.get(COMPARE, base="v1", head="v2").json()
    assert found["stale"] == {"base": ["negation"], "head": ["negation"]}
    assert found["not_compared"] == ["negation"]
    assert found["score"] == {"base": None, "head": None}
    assert Run.objects.count() == before


def test_models_of_other_projects_are_unknown(reader: Caller, problem: Problem) -> None:
    make_model(make_project(), "theirs")
    assert_problem(reader.get(COMPARE, base="v1", head="theirs"), 400)


@pytest.mark.parametrize("path", [f"{COMPARE}?base=v1&head=v2", "models/v2/gate/"])
def test_who_may_look(
    path: str,
    problem: Problem,
    viewer: User,
    stranger: User,
    signed_in: SignIn,
    nobody: Caller,
    product: Caller,
) -> None:
    assert signed_in(viewer).get(path).status_code == 200
    assert_problem(signed_in(stranger).get(path), 404)
    assert_problem(nobody.get(path), 401)
    assert_problem(product.get(path), 403)


class TestGate:
    def test_the_answer(self, reader: Caller, project: Project, problem: Problem) -> None:
        activate_model(SYSTEM, project.models.get(version="v1"))
        found = reader.get("models/v2/gate/").json()
        assert (found["verdict"], found["model"], found["active"]) == ("fail", "v2", "v1")
        first = found["reasons"][0]
        assert {name: first[name] for name in ("problem", "kind", "n_cases")} == {
            "problem": "negation", "kind": "significantly_worse", "n_cases": 8,
        }  # fmt: skip
        assert first["cases"] == [f"text {number}" for number in range(8)]
        assert "v2 is significantly worse than the active v1" in first["detail"]
        assert found["reasons"][1]["problem"] is None

    def test_without_an_active_model(self, reader: Caller, problem: Problem) -> None:
        found = reader.get("models/v2/gate/").json()
        assert (found["verdict"], found["active"]) == ("inconclusive", None)
        assert [reason["kind"] for reason in found["reasons"]] == ["no_active_model"]

    def test_an_unknown_model(self, reader: Caller, problem: Problem) -> None:
        assert_problem(reader.get("models/v9/gate/"), 404)
