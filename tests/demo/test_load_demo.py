"""The whole demo, loaded into a database by the command: it shows what it is for, by what models say."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from tracker.demo.loading import load, stands
from tracker.demo.people import Team
from tracker.demo.steps import Say
from tracker.problems.models import CaseSource, Problem, SourceKind, Status
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.models import Report, ReportStatus

COLUMNS = (
    Status.REGRESSED,
    Status.TRIAGE,
    Status.CONFIRMED,
    Status.IN_PROGRESS,
    Status.FIX_AVAILABLE,
    Status.FIXED,
)


class Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(400)
def test_the_demo_shows_everything_and_stands_once(team: Team) -> None:
    for moment in ("training svm-7", "users report", "svm-5:"):
        with pytest.raises(Killed):
            load("digits", team, say=killed_at(moment))
    assert not stands("digits")
    call_command("load_demo", "--only", "digits", stdout=StringIO())
    project = Project.objects.get(slug="digits")
    its_models_are_many_and_say_where_they_are_from(project)
    every_column_has_a_problem(project)
    a_bug_came_back(project)
    verdicts_rest_on_unselected_cases(project)
    reports_are_what_models_said(project)

    before = rows()
    out = StringIO()
    call_command("load_demo", "--only", "digits", stdout=out)
    assert rows() == before
    assert "API token" in out.getvalue()


def killed_at(moment: str) -> Say:
    def say(text: str) -> None:
        if text.startswith(moment):
            raise Killed

    return say


def its_models_are_many_and_say_where_they_are_from(project: Project) -> None:
    models = list(project.models.in_model_order())
    assert len(models) >= 7
    assert all(model.lineage and model.trained_at and model.says_trained_on for model in models)
    assert [model.version for model in models] == [
        model.version for model in sorted(models, key=lambda model: model.registered_at)
    ]
    assert project.activations.count() >= 2
    # Every output is an answer of the model's own file.
    assert not project.models.exclude(adapter__kind="skops").exists()
    for model in models:
        assert model.outputs.exists()
        assert not model.outputs.exclude(error=None).exists()


def every_column_has_a_problem(project: Project) -> None:
    statuses = Counter(project.problems.values_list("status", flat=True))
    assert set(COLUMNS) <= set(statuses), statuses


def a_bug_came_back(project: Project) -> None:
    """Some problem was fixed by a model that was live, and its chart turns to failing after it."""
    order = [model.version for model in project.models.in_model_order()]
    lived = set(project.activations.values_list("model__version", flat=True))
    for problem in project.problems.filter(status=Status.REGRESSED):
        assert problem.introduced_in is not None
        after, by = problem.introduced_in["after"], problem.introduced_in["by"]
        verdicts = dict(
            Result.objects.current().filter(problem=problem).values_list("model__version", "verdict")
        )
        assert after in lived
        assert order.index(after) < order.index(by)
        assert (verdicts[after], verdicts[by]) == ("fixed", "failing")


def verdicts_rest_on_unselected_cases(project: Project) -> None:
    looked_at = {SourceKind.SELECTED_ON, SourceKind.WRITTEN}
    for problem in Problem.objects.filter(project=project).exclude(cases=None):
        drawn = CaseSource.objects.filter(case__problem=problem).exclude(kind__in=looked_at)
        results = Result.objects.current().filter(problem=problem)
        # The same cases for every model: all that were drawn, whatever the outputs were.
        assert {result.n_judged for result in results} <= {drawn.values("case").distinct().count()}
        if problem.status in COLUMNS:
            assert results.count() == project.models.count()


def reports_are_what_models_said(project: Project) -> None:
    reports = Report.objects.filter(project=project).select_related("model", "example")
    assert set(reports.values_list("status", flat=True)) == set(ReportStatus.values)
    assert reports.values("reporter").distinct().count() < reports.count()
    assert not reports.filter(model=None).exists()
    for report in reports.filter(example__outputs__isnull=False).distinct():
        assert report.model is not None
        assert report.model.outputs.get(example=report.example).label == report.predicted["label"]


def rows() -> dict[str, int]:
    """How many rows each table of the product has."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("tracker.")
    }
