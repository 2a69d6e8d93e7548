"""The child process of `skops`: `python -m evaluation.adapters.skops_child SETTINGS`.

It loads one file, says whether it is ready, and then answers batches until its standard input ends.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from evaluation.adapters import sandbox
from evaluation.adapters.frames import read_frame, write_frame
from evaluation.adapters.skops_file import FileRefused, read_model
from evaluation.adapters.skops_model import answer, warm_up


def main(settings: dict[str, Any]) -> None:
    """Load, report, answer."""
    questions, answers = _private_pipes()
    # The worker ends what takes too long; should it be killed itself, the kernel does.
    sandbox.limit_processor_time(settings["seconds_to_load"])
    warm_up()
    sandbox.limit_resources(settings["memory_bytes"])
    sandbox.leave_network()
    try:
        content = Path(settings["file"]).read_bytes()
        sandbox.guard()
        try:
            model = read_model(content)
        except FileRefused as error:
            return write_frame(answers, {"refused": str(error)})
        del content
    except MemoryError:
        return write_frame(answers, {"out_of_memory": True})
    write_frame(answers, {"ready": True})
    while True:
        try:
            batch = read_frame(questions)
        except EOFError:
            return None
        sandbox.limit_processor_time(batch["seconds"])
        write_frame(answers, answer(model, settings["form"], batch["inputs"]))


def _private_pipes() -> tuple[int, int]:
    """Keep the two pipes from everything else: what a library prints goes to standard error."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
