"""What an ONNX file may hold, found out before anything loads it.

The file is looked through field by field, since the `onnx` package would be 30 MB for this one walk. External data
is refused in each place that can hold a tensor: its location may be a path, or, for onnxruntime, an address in memory.
Numbers of fields: onnx.proto.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from evaluation.adapters.protobuf import Malformed, Span, fields
from evaluation.adapters.uploaded_child import FileRefused

NOT_ONNX = (
    "This is not an ONNX file. Save the model with skl2onnx, torch.onnx or tf2onnx; "
    "pickle files can run code and are refused, always."
)
EXTERNAL_DATA = (
    "The file keeps its weights in other files (external data), which is refused. "
    "Save the model with its weights inside, as one file."
)

_ONNX_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
# Operators that come with onnxruntime and that converters and optimisers write. Others of its own, such as EPContext,
# can read files or need hardware; anyone else's need code that is not in the file.
_RUNTIME_DOMAIN = "com.microsoft"
_RUNTIME_OPERATORS = frozenset(
    (
        "Attention", "BiasGelu", "BiasSoftmax", "DequantizeLinear", "DynamicQuantizeLSTM", "DynamicQuantizeMatMul",
        "EmbedLayerNormalization", "FastGelu", "FusedConv", "FusedGemm", "FusedMatMul", "Gelu", "MatMulInteger16",
        "MatMulIntegerToFloat", "MatMulNBits", "MultiHeadAttention", "MurmurHash3", "QAttention",
        "QEmbedLayerNormalization", "QGemm", "QLinearAdd", "QLinearAveragePool", "QLinearConcat",
        "QLinearGlobalAveragePool", "QLinearLeakyRelu", "QLinearMul", "QLinearSigmoid", "QLinearSoftmax",
        "QuantizeLinear", "QuickGelu", "Rfft", "SkipLayerNormalization", "Tokenizer", "Unique",
    )
)  # fmt: skip

# Domains whose names onnxruntime may take for its own, whatever functions a file defines.
_RESERVED_DOMAINS = ("ai.onnx", "com.microsoft", "com.ms.", "org.pytorch.")

_DEEPEST = 40  # graphs in graphs


@dataclass(frozen=True)
class Contents:
    """What was seen in a file: whether it has a graph, operators as (domain, name), functions of its own, and the names
    of classes that classifiers in it bring."""

    has_graph: list[bool] = field(default_factory=list)
    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    classes: set[tuple[str, ...]] = field(default_factory=set)


def check_file(content: bytes) -> Contents:
    """Raise FileRefused unless the content is a model whole in itself, of operators that onnxruntime brings."""
    # Its own format, which it would tell by these letters; nothing here can look through that.
    if content[4:8] == b"ORTM":
        raise FileRefused(NOT_ONNX)
    seen = Contents()
    try:
        _Walk(content, seen).model(Span(0, len(content)), 0)
    except (Malformed, UnicodeDecodeError):
        raise FileRefused(NOT_ONNX) from None
    if not seen.has_graph:
        raise FileRefused(NOT_ONNX)
    _check_operators(seen)
    return seen


def _check_operators(seen: Contents) -> None:
    own = {(domain, name) for domain, name in seen.functions if not domain.startswith(_RESERVED_DOMAINS)}
    unknown = sorted(
        f"{domain}.{name}"
        for domain, name in seen.operators - own
        if domain not in _ONNX_DOMAINS and not (domain == _RUNTIME_DOMAIN and name in _RUNTIME_OPERATORS)
    )
    if unknown:
        named = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        raise FileRefused(
            f"The file needs operators that are not ONNX's own, and is not loaded: {named}. "
            "Export the model with standard operators only."
        )


class _Walk:
    """Visits each message that can hold a tensor, a node or a graph. Fields of no interest are stepped over."""

    def __init__(self, content: bytes, seen: Contents) -> None:
        self._content = content
        self._seen = seen

    def model(self, span: Span, depth: int) -> None:
        self._visit(span, {7: self._main_graph, 20: self._training, 25: self._function}, depth)

    def _main_graph(self, span: Span, depth: int) -> None:
        self._seen.has_graph.append(True)
        self._graph(span, depth)

    def _training(self, span: Span, depth: int) -> None:
        self._visit(span, {1: self._graph, 2: self._graph}, depth)

    def _graph(self, span: Span, depth: int) -> None:
        self._visit(span, {1: self._node, 5: self._tensor, 15: self._sparse_tensor}, depth + 1)

    def _function(self, span: Span, depth: int) -> None:
        self._visit(span, {7: self._node, 11: self._attribute}, depth + 1)
        self._seen.functions.add((self._only_text(span, 10), self._only_text(span, 1)))

    def _node(self, span: Span, depth: int) -> None:
        self._visit(span, {5: self._attribute}, depth)
        self._seen.operators.add((self._only_text(span, 7), self._only_text(span, 4)))

    def _attribute(self, span: Span, depth: int) -> None:
        self._visit(
            span,
            {
                5: self._tensor, 10: self._tensor,
                6: self._graph, 11: self._graph,
                22: self._sparse_tensor, 23: self._sparse_tensor,
            },
            depth,
            many=(7, 8),
        )  # fmt: skip
        if self._first_text(span, 1).startswith("classlabels_"):
            self._note_classes(span)

    def _sparse_tensor(self, span: Span, depth: int) -> None:
        self._visit(span, {1: self._tensor, 2: self._tensor}, depth)

    def _tensor(self, span: Span, _depth: int) -> None:
        for number, value in fields(self._content, span, many=(4, 5, 7, 10, 11)):
            # external_data; data_location, whatever its later bits, which readers drop
            if number == 13 or (number == 14 and value != 0):
                raise FileRefused(EXTERNAL_DATA)

    def _visit(
        self,
        span: Span,
        visitors: dict[int, Callable[[Span, int], None]],
        depth: int,
        many: tuple[int, ...] = (),
    ) -> None:
        if depth > _DEEPEST:
            raise FileRefused("The file holds graphs in graphs, too deep to be looked through.")
        for number, value in fields(self._content, span, many=many):
            visit = visitors.get(number)
            if visit is None:
                continue
            if not isinstance(value, Span):
                raise Malformed
            visit(value, depth)

    def _only_text(self, span: Span, wanted: int) -> str:
        """A text that is there once or not at all: of two, another reader might take the other."""
        found = [value for number, value in fields(self._content, span) if number == wanted]
        if len(found) > 1:
            raise Malformed
        return self._text(found[0]) if found else ""

    def _first_text(self, span: Span, wanted: int) -> str:
        values = fields(self._content, span, many=(7, 8))
        return next((self._text(value) for number, value in values if number == wanted), "")

    def _text(self, value: Span | int) -> str:
        if not isinstance(value, Span):
            raise Malformed
        return self._content[value.start : value.end].decode()

    def _note_classes(self, span: Span) -> None:
        """Keep the names in an attribute of a classifier: strings (9), or whole numbers (8)."""
        found = list(fields(self._content, span))
        texts = [self._text(value) for number, value in found if number == 9]
        numbers = [str(_signed(value)) for number, value in found if number == 8 and isinstance(value, int)]
        if texts or numbers:
            self._seen.classes.add(tuple(texts or numbers))


def _signed(value: int) -> int:
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
