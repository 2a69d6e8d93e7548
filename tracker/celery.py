"""The Celery application. The database is the truth; a message is only a nudge to look at it.

Workers and the scheduler are started with it (`celery --app tracker.celery`); any other process imports it with its
first nudge, since Celery takes a tenth of a second.
"""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracker.tasks"], related_name="jobs")
app.conf.beat_schedule = {
    "sweep": {
        "task": "tracker.tasks.sweep",
        "schedule": float(settings.SWEEP_SECONDS),
        "options": {"expires": 60},
    },
    "apply-policies": {
        "task": "tracker.tasks.apply_policies",
        "schedule": float(settings.POLICY_SECONDS),
        "options": {"expires": settings.POLICY_SECONDS},
    },
    "forget-batches": {"task": "tracker.tasks.forget_batches", "schedule": crontab(hour="0", minute="35")},
    "refresh-priorities": {
        "task": "tracker.tasks.refresh_priorities",
        "schedule": crontab(hour="0", minute="5"),
    },
}
