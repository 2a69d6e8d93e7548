"""The whole installation: real web server, worker, scheduler and broker under the real command."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tests.plugins.processes import Eventually
from tests.serving.test_child import gone
from tracker.serving.embedded_broker import answers

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
STARTING = 60.0


class Installation:
    """`manage.py serve` on a free port, and what it printed so far."""

    def __init__(self, environment: dict[str, str], output: Path) -> None:
        self.home = Path(environment["TRACKER_HOME"])
        self.output = output
        command = [*MANAGE, "serve", "--port", "0"]
        with output.open("w") as stdout:
            self.process = subprocess.Popen(
                command, env=environment, stdout=stdout, stderr=subprocess.STDOUT, start_new_session=True
            )

    def text(self) -> str:
        return self.output.read_text()

    def address(self) -> str:
        found = re.search(r"The tracker is at (http://\S+)", self.text())
        return found[1] if found else ""

    def children(self) -> dict[str, int]:
        """The processes directly under the command, by what they are."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        known = {"valkey-server": "broker", "gunicorn": "web", "celery": "worker"}
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in listed}
        return {name: pid for pid, line in lines.items() for word, name in known.items() if word in line}


@pytest.fixture
def installation(
    process_environment: dict[str, str], tmp_path: Path, eventually: Eventually
) -> Iterator[Installation]:
    subprocess.run(
        [*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"],
        env=process_environment,
        check=True,
    )
    running = Installation(process_environment, tmp_path / "output")
    try:
        eventually(running.address, within=STARTING)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(40)
        print(running.text())


def test_it_answers_restarts_what_dies_and_stops_cleanly(
    installation: Installation, eventually: Eventually
) -> None:
    assert httpx.get(f"{installation.address()}/healthz").status_code == 200
    eventually(lambda: set(installation.children()) == {"broker", "web", "worker"})
    before = installation.children()

    for name in ("web", "worker", "broker"):
        os.kill(before[name], signal.SIGKILL)
    eventually(
        lambda: all(installation.children().get(name, before[name]) != before[name] for name in before),
        within=STARTING,
    )
    # The listening socket outlives the web server, so this request waits for the new one.
    assert httpx.get(f"{installation.address()}/healthz", timeout=STARTING).status_code == 200
    eventually(lambda: answers(installation.home / "broker" / "broker.sock"))

    after = installation.children()
    installation.process.terminate()
    assert installation.process.wait(40) == 0
    assert all(gone(pid) for pid in after.values())
    assert installation.text().rstrip().endswith("Stopped.")


def test_a_second_one_on_the_same_data_says_so_and_leaves_the_first_alone(
    installation: Installation, process_environment: dict[str, str]
) -> None:
    second = subprocess.run(
        [*MANAGE, "serve", "--port", "0"],
        env=process_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert "Another server (process" in second.stderr
    assert httpx.get(f"{installation.address()}/healthz").status_code == 200
