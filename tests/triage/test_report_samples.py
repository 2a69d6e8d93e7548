"""Samples drawn from reports: chance that picks among failures clears nobody."""

from __future__ import annotations

import pytest

from tests.factories import evaluate, make_model, make_outputs, make_problem
from tracker.problems.models import CaseSource
from tracker.problems.sample_models import Decision, Sample, SampleOrigin
from tracker.problems.sampling import decide, finish_sample
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, actor_of_user
from tracker.runs.models import Result
from tracker.triage.intake import file_report
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import link_report
from tracker.triage.report_pool import draw_from_reports

FAILED = [f"failed {number}" for number in range(6)]
MISTAKEN = "the model says otherwise"


@pytest.fixture
def sample(project: Project) -> Sample:
    """Drawn from reports about v1, which fails all of them but the mistaken one; v2 fails none."""
    v1, v2 = make_model(project, "v1"), make_model(project, "v2")
    make_outputs(v1, dict.fromkeys(FAILED, "negative") | {MISTAKEN: "positive"})
    make_outputs(v2, dict.fromkeys([*FAILED, MISTAKEN], "positive"))
    other, problem = make_problem(project), make_problem(project)
    for text in [*FAILED, MISTAKEN]:
        body = ReportBody(input=text, predicted="negative", expected="positive", reporter="ann", model="v1")
        link_report(SYSTEM, file_report(SYSTEM, project, body)[0], other)
    return draw_from_reports(
        SYSTEM, problem, origin=SampleOrigin.OTHER_PROBLEMS, n=10, seed=3, shared={"type": "equals"}
    )


def test_no_model_is_judged_on_a_drawn_case_that_its_own_failure_put_among_the_reports(
    project: Project, sample: Sample
) -> None:
    for each in sample.inputs.all():
        decide(SYSTEM, each, Decision.LABELLED, said={"label": "positive"})
    finish_sample(SYSTEM, sample)
    evaluate(project)
    results = {result.model.version: result for result in Result.objects.filter(problem=sample.problem)}
    # v1: only the report that it does not repeat; v2: all seven
    assert {version: (row.n_cases, row.n_judged) for version, row in results.items()} == {
        "v1": (7, 1),
        "v2": (7, 7),
    }
    sources = CaseSource.objects.filter(case__problem=sample.problem)
    assert sorted(sources.values_list("kind", "version")) == [
        ("sampled", ""),
        *([("selected_on", "v1")] * 6),
    ]


def test_who_only_reads_draws_nothing(project: Project, sample: Sample, viewer: User) -> None:
    with pytest.raises(NotAllowed):
        draw_from_reports(
            actor_of_user(viewer, project), make_problem(project), origin=SampleOrigin.REPORTS, n=1, seed=1,
            shared={"type": "equals"},
        )  # fmt: skip
