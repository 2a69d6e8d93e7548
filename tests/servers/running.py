"""Real servers as processes of the tests'."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

WITHIN = 180.0  # seconds to start, on a machine that does much else


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens at now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def variables(programs: Path, home: Path) -> dict[str, str]:
    """Return the environment of a process that uses `programs` and keeps everything in `home`."""
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "MLFLOW_TRACKING_URI": f"sqlite:///{home}/mlflow.sqlite3",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "PYTHONWARNINGS": "ignore",
    }


@contextmanager
def running(
    command: Sequence[str | Path], *, ready: str, home: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run a server, and what it starts, until the end of the block. `ready` answers once it is ready."""
    log = home / f"{Path(command[0]).name}-{time.monotonic_ns()}.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, cwd=home, env=environment, stdout=lines, stderr=lines, start_new_session=True
        )
    try:
        _wait(process, ready, log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(ready, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"{log.name} did not start:\n{log.read_text(errors='replace')[-3000:]}")
