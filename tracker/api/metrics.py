"""Numbers for Prometheus: requests of this process, and what the database says of reports, runs, results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, F, Min
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from tracker.api.view import ApiView
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CLOSED, Problem
from tracker.projects.models import Token
from tracker.projects.rights import Right, actor_of_token
from tracker.runs.models import Result, Run, RunStatus
from tracker.triage.models import Report

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "tracker_http_requests",
    "Requests answered by this process.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "tracker_http_request_seconds", "How long this process took to answer.", ["method"], registry=REGISTRY
)
ProcessCollector(registry=REGISTRY)


class CountRequests:
    """Middleware that counts every request, by route and not by address, so that labels stay few."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self._get_response(request)
        # Methods are whatever a caller writes; those that are no word of HTTP share one label.
        method = request.method if request.method in _METHODS else "other"
        route = request.resolver_match.route if request.resolver_match else "none"
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(method).observe(time.perf_counter() - started)
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Stored(Collector):
    """Reads the database at every scrape, so that all processes tell the same."""

    def collect(self) -> Iterator[Metric]:
        reports = GaugeMetricFamily("tracker_reports", "Reports taken in.", labels=["project", "status"])
        counts = Report.objects.order_by().values_list("project__slug", "status").annotate(count=Count("pk"))
        for slug, status, count in counts:
            reports.add_metric([slug, status], count)
        yield reports
        runs = GaugeMetricFamily("tracker_runs_under_way", "Runs queued or running.", labels=["status"])
        under_way = Run.objects.under_way().order_by().values_list("status").annotate(count=Count("pk"))
        found: dict[str, int] = dict(under_way)
        for status in (RunStatus.QUEUED, RunStatus.RUNNING):
            runs.add_metric([status], found.get(status, 0))
        yield runs
        yield GaugeMetricFamily(
            "tracker_queue_age_seconds",
            "How long the oldest queued run has waited; 0 if none.",
            value=_queue_age(),
        )
        yield GaugeMetricFamily(
            "tracker_stale_results",
            "Pairs of model and problem without an up-to-date result.",
            value=stale_results(),
        )


REGISTRY.register(Stored())


def stale_results() -> int:
    """Return how many pairs of a model taking part and a described open problem lack a fresh result."""
    models = (
        CandidateModel.objects.taking_part().order_by().values_list("project").annotate(count=Count("pk"))
    )
    problems = Problem.objects.open().filter(revision__gt=0).order_by().values_list("project")
    described = dict(problems.annotate(count=Count("pk")))
    pairs = sum(count * described.get(project_id, 0) for project_id, count in models)
    return int(pairs - _fresh_results())


def _fresh_results() -> int:
    return (
        Result.objects.current()
        .exclude(model__stage=Stage.ARCHIVED)
        .exclude(problem__status__in=CLOSED)
        .filter(problem__revision__gt=0, facts_version=F("model__facts_version"))
        .filter(criterion=Coalesce("problem__fix_criterion", "problem__project__fix_criterion"))
        .count()
    )


def _queue_age() -> float:
    oldest = Run.objects.filter(status=RunStatus.QUEUED).aggregate(oldest=Min("created_at"))["oldest"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


class Metrics(ApiView):
    """The metrics page, for an internal address or a token that may administer its project."""

    permission_classes = []
    throttle_classes = []

    def get(self, request: Request) -> HttpResponse:
        if not is_internal(request.META):
            _require_admin_token(request.auth)
        return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def is_internal(meta: dict[str, str]) -> bool:
    """Whether a request comes from this machine or a network that the operator names, by its own address.

    A request that was passed on by a proxy on this machine is not from here, whatever its address says.
    """
    if any(name in meta for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")):
        return False
    try:
        address = ip_address(meta.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in settings.METRICS_NETWORKS)


def _require_admin_token(token: object) -> None:
    if not isinstance(token, Token):
        raise NotAuthenticated
    if not actor_of_token(token).may(Right.ADMIN):
        raise PermissionDenied(_("This needs a token with the scope admin."))
