"""Run a command that ends when the process that started it ends: `python tied.py PARENT SIGNAL COMMAND...`.

A file of its own, without imports from the project: the tie must be set in the new process itself before the
command takes over, and doing that in a fork of a process with threads could hang on another thread's lock.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, death_signal, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the process that started this one is gone")
    os.execvp(command[0], command)  # noqa: S606 (the point of this file)


if __name__ == "__main__":
    main()
