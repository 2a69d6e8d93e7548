"""The API and the pages that machines read."""

from django.urls import include, path, re_path

from tracker.api.health import healthz, readyz
from tracker.api.metrics import Metrics
from tracker.api.unknown import Unknown

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", Metrics.as_view(), name="metrics"),
    path("api/v1/", include("tracker.api.v1.urls")),
    re_path(r"^api/", Unknown.as_view()),
]
