"""Inputs of reports as the list that a sample is drawn from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Count, Q

from tracker.problems.models import Problem
from tracker.problems.sample_models import Sample, SampleOrigin
from tracker.problems.sampling import draw_sample
from tracker.projects.examples import CanonicalInput
from tracker.projects.rights import Actor
from tracker.triage.models import Report, ReportQuerySet, ReportStatus
from tracker.triage.report_patterns import versions_selected_on_by_example

REPORT_ORIGINS = {
    SampleOrigin.OTHER_PROBLEMS: Q(status=ReportStatus.LINKED),
    SampleOrigin.INBOX: Q(status=ReportStatus.NEW),
    SampleOrigin.REPORTS: Q(),
}


def report_pool(problem: Problem, origin: SampleOrigin) -> Iterator[CanonicalInput]:
    """Yield the distinct inputs of the project's reports, without those of this problem.

    They were filed here because a model failed them: to draw from them would be to select by failure.
    """
    reports = _elsewhere(problem).filter(REPORT_ORIGINS[origin]).order_by()
    rows = reports.values_list("example__digest", "example__content").distinct()
    for digest, content in rows.iterator(chunk_size=500):
        yield CanonicalInput(digest, content)


def draw_from_reports(
    actor: Actor, problem: Problem, *, origin: SampleOrigin, n: int, seed: int, shared: dict[str, Any]
) -> Sample:
    """Draw from the inputs of reports, as `draw_sample` does.

    Somebody reported each of them because a model failed it. Chance picks among failures then, so the case stays
    selected on that model; it is as good as a sampled one for all others. Where the model does not repeat what was
    reported, nobody has seen one fail, and the case is a sampled one.
    """

    def selected_on(example_ids: Collection[int]) -> Mapping[int, list[str]]:
        reports = Report.objects.filter(project=problem.project_id, example__in=example_ids)
        return versions_selected_on_by_example(list(reports.select_related("model")))

    return draw_sample(
        actor, problem, report_pool(problem, origin), origin=origin, n=n, seed=seed, shared=shared,
        selected_on=selected_on,
    )  # fmt: skip


def pool_sizes(problem: Problem) -> dict[SampleOrigin, int]:
    """Return how many distinct inputs each kind of reports has; one query."""
    counts = {
        origin.value: Count("example", distinct=True, filter=condition)
        for origin, condition in REPORT_ORIGINS.items()
        if condition
    }
    everything = {SampleOrigin.REPORTS.value: Count("example", distinct=True)}
    found = _elsewhere(problem).aggregate(**counts, **everything)
    return {origin: found[origin.value] for origin in REPORT_ORIGINS}


def _elsewhere(problem: Problem) -> ReportQuerySet:
    """Reports of the project but those of the problem, of what is merged into it and of what it is merged into."""
    same = Q(problem=problem) | Q(problem__duplicate_of=problem)
    if problem.duplicate_of_id is not None:
        same |= Q(problem=problem.duplicate_of_id) | Q(problem__duplicate_of=problem.duplicate_of_id)
    own = Report.objects.filter(same).values("pk")
    return Report.objects.filter(project=problem.project_id).exclude(pk__in=own)
