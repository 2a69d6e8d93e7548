"""The process that holds a skops model: `python -m evaluation.adapters.skops_child`."""

from __future__ import annotations

from evaluation.adapters.skops_file import read_model
from evaluation.adapters.skops_model import answer, warm_up
from evaluation.adapters.uploaded_child import serve

if __name__ == "__main__":
    serve(
        warm_up=warm_up,
        load=lambda content, settings: (read_model(content), settings["form"]),
        answer=lambda loaded, inputs: answer(*loaded, inputs),
        # scikit-learn imports parts of itself when they are first needed.
        opens_files=True,
    )
