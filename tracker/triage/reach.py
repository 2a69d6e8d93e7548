"""How many users a problem reached: reports counted by reporter and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Max

from tracker.projects.id_lists import Among
from tracker.projects.models import Project
from tracker.triage.merges import merged_into, merges
from tracker.triage.models import Report

FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


def window_start(end: datetime, window: timedelta) -> datetime:
    """Return when the window began that ends then, at the earliest with the calendar."""
    return end - window if end - FIRST_MOMENT >= window else FIRST_MOMENT


@dataclass(slots=True)
class Reach:
    """Who reported a problem, and when last; all reports without a reporter are one."""

    n_reports: int = 0
    last_by_reporter: dict[str, datetime] = field(default_factory=dict)

    @property
    def last_report(self) -> datetime | None:
        """When the latest report says that it occurred."""
        return max(self.last_by_reporter.values(), default=None)

    def reporters_since(self, start: datetime) -> int:
        """Return how many distinct reporters speak of a time after `start`."""
        return sum(last > start for last in self.last_by_reporter.values())

    def reporters_at_last_report(self, window: timedelta) -> int:
        """Return how many reporters the window held that ended with the latest report; 0: never one."""
        last = self.last_report
        return 0 if last is None else self.reporters_since(window_start(last, window))

    def include(self, other: Reach) -> None:
        self.n_reports += other.n_reports
        for reporter, last in other.last_by_reporter.items():
            self.last_by_reporter[reporter] = max(last, self.last_by_reporter.get(reporter, last))


def reach_by_problem(project: Project, problem_ids: Collection[int]) -> Mapping[int, Reach]:
    """Return the reach of each problem; two queries."""
    sources = merged_into(merges(project))
    wanted = {*problem_ids, *(pk for target in problem_ids for pk in sources.get(target, ()))}
    own: dict[int, Reach] = defaultdict(Reach)
    rows = (
        Report.objects.filter(Among("problem_id", wanted), project=project)
        .order_by()
        .values_list("problem_id", "reporter")
        .annotate(last=Max("occurred_at"), n=Count("pk"))
    )
    for problem_id, reporter, last, n_reports in rows:
        if problem_id is not None:
            own[problem_id].n_reports += n_reports
            own[problem_id].last_by_reporter[reporter] = last
    reach = {problem_id: Reach() for problem_id in problem_ids}
    for problem_id, total in reach.items():
        for source in (problem_id, *sources.get(problem_id, ())):
            total.include(own[source])
    return reach
