"""Two models side by side, from stored results; every number worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_import import import_outputs
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.models import Problem
from tracker.problems.problem_changes import update_problem
from tracker.projects.models import Example, Project
from tracker.projects.rights import SYSTEM
from tracker.triage.comparison import ComparedProblem, Comparison, compare_models
from tracker.triage.flips import flips_between
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.django_db


def texts(problem: Problem, n: int, first: int = 0) -> list[str]:
    return [f"{problem.slug} {number}" for number in range(first, first + n)]


def says(model: CandidateModel, right: Iterable[str], wrong: Iterable[str] = ()) -> None:
    make_outputs(model, dict.fromkeys(right, "positive") | dict.fromkeys(wrong, "negative"))


def described(project: Project, n: int, **fields: Any) -> tuple[Problem, list[str]]:
    """Make a problem with n cases, written, that should be positive."""
    problem = make_problem(project, **fields)
    cases = texts(problem, n)
    make_patterns(problem, [equals(text, case=text) for text in cases])
    return problem, cases


@pytest.fixture
def v1(project: Project) -> CandidateModel:
    return make_model(project, "v1", trained_at=day(1))


@pytest.fixture
def v2(project: Project) -> CandidateModel:
    return make_model(project, "v2", trained_at=day(2))


def compared(v1: CandidateModel, v2: CandidateModel, **times: Any) -> Comparison:
    evaluate(v1.project)
    for model in (v1, v2):
        model.refresh_from_db()
    return compare_models(v1.project, v1, v2, **times)


def row_of(found: Comparison, problem: Problem) -> ComparedProblem:
    return next(row for row in found.problems if row.problem == problem)


def test_scores_flips_and_tests(v1: CandidateModel, v2: CandidateModel) -> None:
    first, a = described(v1.project, 20)
    second, b = described(v1.project, 10)
    says(v1, a[8:] + b[:9], a[:8] + b[9:])  # fails a0 to a7 and b9
    says(v2, a[:8] + a[9:] + b[1:], [a[8], b[0]])  # fails a8 and b0
    found = compared(v1, v2)
    assert found.score is not None
    assert [found.score.base, found.score.head] == pytest.approx([21 / 30, 28 / 30])
    assert (found.n_cases, found.n_compared, found.n_newly_failing, found.n_newly_passing) == (30, 30, 2, 9)
    assert (found.is_stale, found.not_compared) == (False, [])
    row = row_of(found, first)
    assert [row.base_error, row.head_error] == pytest.approx([0.4, 0.05])
    assert (row.test.flips.newly_failing, row.test.flips.newly_passing) == (1, 8)
    # 2 (1 + 9) / 2**9, of one problem and the whole: of 11 flips 2 are for the worse, 2 (1 + 11 + 55) / 2**11.
    assert row.test.p_value == pytest.approx(20 / 512)
    assert found.overall.p_value == pytest.approx(134 / 2048)
    assert row.test.adjusted_p_value == pytest.approx(40 / 512)
    assert row.test.change == "unproven"
    # The other problem has two flips, with which nothing could be shown.
    assert row_of(found, second).test.adjusted_p_value is None
    assert (found.tests.n_tests, found.tests.smallest_provable) == (2, 7)


def test_flips_are_named_with_what_both_say(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 4)
    says(v1, cases[:2], cases[2:])
    says(v2, cases[1:], cases[:1])
    found = compared(v1, v2)
    flips = flips_between(found)
    assert list(flips) == ["newly_failing", "newly_passing"]
    (worse,) = flips["newly_failing"]
    assert (worse.problem, worse.case.key, worse.unselected) == (problem, cases[0], True)
    (pattern,) = worse.patterns
    assert pattern.pattern.example.input == cases[0]
    assert pattern.base.output is not None
    assert pattern.head.output is not None
    assert (pattern.base.output.label, pattern.head.output.label) == ("positive", "negative")
    assert (pattern.base.error, pattern.head.error) == (0, 1)
    assert [flip.case.key for flip in flips["newly_passing"]] == cases[2:]
    later = flips_between(found, start=1, limit=1)
    assert later["newly_failing"] == []
    assert [flip.case.key for flip in later["newly_passing"]] == cases[3:]


def test_of_a_case_of_many_the_pattern_that_flips_it_comes_first(
    v1: CandidateModel, v2: CandidateModel
) -> None:
    problem = make_problem(v1.project)
    make_patterns(problem, [equals(text, case="one") for text in ("a", "b", "c")])
    says(v1, ["a", "b", "c"])
    says(v2, ["a", "c"], ["b"])
    (flip,) = flips_between(compared(v1, v2))["newly_failing"]
    assert [each.pattern.example.input for each in flip.patterns] == ["b", "a", "c"]


def test_selected_cases_are_listed_and_not_tested(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 10)
    filed = texts(problem, 8, first=100)
    make_patterns(problem, [equals(text, source={"selected_on": "v1"}) for text in filed])
    # On a model that has no part in it: relatives share its failures. Both pass these, and no result names them.
    other = texts(problem, 3, first=200)
    make_patterns(problem, [equals(text, source={"selected_on": "v0"}) for text in other])
    says(v1, cases + other, filed)
    says(v2, cases[1:] + other + filed, cases[:1])
    row = row_of(compared(v1, v2), problem)
    assert (row.n_cases, row.n_compared) == (21, 21)
    assert (len(row.newly_failing), len(row.newly_passing)) == (1, 8)
    assert row.test.flips.n_pairs == 10
    assert (row.test.flips.newly_failing, row.test.flips.newly_passing) == (1, 0)
    assert row.unselected_flips == set(row.newly_failing)


def test_a_case_that_is_filed_and_sampled_is_unselected(v1: CandidateModel, v2: CandidateModel) -> None:
    problem = make_problem(v1.project)
    make_patterns(problem, [equals("both", source={"selected_on": "v1"})])
    make_patterns(problem, [equals("both", source="sampled")])
    says(v1, [], ["both"])
    says(v2, ["both"])
    row = row_of(compared(v1, v2), problem)
    assert row.test.flips.newly_passing == 1


def test_what_one_was_trained_on_is_not_tested(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 30)
    add_trained_on(SYSTEM, v2, enumerate([{"input": text} for text in cases[:6]], start=1))
    says(v1, cases[6:], cases[:6])
    says(v2, cases)
    row = row_of(compared(v1, v2), problem)
    assert len(row.newly_passing) == 6
    assert (row.test.flips.n_pairs, row.test.flips.newly_passing, row.test.change) == (24, 0, "unproven")


def test_unscored_cases_are_left_out_and_counted(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 10)
    says(v1, cases[:8], cases[8:9])  # has nothing to say of the tenth
    says(v2, cases[4:], cases[2:4])  # nor this one of the first two
    found = compared(v1, v2)
    row = row_of(found, problem)
    # Both are scored on cases 2 to 8, of which v1 fails one and v2 two.
    assert (row.n_cases, row.n_compared, row.n_left_out) == (10, 7, 3)
    assert [row.base_error, row.head_error] == pytest.approx([1 / 7, 2 / 7])
    assert len(row.unscored_by_head) == 2
    assert (row.test.flips.newly_failing, row.if_unscored_failed.newly_failing) == (2, 4)
    assert found.score is not None
    assert found.score.head == pytest.approx(5 / 7)


def test_on_the_same_revision_only(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 5)
    says(v1, cases)
    says(v2, cases)
    compared(v1, v2)
    make_patterns(problem, [equals("new")])
    found = compare_models(v1.project, v1, v2)
    assert found.problems == []
    assert found.score is None
    assert found.not_compared == [problem]
    assert found.base_stale == found.head_stale == {problem.pk}
    assert found.overall.p_value is None


def test_what_is_stale_is_named(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 5)
    says(v1, cases)
    says(v2, cases[1:])
    compared(v1, v2)
    says(v2, cases[:1])  # an answer that no result knows of yet
    found = compare_models(v1.project, v1, v2)
    assert (found.base_stale, found.head_stale) == (frozenset(), frozenset({problem.pk}))
    Problem.objects.filter(pk=problem.pk).update(fix_criterion='{"max_error":0.2}')
    assert compare_models(v1.project, v1, v2).base_stale == {problem.pk}


def test_an_archived_model_is_left_behind_and_not_stale(v1: CandidateModel, v2: CandidateModel) -> None:
    old, cases = described(v1.project, 5)
    new = make_problem(v1.project)
    says(v1, cases)
    says(v2, cases)
    compared(v1, v2)
    update_model(SYSTEM, v2, {"stage": "archived"})
    make_patterns(new, [equals("new")])
    v2.refresh_from_db()
    found = compare_models(v1.project, v1, v2)
    assert (found.base_stale, found.head_stale) == (frozenset({new.pk}), frozenset())
    assert (found.base_left_behind, found.head_left_behind) == (frozenset(), frozenset({new.pk}))
    found = compared(v1, v2)
    assert (found.is_stale, found.head_left_behind) == (False, frozenset({new.pk}))
    assert (found.not_compared, [row.problem for row in found.problems]) == ([new], [old])


def test_closed_problems_have_no_part(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 5)
    says(v1, cases)
    says(v2, [], cases)
    move_problem(SYSTEM, problem, "rejected", reason="label error")
    found = compared(v1, v2)
    assert (found.problems, found.not_compared, found.score) == ([], [], None)


def test_graded_errors(v1: CandidateModel, v2: CandidateModel) -> None:
    project = make_project(task="regression", labels=[])
    v1, v2 = make_model(project, "v1"), make_model(project, "v2")
    problem = make_problem(project)
    close = {"type": "close_to", "value": 10, "abs_tol": 1, "scale": 20}
    make_patterns(problem, [{"input": text, "expectation": close} for text in ("a", "b", "c")])
    from tracker.candidates.output_import import import_outputs  # noqa: PLC0415

    for model, values in ((v1, (10, 15, 20)), (v2, (12, 14, 10))):
        lines = [{"input": text, "value": value} for text, value in zip("abc", values, strict=True)]
        import_outputs(SYSTEM, model, enumerate(lines, start=1))
    found = compared(v1, v2)
    row = row_of(found, problem)
    # Errors 0, 0.25, 0.5 and 0.1, 0.2, 0: a flips for the worse and c for the better; b fails under both.
    assert found.score is not None
    assert [found.score.base, found.score.head] == pytest.approx([1 - 0.75 / 3, 1 - 0.3 / 3])
    assert (len(row.newly_failing), len(row.newly_passing)) == (1, 1)


def test_impacts_are_those_over_the_same_cases(v1: CandidateModel, v2: CandidateModel) -> None:
    problem, cases = described(v1.project, 10, harm="major")
    update_problem(SYSTEM, problem, {"users_affected_percent": 10, "users_affected_reason": "asked"})
    says(v1, cases[5:], cases[:5])
    says(v2, cases[1:], cases[:1])
    found = compared(v1, v2)
    # 10 % x 0.5 x 5 and 10 % x 0.1 x 5.
    assert [found.base_impact.total, found.head_impact.total] == pytest.approx([25, 5])


class TestLineage:
    def test_what_differs(self, v1: CandidateModel, v2: CandidateModel) -> None:
        for model, seed in ((v1, 1), (v2, 2)):
            update_model(SYSTEM, model, {"lineage": {"code": "abc", "parameters": {"seed": seed}}})
        found = compared(v1, v2)
        assert [(field.name, field.base, field.head) for field in found.lineage.changed] == [
            ("parameters.seed", 1, 2)
        ]
        assert found.outputs is None

    @pytest.mark.parametrize(("other", "outputs"), [("positive", "same"), ("negative", "different")])
    def test_same_lineage_other_outputs(
        self, v1: CandidateModel, v2: CandidateModel, other: str, outputs: str
    ) -> None:
        make_outputs(v1, {"a": "positive", "b": "neutral", "only v1": "positive"})
        make_outputs(v2, {"a": "positive", "b": "neutral", "c": "positive"})
        make_outputs(v1, {"d": "positive"})
        make_outputs(v2, {"d": other})
        assert compared(v1, v2).outputs is None  # nothing is told of either
        for model in (v1, v2):
            update_model(SYSTEM, model, {"lineage": {"code": "abc"}})
        assert compared(v1, v2).outputs == outputs

    @pytest.mark.parametrize(
        ("said", "outputs"),
        [
            ({"label": "positive", "scores": {"positive": 0.9000000001, "negative": 0.0999999999}}, "same"),
            ({"label": "positive", "scores": {"positive": 0.8999, "negative": 0.1001}}, "same"),
            ({"label": "positive", "scores": {"positive": 0.899, "negative": 0.101}}, "different"),
            ({"label": "negative", "scores": {"positive": 0.9, "negative": 0.1}}, "different"),
            ({"label": "positive", "scores": {"positive": 0.9, "neutral": 0.1}}, "different"),
            ({"label": "positive"}, "different"),
        ],
        ids=["noise", "rounding", "scores", "label", "names", "no scores"],
    )
    def test_a_difference_by_rounding_is_none(
        self, project: Project, said: dict[str, Any], outputs: str
    ) -> None:
        """Scores count as the same within 0.0001, as they do where a run tells change from noise."""
        first = {"label": "positive", "scores": {"positive": 0.9, "negative": 0.1}}
        make_patterns(make_problem(project), [equals("a")])
        models = {}
        for version, answer in (("v1", first), ("v2", said)):
            models[version] = model = make_model(project, version, lineage={"code": "abc"})
            lines = [{"input": "a", **answer}, {"input": f"only {version}", "label": "neutral"}]
            import_outputs(SYSTEM, model, enumerate(lines, start=1))
        assert compared(models["v1"], models["v2"]).outputs == outputs
        # and where outputs of the past are looked at
        api = make_model(project, "api", frozen=False)
        import_outputs(SYSTEM, api, [(1, {"input": "a", **said})])
        back = compare_models(project, models["v1"], api, head_at=timezone.now())
        assert back.score_change is not None
        assert back.score_change.outputs == outputs

    def test_a_value_too(self) -> None:
        regression = make_project(task="regression", labels=[])
        values = {1: 250.0, 2: 250.0000001, 3: 250.01}
        v1, v2, v3 = (make_model(regression, f"v{n}", lineage={"code": "abc"}) for n in values)
        for model, value in zip((v1, v2, v3), values.values(), strict=True):
            import_outputs(SYSTEM, model, [(1, {"input": "a", "value": value})])
        assert compared(v1, v2).outputs == "same"
        assert compared(v1, v3).outputs == "different"

    def test_of_a_model_that_was_never_asked_nobody_knows(
        self, v1: CandidateModel, v2: CandidateModel
    ) -> None:
        for model in (v1, v2):
            update_model(SYSTEM, model, {"lineage": {"code": "abc"}})
        make_outputs(v1, {"a": "positive"})
        assert compared(v1, v2).outputs == "not_known"
        assert compared(v2, v2).outputs == "not_known"
        make_outputs(v2, {"b": "positive"})
        assert compared(v1, v2).outputs == "not_known"  # no example that both answered
        assert compared(v1, v1).outputs == "same"

    @pytest.mark.parametrize("lineage", [{"code": "abc"}, {}], ids=["told", "not told"])
    @pytest.mark.parametrize(
        ("at_noon", "outputs"), [("positive", "same"), ("negative", "different"), (None, "not_known")]
    )
    def test_one_model_at_two_moments(
        self, project: Project, at_noon: str | None, outputs: str, lineage: dict[str, str]
    ) -> None:
        """What it said at noon, beside what it says now; it is from where it is from, told or not."""
        api = make_model(project, "api", frozen=False, lineage=lineage)
        make_patterns(make_problem(project), [equals("a"), equals("b")])
        noon = timezone.now()
        by_text = {each.input: each for each in Example.objects.filter(project=project)}
        for text, label, hours, current in (
            ("a", at_noon, -1, False), ("a", "positive", 1, True), ("b", "neutral", 1, True),
        ):  # fmt: skip
            Output.objects.create(
                project=project, model=api, example=by_text[text], label=label, is_current=current,
                error=None if label else "timeout", created_at=noon + timedelta(hours=hours),
            )  # fmt: skip
        found = compare_models(project, api, api, base_at=noon)
        assert found.outputs == outputs
        assert compare_models(project, api, api, base_at=noon, head_at=noon).outputs == (
            "same" if at_noon else "not_known"
        )


def test_a_model_beside_itself(v1: CandidateModel) -> None:
    _problem, cases = described(v1.project, 5)
    says(v1, cases[1:], cases[:1])
    found = compared(v1, v1)
    assert (found.n_newly_failing, found.n_newly_passing) == (0, 0)
    assert found.score is not None
    assert found.score.base == found.score.head == pytest.approx(0.8)


def test_other_projects_have_no_part(v1: CandidateModel, v2: CandidateModel) -> None:
    _problem, cases = described(v1.project, 5)
    says(v1, cases)
    says(v2, cases)
    other = make_project()
    _theirs, more = described(other, 7)
    says(make_model(other, "v1"), more)
    evaluate(other)
    assert compared(v1, v2).n_cases == 5


def test_queries_do_not_grow(v1: CandidateModel, v2: CandidateModel) -> None:
    activate_model(SYSTEM, v1)

    def queries(n: int) -> int:
        for _ in range(n):
            _problem, cases = described(v1.project, 3)
            says(v1, cases[1:], cases[:1])
            says(v2, cases[:2], cases[2:])
        evaluate(v1.project)
        with CaptureQueriesContext(connection) as captured:
            flips_between(compare_models(v1.project, v1, v2))
        return len(captured)

    # Problems, results, selected cases; patterns and outputs of the flips.
    assert queries(1) == queries(4) == 5
