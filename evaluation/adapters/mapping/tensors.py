"""Tensors of the Open Inference Protocol, version 2: written as the protocol says, read as servers write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite

from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.fields import finite_number
from evaluation.types import JSON

DATATYPES = (
    "BOOL", "BYTES", "FP16", "FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64",
)  # fmt: skip
# Other spellings, in lower case: what NumPy, ONNX and TensorFlow call them.
_SPELLINGS = {
    "bool": "BOOL", "boolean": "BOOL", "bytes": "BYTES", "string": "BYTES", "str": "BYTES", "object": "BYTES",
    "half": "FP16", "float": "FP32", "double": "FP64", "float16": "FP16", "float32": "FP32", "float64": "FP64",
    "int": "INT64", "long": "INT64",
}  # fmt: skip


_Range = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """What a server's metadata say of a tensor. `dims` has -1 where any number is good; empty if unknown."""

    name: str
    datatype: str | None = None
    dims: tuple[int, ...] = ()


def datatype_of(spelled: object) -> str | None:
    """A datatype as the protocol spells it; None if it is none that is known."""
    if not isinstance(spelled, str):
        return None
    text = spelled.strip().removeprefix("TYPE_").removeprefix("tensor(").removesuffix(")")
    upper = text.upper()
    return upper if upper in DATATYPES else _SPELLINGS.get(text.lower())


def natural_datatype(value: JSON) -> str:
    """The datatype of an input of which nothing is known. Numbers are FP64, so that it is the same in each batch."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool):
        return "BOOL"
    return "BYTES" if isinstance(value, str) else "FP64"


def tensor(shape: Shape, values: Sequence[JSON]) -> dict[str, JSON]:
    """The tensor that holds one of `values` for each input of a batch. Raises Unsendable."""
    datatype = shape.datatype or natural_datatype(values[0])
    dims = _dims(values[0])
    if any(_dims(value) != dims for value in values):
        raise Unsendable("The inputs of one request must all have the same shape.")
    flat = _flat(list(values)) if dims else list(values)
    if not (datatype in _FLOATS and _all_numbers(flat, _RANGES.get(datatype))):
        write = _WRITERS.get(datatype, _whole)
        flat = [write(entry, shape.name, datatype) for entry in flat]
    return {
        "name": shape.name,
        "shape": [len(values), *_padded(shape, datatype, dims)],
        "datatype": datatype,
        "data": flat,
    }


def rows_of(output: dict[str, object], count: int) -> list[object]:
    """The data of an output tensor as one entry for each of `count` inputs. Raises Unreadable."""
    data = output.get("data")
    if not isinstance(data, list):
        raise Unreadable(f"The output “{output.get('name')}” has no list of data.", output)
    shape = output.get("shape")
    # A shape that is told decides; many servers tell none, or leave it open.
    told = shape[0] if isinstance(shape, list) and shape and type(shape[0]) is int else -1
    if count > 1 and told >= 0 and told != count:
        raise Unreadable(
            f"The output “{output.get('name')}” has the shape {shape}, which is not one entry for each of "
            f"{count} inputs.",
            output,
        )
    if len(data) == count:
        return data
    # Flat, or nested otherwise than by input: in row-major order each input has its share.
    flat = _flat(data)
    if not flat or len(flat) % count:
        raise Unreadable(
            f"The output “{output.get('name')}” has {len(flat)} values for {count} inputs.", output
        )
    each = len(flat) // count
    return [flat[start : start + each] for start in range(0, len(flat), each)]


def _dims(value: JSON) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    if not value:
        raise Unsendable("The input has an empty list, which a tensor cannot hold.")
    if not any(isinstance(entry, list) for entry in value):
        return (len(value),)
    inner = {_dims(entry) for entry in value}
    if len(inner) > 1:
        raise Unsendable("The lists in the input must all have the same length.")
    return (len(value), *inner.pop())


def _padded(shape: Shape, datatype: str, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The dimensions to write after the batch's. Raises Unsendable where the server wants others."""
    if not shape.dims:
        # Numbers are a column for the most part, texts a list.
        return dims or (() if datatype == "BYTES" else (1,))
    # A server that names more dimensions than the input has means entries of length 1.
    padded = dims + (1,) * (len(shape.dims) - 1 - len(dims))
    if not (_fits(shape.dims[1:], padded) or _fits(shape.dims, dims)):
        wants = ", ".join("any" if dim < 0 else str(dim) for dim in shape.dims[1:]) or "none"
        has = ", ".join(map(str, dims)) or "none"
        raise Unsendable(
            f"The server wants the dimensions {wants} of “{shape.name}” for each input; this one has {has}."
        )
    return padded


