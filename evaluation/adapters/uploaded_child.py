"""What a child process that holds an uploaded model does: it is told its settings, loads one file, says whether it is
ready, and then answers batches until its standard input ends.

A kind's own child module brings its library: `python -m evaluation.adapters.skops_child`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from evaluation.adapters import sandbox
from evaluation.adapters.frames import read_frame, write_frame
from evaluation.adapters.score_table import ScoreTable

Model = TypeVar("Model")
Settings = dict[str, Any]
Answers = list[dict[str, Any]] | ScoreTable


_ALLOCATIONS = 50_000  # objects more than before, and the young ones are looked at


class FileRefused(Exception):
    """The file must not or cannot be used, in words for the person who uploaded it."""


def serve(
    *,
    warm_up: Callable[[], None],
    load: Callable[[bytes, Settings], Model],
    answer: Callable[[Model, list[Any]], Answers],
    opens_files: bool,
) -> None:
    """Load, report, answer.

    `warm_up` runs before the limits and the sandbox, `load` within; it raises FileRefused or MemoryError. Unless the
    library `opens_files` while it works, the kernel lets it open none.
    """
    questions, answers = _private_pipes()
    settings = read_frame(questions)
    # The worker ends what takes too long; should it be killed itself, the kernel does.
    sandbox.limit_processor_time(settings["seconds_to_load"])
    warm_up()
    sandbox.limit_resources(settings["memory_bytes"])
    sandbox.leave_network()
    try:
        content = Path(settings["file"]).read_bytes()
        sandbox.guard()
        if not opens_files:
            sandbox.open_no_more_files()
        try:
            model = load(content, settings)
        except FileRefused as error:
            return write_frame(answers, {"refused": str(error)})
        del content
    except MemoryError:
        return write_frame(answers, {"out_of_memory": True})
    # The library and the model stay: Python need not look through them for garbage again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
    write_frame(answers, {"ready": True})
    while True:
        try:
            batch = read_frame(questions)
        except EOFError:
            return None
        sandbox.limit_processor_time(batch["seconds"])
        said = answer(model, batch["inputs"])
        write_frame(answers, said.to_message() if isinstance(said, ScoreTable) else said)


def _private_pipes() -> tuple[int, int]:
    """Keep the two pipes from everything else: what a library prints goes to standard error."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers
