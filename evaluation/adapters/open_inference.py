"""`open_inference`: a server of the Open Inference Protocol, version 2, over REST (MLServer, KServe, Triton)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evaluation.adapters.base import Adapter, AdapterKind, Opening
from evaluation.adapters.mapping.answer import attempt, entries_of
from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.adapters.mapping.reading import Reading
from evaluation.adapters.mapping.tensors import DATATYPES, Shape, rows_of, tensor
from evaluation.adapters.server_address import below, check_base
from evaluation.adapters.server_settings import (
    CONNECTION,
    READING,
    SECRET_FIELDS,
    adapter_of,
    check_name,
    note,
    read_connection,
    read_reading,
    read_text,
    reading_of,
    server_of,
)
from evaluation.fields import FieldReader
from evaluation.messages import message as _
from evaluation.types import JSON, OUTPUT_FIELDS, Output

if TYPE_CHECKING:
    from evaluation.adapters.open_inference_inputs import InputShapes

_DEFAULTS = {
    **CONNECTION,
    "model_version": None,
    "inputs": None,
    "content_type": None,
    "outputs": None,
    **READING,
}
_MOST_TENSORS = 1000
_FIRST_INPUT = "input-0"


class OpenInferenceMapper:
    """Tensors there and back. What the settings do not say of the inputs, the server's metadata do."""

    many = True

    def __init__(
        self,
        model_url: str,
        shapes: InputShapes,
        reading: Reading,
        *,
        content_type: str | None,
        outputs: Mapping[str, str],
    ) -> None:
        self.url = f"{model_url}/infer"
        self._shapes = shapes
        self._reading = reading
        self._content_type = content_type
        self._outputs = outputs

    def request(self, inputs: Sequence[JSON]) -> JSON:
        """See Mapper. The first request asks for the server's metadata, and may fail as any."""
        shapes = self._shapes.get()
        if not isinstance(inputs[0], dict):
            if len(shapes) > 1:
                names = ", ".join(shape.name for shape in shapes)
                raise Unsendable(
                    f"The model takes the tensors {names}: the input must be an object with them."
                )
            told = tensor(shapes[0] if shapes else Shape(_FIRST_INPUT), inputs)
            if self._content_type:
                told["parameters"] = {"content_type": self._content_type}
            return self._with_outputs({"inputs": [told]})
        columns = shapes or [Shape(name) for name in inputs[0]]
        request: dict[str, JSON] = {
            "inputs": [tensor(shape, [_entry(row, shape.name) for row in inputs]) for shape in columns]
        }
        if self._content_type:
            request["parameters"] = {"content_type": self._content_type}
        return self._with_outputs(request)

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """See Mapper."""
        outputs = answer.get("outputs") if isinstance(answer, dict) else None
        if (
            not isinstance(outputs, list)
            or not outputs
            or not all(isinstance(item, dict) for item in outputs)
        ):
            raise Unreadable("The answer has no list of outputs.", answer)
        self._shapes.confirm()
        if not self._outputs:
            entries = entries_of(rows_of(outputs[0], count), count)
            return [attempt(self._reading.output, entry) for entry in entries]
        found = {str(item.get("name")): item for item in outputs}
        columns: dict[str, list[object]] = {}
        for field, name in self._outputs.items():
            if name not in found:
                there = ", ".join(found)
                raise Unreadable(f"The answer has no output “{name}”; it has {there}.", answer)
            columns[field] = rows_of(found[name], count)
        rows = ({field: column[place] for field, column in columns.items()} for place in range(count))
        return [attempt(self._reading.fields, row) for row in rows]

    def _with_outputs(self, request: dict[str, JSON]) -> JSON:
        if self._outputs:
            request["outputs"] = [{"name": name} for name in dict.fromkeys(self._outputs.values())]
        return request


def _entry(row: JSON, name: str) -> JSON:
    if not isinstance(row, dict):
        raise Unsendable("The inputs of one request must all be objects, or none.")
    if name not in row:
        raise Unsendable(f"The input has no “{name}”, which the model takes.")
    return row[name]


def _read(reader: FieldReader) -> dict[str, Any]:
    settings = read_connection(reader, check_base)
    note(reader, "inputs", _check_inputs)
    note(reader, "outputs", _check_outputs)
    return {
        **settings,
        "model": reader.string("model", longest=500),
        "model_version": read_text(reader, "model_version", longest=500),
        "inputs": reader.fields.get("inputs"),
        "content_type": read_text(reader, "content_type", longest=100),
        "outputs": reader.fields.get("outputs"),
        **read_reading(reader),
    }


def _check_inputs(value: object) -> None:
    if value is None:
        return
    fault = _('Must be a list such as [{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}].')
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_TENSORS:
        raise ValueError(fault)
    for told in value:
        if not isinstance(told, dict) or told.keys() - {"name", "datatype", "shape"}:
            raise ValueError(fault)
        check_name(told.get("name"))
        datatype, dims = told.get("datatype"), told.get("shape", [])
        if datatype is not None and datatype not in DATATYPES:
            raise ValueError(_("A datatype must be one of %(choices)s.", choices=", ".join(DATATYPES)))
        if (
            not isinstance(dims, list)
            or len(dims) > 16
            or not all(type(dim) is int and dim >= -1 for dim in dims)
        ):
            raise ValueError(_("A shape is a list of whole numbers, with -1 where any is good."))


def _check_outputs(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, dict) or not value or value.keys() - set(OUTPUT_FIELDS):
        raise ValueError(_('Must be an object such as {"label": "predict", "scores": "predict_proba"}.'))
    for name in value.values():
        check_name(name)


def _open(opening: Opening) -> Adapter:
    # It asks the server itself, and is imported when one is to be asked, as the rest that does.
    from evaluation.adapters.open_inference_inputs import InputShapes, shapes_of  # noqa: PLC0415

    settings = opening.settings
    server = server_of(opening)
    parts = ["v2", "models", settings["model"]]
    if settings["model_version"]:
        parts += ["versions", settings["model_version"]]
    model_url = below(settings["url"], *parts)
    mapper = OpenInferenceMapper(
        model_url,
        InputShapes(server, model_url, known=shapes_of(settings["inputs"])),
        reading_of(opening),
        content_type=settings["content_type"],
        outputs=settings["outputs"] or {},
    )
    return adapter_of(opening, server, mapper)


KIND = AdapterKind(
    name="open_inference",
    fields=("url", "model", *_DEFAULTS),
    defaults=_DEFAULTS,
    read=_read,
    open=_open,
    asks_server=True,
    secret_fields=SECRET_FIELDS,
)
