"""The process that holds an ONNX model: `python -m evaluation.adapters.onnx_child`."""

from __future__ import annotations

from evaluation.adapters.onnx_model import answer, load_model, warm_up
from evaluation.adapters.uploaded_child import serve

if __name__ == "__main__":
    serve(
        warm_up=warm_up,
        load=load_model,
        answer=answer,
        # The runtime is native code, which no hook of the interpreter stops: the kernel has to.
        opens_files=False,
    )
