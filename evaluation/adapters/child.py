"""A child process that answers messages, seen from the worker: it knows no secret, and each wait ends."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

import evaluation
from evaluation.adapters.frames import LENGTH_BYTES, body_length, to_frame

_STDERR_KEPT = 4000  # bytes, the last ones
_CHUNK = 1 << 16
# Where the loader looks for libraries, for interpreters that are not installed in the usual place.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class ChildFailed(Exception):
    """The child did not answer: it was too slow, too talkative, or it died. It is gone now."""


def clean_environment(home: str) -> dict[str, str]:
    """What a child process may know: where programs are, and how to run on one core. No secret."""
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(evaluation.__path__[0]).resolve().parent),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "JOBLIB_MULTIPROCESSING": "0",
    }


class Child:
    """`python -m module arguments...` in an empty folder, asked through pipes. For one thread at a time."""

    def __init__(self, module: str, arguments: Sequence[str], *, max_answer_bytes: int) -> None:
        self.closed = False
        self._max_answer_bytes = max_answer_bytes
        self._stderr = bytearray()
        self._folder = tempfile.TemporaryDirectory(prefix="model-")
        # -P and -s: neither the folder nor the user's own packages are importable.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=self._folder.name,
            env=clean_environment(self._folder.name),
            start_new_session=True,  # Ctrl-C is for the worker, which closes its children itself
        )
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._pipes = [pipe for pipe in pipes if pipe is not None]
        self._in, self._out, self._err = (pipe.fileno() for pipe in self._pipes)
        for descriptor in (self._in, self._out, self._err):
            os.set_blocking(descriptor, False)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, message: object, seconds: float) -> Any:
        """Send `message` and wait for the answer. Raises ChildFailed, and the child is closed then."""
        return self._exchange_or_close(to_frame(message), seconds)

    def receive(self, seconds: float) -> Any:
        """Wait for a message that was not asked for. Raises ChildFailed, and the child is closed then."""
        return self._exchange_or_close(b"", seconds)

    def close(self) -> None:
        """Kill the process, if it still lives, and remove its folder."""
        self.closed = True
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            with contextlib.suppress(OSError):
                pipe.close()
        self._folder.cleanup()

    def _exchange_or_close(self, to_send: bytes, seconds: float) -> Any:
        """An exchange that is broken off, by whatever, leaves an answer behind that nobody must read."""
        try:
            return self._exchange(to_send, seconds)
        except BaseException:
            self.close()
            raise

    def _exchange(self, to_send: bytes, seconds: float) -> Any:
        """Send and receive at once, so that neither side waits for a full pipe."""
        deadline = time.monotonic() + seconds
        unsent, answer = memoryview(to_send), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            selector.register(self._err, selectors.EVENT_READ)
            if unsent:
                selector.register(self._in, selectors.EVENT_WRITE)
            while not self._is_whole(answer):
                left = deadline - time.monotonic()
                if left <= 0:
                    self._give_up(f"did not answer within {seconds:g} seconds")
                for key, _ in selector.select(left):
                    if key.fd == self._in:
                        unsent = self._send(unsent)
                        if not unsent:
                            selector.unregister(self._in)
                    elif not self._receive(key.fd, answer):
                        if key.fd == self._out:
                            self._give_up(self._death())
                        selector.unregister(self._err)
        try:
            return msgspec.msgpack.decode(answer[LENGTH_BYTES:])
        except msgspec.DecodeError:
            self._give_up("did not answer in its protocol")

    def _is_whole(self, answer: bytearray) -> bool:
        if len(answer) < LENGTH_BYTES:
            return False
        length = body_length(answer)
        if length > self._max_answer_bytes:
            self._give_up(f"answered with more than {self._max_answer_bytes} bytes")
        return len(answer) >= LENGTH_BYTES + length

    def _send(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._in, unsent[:_CHUNK]) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:  # it died; the end of its answers says so too
            return memoryview(b"")

    def _receive(self, descriptor: int, answer: bytearray) -> bool:
        """Read what is there; False at the end."""
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return True
        if descriptor == self._out:
            answer += chunk
        else:
            self._stderr += chunk
            del self._stderr[:-_STDERR_KEPT]
        return bool(chunk)

    def _death(self) -> str:
        """How the process ended. It has closed its answers, so it is ending or broken."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "stopped answering"
        if code == -signal.SIGXCPU:
            return "used up its processor time"
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def _give_up(self, reason: str) -> Any:
        """Raise ChildFailed, with the last words of the child's standard error."""
        while self._err_has_more():
            pass
        last_words = self._stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1][-300:]
        raise ChildFailed(f"{reason} ({last_words})" if last_words else reason)

    def _err_has_more(self) -> bool:
        try:
            chunk = os.read(self._err, _CHUNK)
        except BlockingIOError:
            return False
        self._stderr += chunk
        del self._stderr[:-_STDERR_KEPT]
        return bool(chunk)
