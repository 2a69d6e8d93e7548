"""The sandbox of a child process, entered and then attacked from within.

An uploaded file cannot carry code, so the code is run here as `python -c` in the very same environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluation.adapters.child import clean_environment

ENTER = """
import json, os, socket, subprocess, sys
from evaluation.adapters import sandbox
sandbox.limit_resources(1_000_000_000)
alone = sandbox.leave_network()
names = [name for _, name in socket.if_nameindex()]
sandbox.guard()
def tried(action):
    try:
        action()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "done"
"""


def within(code: str, folder: Path) -> Any:
    """What `code` prints, as JSON, within the sandbox."""
    done = subprocess.run(
        [sys.executable, "-P", "-s", "-c", ENTER + code],
        env=clean_environment(str(folder)),
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_what_a_model_never_needs_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    attempts = {
        "socket": "socket.socket",
        "connect": "lambda: socket.create_connection(('127.0.0.1', 80))",
        "resolve": "lambda: socket.getaddrinfo('example.org', 80)",
        "subprocess": "lambda: subprocess.run(['true'])",
        "system": "lambda: os.system('true')",
        "exec": "lambda: os.execv('/bin/true', ['true'])",
        "fork": "os.fork",
        "kill": "lambda: os.kill(os.getppid(), 0)",
        "read": f"lambda: open({str(secret)!r}).read()",
        "read by descriptor": f"lambda: os.open({str(secret)!r}, os.O_RDONLY)",
        "read the parent": "lambda: open(f'/proc/{os.getppid()}/environ').read()",
        "read by a detour": "lambda: open(os.path.dirname(os.__file__) + '/../../../../../etc/passwd')",
        "write": "lambda: open('new', 'w')",
        "write among the modules": "lambda: open(os.__file__, 'r+')",
        "make a folder": "lambda: os.mkdir('new')",
        "delete": f"lambda: os.remove({str(secret)!r})",
        "list": "lambda: os.listdir('/')",
        "native code": "lambda: __import__('ctypes').CDLL(None)",
        "unpickle": "lambda: __import__('pickle').loads(b'cos\\nsystem\\n.')",
    }
    code = (
        "print(json.dumps({"
        + ", ".join(f"{name!r}: tried({call})" for name, call in attempts.items())
        + "}))"
    )

    results = within(code, tmp_path)

    assert {name for name, result in results.items() if not result.startswith("PermissionError")} == set()
    assert secret.read_text() == "hush"


def test_its_own_modules_can_be_read(tmp_path: Path) -> None:
    """scikit-learn imports some of its modules late."""
    code = "print(json.dumps([tried(lambda: __import__(name)) for name in ('wave', 'evaluation.types')]))"

    assert within(code, tmp_path) == ["done", "done"]


def test_it_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:hush@db/tracker")
    monkeypatch.setenv("http_proxy", "http://user:hush@proxy")

    environment = within("print(json.dumps(dict(os.environ)))", tmp_path)

    assert "hush" not in json.dumps(environment)
    assert environment.keys() <= {
        "PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONPATH", "PYTHONHASHSEED",
        "PYTHONDONTWRITEBYTECODE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
        "JOBLIB_MULTIPROCESSING",
    }  # fmt: skip


def test_it_is_alone_in_its_network(tmp_path: Path) -> None:
    alone, names = within("print(json.dumps([alone, names]))", tmp_path)
    if not alone:
        pytest.skip("this kernel gives no network namespace; the interpreter's hook is the wall here")

    assert names == ["lo"]


def test_memory_is_limited(tmp_path: Path) -> None:
    code = "print(json.dumps([tried(lambda: bytearray(900_000_000)), tried(lambda: bytearray(9_000_000))]))"

    assert within(code, tmp_path) == ["MemoryError: ", "done"]


def test_processor_time_is_limited(tmp_path: Path) -> None:
    """The kernel kills the process at the limit; here it only has to be set, from what is used by now."""
    code = """
import resource, time
before = time.process_time()
sandbox.limit_processor_time(30)
print(json.dumps([before, resource.getrlimit(resource.RLIMIT_CPU)[0]]))
"""
    used, limit = within(code, tmp_path)

    assert used + 30 <= limit <= used + 33
