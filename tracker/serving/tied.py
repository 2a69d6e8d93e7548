"""Run a command that ends when the process that started it ends: `python tied.py PIPE COMMAND...`.

PIPE is the number of an open file descriptor: the reading end of a pipe whose writing end only the starter
holds. A guard beside the command reads from it; it comes to an end when the starter does, however it does.
Then the guard ends the command and all that it started (a process group, which the starter made).

A file of its own that imports nothing from the project: it must start fast and hold little memory.
"""

import os
import signal
import sys
import time
from contextlib import suppress

# How long the command may take to end in order. It may wait in vain for a sibling that ends at the same time.
PATIENCE_SECONDS = 5
ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)


def guard(pipe: int) -> None:
    """Wait for the end of the starter, then end the group, this process included."""
    for number in ASKED:
        signal.signal(number, signal.SIG_IGN)
    # What the command holds open (its output, a lock, a listening socket) must close when the command ends.
    for descriptor in map(int, os.listdir("/dev/fd")):
        if descriptor != pipe:
            with suppress(OSError):
                os.close(descriptor)
    os.read(pipe, 1)
    os.killpg(0, signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    pipe, *command = sys.argv[1:]
    if os.fork() == 0:
        # Forked twice, so that the command has no child that it does not know.
        if os.fork() == 0:
            guard(int(pipe))
        os._exit(0)
    os.wait()
    os.close(int(pipe))
    os.execvp(command[0], command)  # noqa: S606 (the point of this file)


if __name__ == "__main__":
    main()
