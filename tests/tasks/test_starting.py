"""What a process imports with its start, and what only once it needs it: a command should not wait for Celery."""

import subprocess
import sys

import pytest
import redis
from django.conf import settings

from tracker.serving.embedded_broker import EmbeddedBroker

pytestmark = pytest.mark.processes

START = """
import sys, django
django.setup()
import tracker.tasks.evaluating, tracker.projects.sealing
from django.urls import reverse
from evaluation.adapters import Policy, open_adapter
from evaluation.bounds import exact_upper
from evaluation.expectations import parse_expectation
SERVER = {"kind": "http", "url": "https://models.example.org/predict"}
SCHEMA = {"type": "json_schema", "schema": {}}
"""
IMPORTED = "print(*(name for name in {names!r} if name in sys.modules))"

FIRST_USES = {
    "tracker.projects.nudges.nudge('tracker.tasks.sweep')": ["celery", "kombu"],
    "tracker.projects.sealing.seal(b'key', 'a test')": ["cryptography.fernet"],
    "open_adapter(SERVER, labels=[], policy=Policy(), file=None)": ["httpcore", "tenacity"],
    "parse_expectation(SCHEMA, labels=[], has_base=False)": ["jsonschema"],
    "exact_upper(0, 100, 0.95)": ["scipy.special"],
    "reverse('healthz')": ["tracker.urls", "rest_framework.views", "PIL.Image"],
}


@pytest.mark.parametrize("use", FIRST_USES)
def test_what_starts_imports_nothing_that_it_may_never_need(
    process_environment: dict[str, str], use: str
) -> None:
    names = FIRST_USES[use]
    shown = IMPORTED.format(names=names)
    lines = _run(process_environment, f"{START}\n{shown}\n{use}\n{shown}").splitlines()
    assert lines == ["", " ".join(names)], "nothing after the start, all of it after the first use"


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "nothing"],
        ["gate", "nothing", "version"],
        ["import_patterns", "nothing", "-"],
        ["import_outputs", "nothing", "version", "-"],
        ["create_token", "nothing", "--scopes", "read"],
    ],
    ids=lambda command: command[0],
)
def test_a_command_imports_no_page(process_environment: dict[str, str], command: list[str]) -> None:
    names = ["tracker.urls", "rest_framework.views", "PIL.Image", "celery", "scipy.special"]
    code = (
        "import sys\nfrom django.core.management import execute_from_command_line\n"
        f"try: execute_from_command_line(['manage.py', *{command!r}])\n"
        f"except SystemExit: {IMPORTED.format(names=names)}"
    )
    assert _run(process_environment, code, says="There is no project nothing") == "\n"


def test_the_first_nudge_reaches_the_broker_of_the_settings(
    process_environment: dict[str, str], embedded_broker: EmbeddedBroker
) -> None:
    # From a thread, as the web server's requests are answered: Celery's current application differs by thread.
    code = (
        f"{START}\nfrom concurrent.futures import ThreadPoolExecutor\nfrom tracker.projects.nudges import nudge\n"
        "print(ThreadPoolExecutor(1).submit(nudge, 'tracker.tasks.sweep').result())"
    )
    environment = {**process_environment, "REDIS_URL": embedded_broker.url}
    assert _run(environment, code) == "True\n"
    with redis.Redis.from_url(embedded_broker.url.replace("redis+socket", "unix")) as broker:
        [message] = broker.lrange("celery", 0, -1)
    assert b'"task": "tracker.tasks.sweep"' in message


def _run(environment: dict[str, str], code: str, *, says: str = "") -> str:
    """Return what a fresh process prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert says in done.stderr
    return done.stdout
