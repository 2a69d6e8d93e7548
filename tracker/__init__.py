"""The application: projects, problems, candidate models, runs and triage around the `evaluation` engine."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