def _fits(wanted: tuple[int, ...], dims: tuple[int, ...]) -> bool:
    return len(wanted) == len(dims) and all(
        want < 0 or want == dim for want, dim in zip(wanted, dims, strict=True)
    )


def _flat(values: list[JSON]) -> list[JSON]:
    """All entries in row-major order."""
    flat: list[JSON] = []
    for entry in values:
        if isinstance(entry, list):
            flat += _flat(entry)
        else:
            flat.append(entry)
    return flat


def _all_numbers(flat: list[JSON], within: _Range | None) -> bool:
    """Whether all are finite numbers in the range, found fast; False may mean that each must be looked at."""
    if not set(map(type, flat)) <= {int, float}:
        return False
    numbers: list[float] = flat  # type: ignore[assignment]
    return _finite(numbers) and (
        within is None or not numbers or (within[0] <= min(numbers) and max(numbers) <= within[1])
    )


def _finite(numbers: list[float]) -> bool:
    try:
        return isfinite(fsum(numbers))
    except OverflowError:
        return False


def _number(entry: JSON, name: str, datatype: str) -> JSON:
    if finite_number(entry) is None:
        raise Unsendable(f"{_told(entry)} cannot be sent as {datatype} in “{name}”.")
    return _in_range(entry, entry, name, datatype)


def _whole(entry: JSON, name: str, datatype: str) -> JSON:
    number = finite_number(entry)
    if number is None or not number.is_integer():
        raise Unsendable(f"{_told(entry)} cannot be sent as {datatype} in “{name}”.")
    return _in_range(entry if isinstance(entry, int) else int(number), entry, name, datatype)


def _in_range(number: JSON, entry: JSON, name: str, datatype: str) -> JSON:
    """The number that an entry is. A server would make another of one that its datatype cannot hold."""
    least, most = _RANGES.get(datatype, (-inf, inf))
    if not least <= number <= most:  # type: ignore[operator]
        raise Unsendable(f"{_told(entry)} is out of the range of {datatype} in “{name}”.")
    return number


def _truth(entry: JSON, name: str, datatype: str) -> JSON:
    if not isinstance(entry, bool):
        raise Unsendable(f"{_told(entry)} cannot be sent as {datatype} in “{name}”.")
    return entry


def _text(entry: JSON, name: str, datatype: str) -> JSON:
    if not isinstance(entry, str):
        raise Unsendable(f"{_told(entry)} cannot be sent as {datatype} in “{name}”.")
    return entry


def _told(entry: JSON) -> str:
    if entry is None:
        return "A missing value (null)"
    return f"The value {str(entry)[:50]!r}"


_RANGES: dict[str, _Range] = {
    **{f"INT{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"UINT{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    "FP16": (-65_504.0, 65_504.0),
    "FP32": (-(2 - 2**-23) * 2.0**127, (2 - 2**-23) * 2.0**127),
}
_FLOATS = frozenset({"FP16", "FP32", "FP64"})
_WRITERS: dict[str, Callable[[JSON, str, str], JSON]] = {
    "BOOL": _truth,
    "BYTES": _text,
    "FP16": _number,
    "FP32": _number,
    "FP64": _number,
}
