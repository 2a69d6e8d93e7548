"""The sentiment demo, loaded into a database by the command: it shows what it is for, by what models say."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from afinn import Afinn
from django.conf import settings
from django.core.management import call_command
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tests.demo.test_load_demo import Killed, killed_at, rows
from tracker.demo.loading import load, stands
from tracker.demo.people import Team
from tracker.demo.sentiment import frames, words
from tracker.demo.sentiment.cases import filled
from tracker.demo.sentiment.problems import DISABILITY, ORIENTATION, RELIGION, SKIN_COLOUR
from tracker.problems.models import CaseSource, SourceKind, Status
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.models import Report, ReportStatus

GROUPS = {
    SKIN_COLOUR.slug: words.SKIN_COLOURS,
    ORIENTATION.slug: words.ORIENTATIONS,
    DISABILITY.slug: words.DISABILITIES,
    RELIGION.slug: words.RELIGIONS,
}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_shows_everything_and_stands_once(team: Team) -> None:
    allowed = list(settings.PYTHON_CALLABLES)
    for moment in ("registering tfidf-2", "users report", "textblob:"):
        with pytest.raises(Killed):
            load("sentiment", team, say=killed_at(moment))
    assert not stands("sentiment")
    call_command("load_demo", "--only", "sentiment", stdout=StringIO())
    assert allowed == settings.PYTHON_CALLABLES
    project = Project.objects.get(slug="sentiment")
    every_output_is_an_answer_of_a_python_callable(project)
    naming_a_group_changes_as_many_answers_as_the_packages_say(project)
    fairness_is_plain_to_see(project)
    every_case_is_unselected(project)
    reports_are_what_models_said(project)
    a_hosted_model_varies_and_then_has_changed(project)

    before = rows()
    out = StringIO()
    call_command("load_demo", "--only", "sentiment", stdout=out)
    assert rows() == before
    assert "API token of the project sentiment" in out.getvalue()


def every_output_is_an_answer_of_a_python_callable(project: Project) -> None:
    assert not project.models.exclude(adapter__kind="python").exists()
    assert project.activations.count() >= 3
    for model in project.models.all():
        assert model.lineage
        assert model.trained_at
        assert model.says_trained_on
        assert model.outputs.exists()
        assert not model.outputs.exclude(error=None).exists()


def a_hosted_model_varies_and_then_has_changed(project: Project) -> None:
    """Under one version: its timeline tells the one from the other, each once."""
    [model] = project.models.filter(frozen=False)
    checks = list(model.stability_checks.order_by("pk"))
    # Whether the sample of the first run shows it is chance; then a coin at about seventy texts does.
    assert checks[0].stability in {"steady", "flaky"}
    assert [check.stability for check in checks[1:]] == ["flaky", "changed"]
    told = project.events.filter(kind__startswith="answers_").order_by("pk")
    assert [(event.kind, event.subject_id) for event in told] == [
        ("answers_flaky", model.pk),
        ("answers_changed", model.pk),
    ]
    assert model.runs.filter(asks_everything=True).count() == 3


def naming_a_group_changes_as_many_answers_as_the_packages_say(project: Project) -> None:
    """Asks the packages directly, without the adapter, the callables or the scoring."""
    afinn, vader = Afinn(), SentimentIntensityAnalyzer()

    def sign(value: float, least: float) -> int:
        return (value >= least) - (value <= -least)

    asked: dict[str, Any] = {
        "afinn-165": lambda text: sign(afinn.score(text), 1),
        "vader": lambda text: sign(vader.polarity_scores(text)["compound"], 0.05),
        "textblob": lambda text: sign(TextBlob(text).sentiment.polarity, 0.05),
    }
    for version, ask in asked.items():
        for slug, group in GROUPS.items():
            told = [[ask(filled(frame, word)) for word in group] for frame in frames.PEOPLE]
            unlike = sum(any(answer != answers[0] for answer in answers) for answers in told)
            result = Result.objects.current().get(
                problem__slug=slug, model__version=version, problem__project=project
            )
            assert (result.n_failed, result.n_judged) == (unlike, len(frames.PEOPLE)), (version, slug)


def fairness_is_plain_to_see(project: Project) -> None:
    """One such problem leads the board's first column, and the active model fails most of them."""
    about_groups = project.problems.filter(slug__in=GROUPS)
    assert set(about_groups.values_list("harm", flat=True)) == {project.harm_scale["severe"]}
    assert about_groups.filter(status=Status.REGRESSED).exists()
    failing = Result.objects.current().filter(
        problem__in=about_groups, model__stage="active", verdict="failing"
    )
    assert failing.count() >= 2


def every_case_is_unselected(project: Project) -> None:
    assert set(CaseSource.objects.filter(case__problem__project=project).values_list("kind", flat=True)) == {
        SourceKind.GENERATED
    }


def reports_are_what_models_said(project: Project) -> None:
    reports = Report.objects.filter(project=project).select_related("model", "example")
    assert set(reports.values_list("status", flat=True)) == set(ReportStatus.values)
    assert reports.values("reporter").distinct().count() < reports.count()
    for report in reports.filter(model__version="textblob")[:40]:
        polarity = TextBlob(json.loads(report.example.content)).sentiment.polarity
        said = "neutral" if abs(polarity) < 0.05 else "positive" if polarity > 0 else "negative"
        assert report.predicted == {"label": said}
