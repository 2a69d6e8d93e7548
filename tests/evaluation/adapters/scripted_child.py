"""A child process that does what its messages say; `test_child.py` starts it."""

from __future__ import annotations

import os
import signal
import sys

from evaluation.adapters.frames import read_frame, write_frame


def main() -> None:
    """Do one thing after the other."""
    while True:
        match read_frame(0):
            case ["say", answer]:
                write_frame(1, answer)
            case ["shout", count]:
                sys.stderr.write("x" * count)
                sys.stderr.flush()
                write_frame(1, "shouted")
            case ["exit", words]:
                sys.exit(words)
            case "wait":
                signal.pause()
            case "babble":
                os.write(1, b"\x00\x00\x00\x01\xc1")
            case "environment":
                write_frame(1, [dict(os.environ), os.listdir(os.curdir)])


if __name__ == "__main__":
    main()
