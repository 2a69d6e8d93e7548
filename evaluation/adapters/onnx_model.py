"""Asking a loaded ONNX model. For the child process only: it imports onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from evaluation.adapters.locales import ENGLISH, hold_english
from evaluation.adapters.onnx_file import check_file
from evaluation.adapters.onnx_inputs import Declared, arrange
from evaluation.adapters.onnx_outputs import Answer, Naming, read
from evaluation.adapters.uploaded_child import FileRefused

# A model of one operator, y = x: what a session needs from the machine at its first use is fetched with it.
_IDENTITY = (
    b"\x08\x08\x3a\x2f\x0a\x10\x0a\x01x\x12\x01y\x22\x08Identity\x12\x01g\x5a\x0b\x0a\x01x\x12\x06\x0a\x04\x08\x01\x12\x00"
    b"\x62\x0b\x0a\x01y\x12\x06\x0a\x04\x08\x01\x12\x00\x42\x02\x10\x0d"
)
_OUT_OF_MEMORY = ("bad_alloc", "Failed to allocate memory", "bad allocation")


@dataclass(frozen=True)
class OnnxModel:
    """A session, and what it takes and gives."""

    session: Any
    declared: Sequence[Declared]
    columns: Sequence[str]
    outputs: Sequence[str]
    naming: Naming


def warm_up() -> None:
    """Do once, before the limits and the sandbox, what onnxruntime does at its first use: it looks at the machine."""
    hold_english(Path.cwd())
    _session(_IDENTITY).run(None, {"x": np.zeros((), np.float32)})


def load_model(content: bytes, settings: Mapping[str, Any]) -> OnnxModel:
    """The model in an ONNX file. Raises FileRefused, or MemoryError."""
    seen = check_file(content)
    try:
        session = _session(content)
    except Exception as error:  # a hostile or newer file can fail in any way
        if _is_out_of_memory(error):
            raise MemoryError from None
        if "Failed to construct locale" in str(error):
            raise FileRefused(
                "The model changes texts to lower case by the rules of a language that the worker's machine does not "
                f"know. The operator can install the locale, which is {ENGLISH} unless the model says another."
            ) from None
        raise FileRefused(
            f"The file cannot be loaded with onnxruntime {onnxruntime.__version__}: {_first_line(error)}"
        ) from None
    try:
        declared = [Declared.read(one.name, one.type, one.shape) for one in session.get_inputs()]
    except ValueError as error:
        raise FileRefused(str(error)) from None
    if not declared:
        raise FileRefused("The model takes no input.")
    if fixed := {one.batch for one in declared} - {None, 1}:
        raise FileRefused(
            f"The model takes exactly {max(filter(None, fixed), default=0)} inputs at once. "
            "Export it with a first axis of any length, or of 1."
        )
    named = [one.name for one in session.get_outputs()]
    wanted = settings["output"]
    if wanted and wanted not in named:
        raise FileRefused(f'The model has no output "{wanted}"; its outputs are {", ".join(named)}.')
    return OnnxModel(
        session,
        declared,
        settings["columns"],
        [wanted] if wanted else named,
        Naming(settings["classes"], sorted(seen.classes), settings["labels"], settings["softmax"]),
    )


def answer(model: OnnxModel, inputs: Sequence[Any]) -> list[Answer]:
    """One answer for each input, as `evaluation.adapters.answers` reads them.

    Where the batch fails as a whole, each input is asked by itself, so that a bad one fails alone.
    """
    if len(inputs) > 1 and any(one.batch is not None for one in model.declared):
        return _one_by_one(model, inputs)
    try:
        given = arrange(model.declared, model.columns, inputs)
        return read(model.session.run(model.outputs, given), len(inputs), model.naming)
    except Exception as error:
        if len(inputs) == 1:
            return [{"error": _words(error)}]
        return _one_by_one(model, inputs)


def _one_by_one(model: OnnxModel, inputs: Sequence[Any]) -> list[Answer]:
    return [answer(model, [single])[0] for single in inputs]


def _session(content: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Memory that one batch needed is given back before the next.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    # Not its own format, which `check_file` cannot look through.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _words(error: Exception) -> str:
    if isinstance(error, ValueError):
        return str(error)
    if isinstance(error, MemoryError) or _is_out_of_memory(error):
        return "The model needs more memory for this input than is allowed."
    return _first_line(error)


def _is_out_of_memory(error: Exception) -> bool:
    return any(sign in str(error) for sign in _OUT_OF_MEMORY)


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
