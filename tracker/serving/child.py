"""One process of the installation: it cannot outlive its parent, and is stopped in steps."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TIED = Path(__file__).with_name("tied.py")
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Step:
    """One way to ask a process to end, and how long to wait for it in seconds."""

    ask: signal.Signals
    patience: float


class Child:
    """A child process in a session of its own, so that Ctrl-C at the terminal reaches only the parent."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        on_line: Callable[[str], None],
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        inherited: Sequence[int] = (),
        steps: Sequence[Step] = (Step(signal.SIGTERM, 10),),
    ) -> None:
        """`inherited` are the file descriptors that it keeps."""
        self.name = name
        self.command = list(command)
        self.started_at = 0.0
        self._on_line = on_line
        self._environment = dict(environment) if environment is not None else None
        self._directory = directory
        self._inherited = tuple(inherited)
        self._steps = tuple(steps)
        self._process: subprocess.Popen[str] | None = None
        self._life: int | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it (again, if it ended)."""
        self.clear_away()
        ends_with_us, self._life = os.pipe()
        tie = [sys.executable, "-I", "-S", str(TIED), str(ends_with_us)]
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(
            [*tie, *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            cwd=self._directory,
            pass_fds=(ends_with_us, *self._inherited),
            start_new_session=True,
            text=True,
            errors="replace",
        )
        os.close(ends_with_us)
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self._on_line(line.rstrip("\n"))

    def exit_code(self) -> int | None:
        """Return how it ended, or None while it runs (and before it was started)."""
        return self._process.poll() if self._process else None

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self.running() and self._process:
            self._process.send_signal(number)

    def stop(self) -> None:
        """End it: each step in turn, then by force. What it started itself goes with it."""
        for step in self._steps:
            self.send(step.ask)
            if self._wait(step.patience):
                break
        self.clear_away()

    def clear_away(self) -> None:
        """Kill whatever is left of the process and of those it started."""
        if self._process is None:
            return
        # macOS says "not permitted" of a group in which only the unreaped leader is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._life is not None:
            os.close(self._life)
            self._life = None

    def _wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True


def stop_together(children: Sequence[Child]) -> None:
    """Stop several at once, so that the slowest one decides how long it takes."""
    threads = [threading.Thread(target=child.stop) for child in children]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
