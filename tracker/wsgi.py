"""The WSGI entry point, for gunicorn: `gunicorn tracker.wsgi`."""

import os

# What somebody's request would have to wait for otherwise: SciPy for the first bound, Celery for the first nudge.
import scipy.special  # noqa: F401
from django.core.wsgi import get_wsgi_application

from tracker import celery  # noqa: F401

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
