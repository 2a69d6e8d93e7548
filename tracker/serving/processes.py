"""What an installation on one machine consists of: the commands of its processes and their environment."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tracker.serving.child import Child, Step

Environment = dict[str, str]
OnLine = Callable[[str], None]

# Server-sent events would hold a thread each; pages poll instead, so eight threads serve many readers.
WEB_THREADS = 8
WORKER_PROCESSES = 2
# Celery fears messages that carry code; ours are JSON, and nothing else is accepted.
ROOT_WARNING = "You're running the worker with superuser privileges"


def web(listener: int, *, project: Path, environment: Environment, on_line: OnLine) -> Child:
    """Return gunicorn on the open socket with the file descriptor `listener`.

    The socket belongs to the supervisor, so that nobody is refused while the web server is started again.
    """
    command = [
        *(sys.executable, "-m", "gunicorn", "tracker.wsgi:application"),
        *("--bind", f"fd://{listener}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(WEB_THREADS)),
        *("--timeout", "120", "--graceful-timeout", "8", "--keep-alive", "5"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    return Child(
        "web", command, on_line=on_line, environment=environment, directory=project, inherited=[listener]
    )


def worker(*, project: Path, environment: Environment, on_line: OnLine) -> Child:
    """Return the Celery worker with the scheduler in it.

    Asked to stop, it finishes what it holds; pressed (SIGQUIT), it hands that back at once. What is cut short
    is taken up by the next worker, since the rows in the database say what is due.
    """
    command = [
        *(sys.executable, "-W", f"ignore:{ROOT_WARNING}", "-m", "celery", "--quiet"),
        *("--app", "tracker.celery", "worker", "--beat"),
        *("--concurrency", str(WORKER_PROCESSES), "--hostname", "embedded@%h"),
        *("--without-gossip", "--without-mingle", "--loglevel", environment.get("LOG_LEVEL", "WARNING")),
    ]
    return Child(
        "worker",
        command,
        on_line=on_line,
        environment={**environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        directory=project,
        steps=(Step(signal.SIGTERM, 8), Step(signal.SIGQUIT, 4)),
    )


def environment_for(address: str) -> Environment:
    """Return this process's environment with what the children should know besides."""
    return {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "SITE_URL": address,
        **os.environ,
        "PYTHONUNBUFFERED": "1",
    }
