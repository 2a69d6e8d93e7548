"""Keeps the processes of an installation alive: starts and stops them in order, restarts what dies."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from tracker.serving.child import Child, stop_together

TICK_SECONDS = 0.1
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A process that has run this long counts as sound: its next death starts the pauses anew.
SOUND_SECONDS = 30.0
GIVE_UP_AFTER = 8
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(slots=True)
class Watched:
    """A child, how often it died in a row, and when it is due to be started again (None: it runs)."""

    child: Child
    deaths: int = 0
    due_at: float | None = None


class Supervisor:
    """Runs `stages` of children; a later stage is started after, and stopped before, the earlier ones."""

    def __init__(
        self,
        stages: Sequence[Sequence[Watched]],
        *,
        say: Callable[[str], None],
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        """`say` takes the supervisor's own lines; `on_tick` is called about ten times a second."""
        self._stages = stages
        self._say = say
        self._on_tick = on_tick
        self._asked_to_stop = False

    def run(self) -> int:
        """Run until a signal asks to stop (returns 0) or a child cannot be kept alive (returns 1)."""
        with self._signals_caught():
            try:
                return self._watch()
            finally:
                self._stop_all()

    def _watch(self) -> int:
        for watched in self._all():
            if not watched.child.running():
                watched.child.start()
        while not self._asked_to_stop:
            for watched in self._all():
                if not self._look_after(watched):
                    return 1
            self._on_tick()
            time.sleep(TICK_SECONDS)
        return 0

    def _look_after(self, watched: Watched) -> bool:
        """Restart a dead child when its pause is over. Returns False once it has died too often."""
        now = time.monotonic()
        child = watched.child
        if child.running():
            return True
        if watched.due_at is None:
            child.clear_away()
            watched.deaths = 1 if now - child.started_at > SOUND_SECONDS else watched.deaths + 1
            if watched.deaths >= GIVE_UP_AFTER:
                self._say(f"{child.name} ended {watched.deaths} times in a row (exit {child.exit_code()}).")
                return False
            pause = min(FIRST_PAUSE * 2 ** (watched.deaths - 1), LONGEST_PAUSE)
            watched.due_at = now + pause
            self._say(f"{child.name} ended (exit {child.exit_code()}). Starting it again in {pause:.0f} s.")
        elif now >= watched.due_at:
            watched.due_at = None
            watched.child.start()
        return True

    def _all(self) -> Iterator[Watched]:
        for stage in self._stages:
            yield from stage

    def _stop_all(self) -> None:
        for stage in reversed(self._stages):
            stop_together([watched.child for watched in stage])

    @contextmanager
    def _signals_caught(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._note_signal) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        # Only a flag: a handler may interrupt anything, so it must not print, lock or wait.
        self._asked_to_stop = True
