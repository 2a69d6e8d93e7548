import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.processes import Eventually
from tests.serving.test_child import gone
from tracker.serving import supervisor
from tracker.serving.child import Child
from tracker.serving.supervisor import Supervisor, Watched

pytestmark = pytest.mark.processes

# Two stages that say when they start and end; the second depends on the first.
RUN = """
import sys
from tracker.serving.child import Child
from tracker.serving.supervisor import Supervisor, Watched

code = (
    "import os, signal, sys, time\\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(sys.argv[1], 'ends', flush=True)))\\n"
    "print(sys.argv[1], os.getpid(), flush=True)\\n"
    "time.sleep(600)"
)
say = lambda line: print(line, flush=True)
first, second = (Child(n, [sys.executable, "-c", code, n], on_line=say) for n in ("first", "second"))
sys.exit(Supervisor([[Watched(first)], [Watched(second)]], say=say).run())
"""


class Running:
    """The program above, and what it printed so far."""

    def __init__(self, output: Path) -> None:
        self.output = output
        with output.open("w") as stdout:
            self.process = subprocess.Popen([sys.executable, "-u", "-c", RUN], stdout=stdout)

    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def pids(self, name: str) -> list[int]:
        words = [line.split() for line in self.lines()]
        return [int(parts[1]) for parts in words if parts[0] == name and parts[1].isdecimal()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_in_reverse_order(
    number: signal.Signals, tmp_path: Path, eventually: Eventually
) -> None:
    running = Running(tmp_path / "output")
    eventually(lambda: running.pids("first") and running.pids("second"))
    running.process.send_signal(number)
    assert running.process.wait(30) == 0
    assert [line for line in running.lines() if line.endswith("ends")] == ["second ends", "first ends"]
    assert gone(running.pids("first")[0])
    assert gone(running.pids("second")[0])


def test_a_dead_child_is_started_again(tmp_path: Path, eventually: Eventually) -> None:
    running = Running(tmp_path / "output")
    eventually(lambda: running.pids("first") and running.pids("second"))
    os.kill(running.pids("second")[0], signal.SIGKILL)
    eventually(lambda: len(running.pids("second")) == 2)
    assert len(running.pids("first")) == 1
    assert "second ended (exit -9). Starting it again in 1 s." in running.lines()
    running.process.terminate()
    assert running.process.wait(30) == 0


def test_one_that_never_stays_up_ends_the_whole_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "GIVE_UP_AFTER", 3)
    said: list[str] = []
    broken = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], on_line=said.append)
    assert Supervisor([[Watched(broken)]], say=said.append).run() == 1
    assert said[-1] == "worker ended 3 times in a row (exit 3)."


def test_the_callers_signal_handlers_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(supervisor, "GIVE_UP_AFTER", 1)
    broken = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], on_line=lambda line: None)
    Supervisor([[Watched(broken)]], say=lambda line: None).run()
    assert signal.getsignal(signal.SIGTERM) is before
