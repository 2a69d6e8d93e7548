"""What makes results stale, what they are judged on, and that those which were overtaken are not stored."""

import pytest

from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.runs.conftest import result
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.problem_changes import update_problem
from tracker.projects.changes import update_project
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import execution
from tracker.runs.execution import work_off
from tracker.runs.models import Result
from tracker.runs.requests import catch_up
from tracker.runs.scoring import ProblemScorer
from tracker.runs.staleness import stale_models

pytestmark = pytest.mark.django_db


def test_all_models_are_judged_by_a_new_criterion_at_once(project: Project) -> None:
    """Else the status would rest on verdicts by two criteria for a while, and say so in the timeline."""
    before, now = make_model(project, "v2"), make_model(project, "v3")
    problem = make_problem(project)
    make_patterns(problem, [equals(f"text {n}") for n in range(6)])
    make_outputs(before, {f"text {n}": "positive" for n in range(6)})
    make_outputs(now, {f"text {n}": "positive" if n else "negative" for n in range(6)})
    evaluate(project)
    update_problem(SYSTEM, problem, {"fix_criterion": {"rule": "every_case"}})
    [first, *_others] = catch_up(stale_models(project))
    work_off(first.pk)
    assert {(row.model.version, row.verdict) for row in Result.objects.current()} == {
        ("v2", "fixed"),
        ("v3", "failing"),
    }


@pytest.mark.parametrize("fact", ["criterion", "own criterion", "trained on", "patterns", "outputs"])
def test_every_changed_fact_makes_results_stale(project: Project, fact: str) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes"), equals("open")])
    make_outputs(model, {"yes": "positive"})
    evaluate(project)
    assert not stale_models(project)
    if fact == "criterion":
        update_project(SYSTEM, project, {"fix_criterion": {"max_error": 0.2}})
    elif fact == "own criterion":
        update_problem(SYSTEM, problem, {"fix_criterion": {"rule": "every_case"}})
    elif fact == "trained on":
        add_trained_on(SYSTEM, model, [(1, {"input": "yes"})])
    elif fact == "patterns":
        make_patterns(problem, [equals("more")])
    else:
        make_outputs(model, {"open": "positive"})
    assert [stale.pk for stale in stale_models(project)] == [model.pk]
    evaluate(project)
    assert not stale_models(project)


def test_cases_a_model_was_trained_on_are_not_judged_for_it(project: Project) -> None:
    knows, fresh = make_model(project), make_model(project)
    make_patterns(make_problem(project), [equals(f"text {n}") for n in range(30)])
    for model in (knows, fresh):
        make_outputs(model, {f"text {n}": "positive" for n in range(30)})
    add_trained_on(SYSTEM, knows, [(1, {"input": "text 7"})])
    evaluate(project)
    assert (result(knows).n_judged, result(fresh).n_judged) == (29, 30)
    assert (result(knows).n_cases, result(fresh).n_cases) == (30, 30)


def test_a_model_is_not_judged_on_cases_selected_on_it(project: Project) -> None:
    """Fewer than 22 unselected cases: each model is judged on those not selected on it; 22 of them: on these alone."""
    selected, other = make_model(project, "v8"), make_model(project, "v9")
    problem = make_problem(project)
    make_patterns(problem, [equals(f"filed {n}", source={"selected_on": "v8"}) for n in range(10)])
    make_patterns(problem, [equals(f"sampled {n}", source="sampled") for n in range(21)])
    for model in (selected, other):
        make_outputs(
            model,
            {f"sampled {n}": "positive" for n in range(22)} | {f"filed {n}": "negative" for n in range(10)},
        )
    evaluate(project)
    assert (result(selected).n_judged, result(selected).n_judged_failed) == (21, 0)
    assert (result(other).n_judged, result(other).n_judged_failed) == (31, 10)
    make_patterns(problem, [equals("sampled 21", source="sampled")])
    evaluate(project)
    assert [(result(model).n_judged, result(model).verdict) for model in (selected, other)] == [
        (22, "fixed")
    ] * 2


def test_results_that_were_overtaken_are_not_stored(project: Project) -> None:
    model = make_model(project)
    problem = make_problem(project)
    make_patterns(problem, [equals("yes")])
    [run] = catch_up(stale_models(project))
    problems = [problem]
    old = ProblemScorer(model).score(problems)
    make_outputs(model, {"yes": "positive"})
    execution.store_results(run, old)
    assert not Result.objects.exists()
