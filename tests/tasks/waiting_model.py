"""A model for the `python` adapter in real workers: notes what it is asked, and waits while a file says so."""

import os
import time
from collections.abc import Sequence
from pathlib import Path


def predict(inputs: Sequence[object]) -> list[str]:
    folder = Path(os.environ["WAITING_MODEL_FOLDER"])
    with (folder / "asked").open("a") as notes:
        notes.write("".join(f"{os.getpid()} {text}\n" for text in inputs))
    while (folder / "hold").exists():
        time.sleep(0.02)
    return ["positive"] * len(inputs)
