"""Every address of the tracker: the API under /api/, sign-in under /accounts/, pages elsewhere."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("tracker.api.urls")),
    path("", include("tracker.board.urls")),
]
