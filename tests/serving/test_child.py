import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.processes import Eventually
from tracker.serving.child import Child, Step, stop_together

pytestmark = pytest.mark.processes

# Ignores the polite request; says so once it is ready for it.
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
# Starts one more process and names it.
WITH_A_CHILD = """
import subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(inner.pid, flush=True)
time.sleep(600)
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    try:
        # A dead process that nobody has waited for yet counts as gone.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_its_lines_are_passed_on_whatever_bytes_they_hold(eventually: Eventually) -> None:
    lines: list[str] = []
    child = Child(
        "x",
        python("import os; os.write(1, b'one\\n\\xff two\\n'); os.write(2, b'three\\n')"),
        on_line=lines.append,
    )
    child.start()
    eventually(lambda: len(lines) == 3)
    assert lines == ["one", "\ufffd two", "three"]
    eventually(lambda: child.exit_code() == 0)


def test_one_that_does_not_listen_is_ended_by_force(eventually: Eventually) -> None:
    lines: list[str] = []
    child = Child("x", python(STUBBORN), on_line=lines.append, steps=[Step(signal.SIGTERM, 0.2)])
    child.start()
    eventually(lambda: lines == ["ready"])
    child.stop()
    assert child.exit_code() == -signal.SIGKILL


def test_what_it_started_goes_with_it(eventually: Eventually) -> None:
    lines: list[str] = []
    child = Child("x", python(WITH_A_CHILD), on_line=lines.append)
    child.start()
    eventually(lambda: bool(lines))
    stop_together([child])
    eventually(lambda: gone(int(lines[0])))


def test_a_command_that_does_not_exist_is_a_child_that_ended(eventually: Eventually) -> None:
    lines: list[str] = []
    child = Child("x", ["/nowhere/no-such-command"], on_line=lines.append)
    child.start()
    eventually(lambda: child.exit_code() not in (None, 0))
    eventually(lambda: any("No such file" in line for line in lines))


PARENT = """
import sys, time
from tracker.serving.child import Child
child = Child("x", [sys.executable, "-c", sys.argv[1]], on_line=lambda line: None)
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("code", ["import time; time.sleep(600)", STUBBORN])
def test_it_does_not_outlive_a_killed_parent(code: str, eventually: Eventually) -> None:
    with subprocess.Popen([*python(PARENT), code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        os.kill(parent.pid, signal.SIGKILL)
    eventually(lambda: gone(pid))
