"""What every adapter shares: the operator's policy, the ways to fail, and the seam itself.

An adapter asks one model for its outputs. A new kind is one module with an `AdapterKind` named `KIND`
and one line in `evaluation.adapters.ADAPTERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Protocol

from evaluation.fields import FieldReader, InvalidFields
from evaluation.types import JSON, Output

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Policy:
    """Everything that an operator may set about adapters. A project's people cannot change it."""

    # Networks that model servers may be in although they are not public, such as 10.20.0.0/16.
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    # The only callables that `python` may call, each as "package.module:function".
    python_callables: frozenset[str] = frozenset()
    # Address space of a child process that holds an uploaded model. scikit-learn itself takes 0.4 GB of it.
    memory_bytes: int = 2048 * MEBIBYTE
    # The longest that one batch may take, whatever a model's own settings say; repeated requests and the pauses
    # between them included. Of a batch whose inputs are asked one by one each may take so long.
    seconds_per_batch: float = 60.0
    # The longest that an uploaded model may take to load, the import of its library included.
    seconds_to_load: float = 120.0
    # The longest answer to one batch.
    max_answer_bytes: int = 32 * MEBIBYTE
    # The longest that a connection to a model server may take to open.
    connect_seconds: float = 5.0


@dataclass(frozen=True)
class Failure:
    """One input that could not be answered: an error, which is neither right nor wrong."""

    message: str


class AdapterError(Exception):
    """The family of what can go wrong with a whole adapter or a whole batch.

    `said` is what was said of the first inputs where they were asked one by one until it went wrong: that counts.
    """

    said: Sequence[Output | Failure] = ()


class InvalidAdapter(InvalidFields, AdapterError):
    """The settings are wrong. `errors` says per field what is, in words for the person who wrote them."""


class AdapterRefused(AdapterError):
    """The operator's policy forbids it: an address, a callable, an unsafe file. Asking again is no use."""


class AdapterUnavailable(AdapterError):
    """The batch could not be asked at all: no connection, a time limit, 429 or 5xx, a killed child.

    The run may try again later; `retry_after` is what the server asked for, in seconds.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


@dataclass(frozen=True)
class Exchange:
    """One input asked so that a person can look at it: what was sent, what came back, how it was read.

    Texts are cut to what fits on a page, and hold no value of a header and no key. Either `output` or `fault` is there.
    """

    # What was sent: the request's body, or the input itself where no server is asked.
    request: str
    # The beginning of what came back; empty if nothing did.
    answer: str = ""
    # For a server: POST, its address without a query, the names of the headers sent, the status that it answered with.
    method: str = ""
    address: str = ""
    header_names: tuple[str, ...] = ()
    status: int | None = None
    output: Output | None = None
    # Where it failed, in plain words: no connection, a refusal, or the place of the answer that could not be read.
    fault: str | None = None


class Adapter(Protocol):
    """A connection to one model.

    Inputs are any JSON values, `batch_size` of them at most. `predict` may be called by `concurrency` threads at once;
    where that is 1, all calls must come from one thread at a time.
    """

    batch_size: int
    concurrency: int

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """Ask for the outputs of `inputs`; the answer has the same length and order, always.

        Raises AdapterUnavailable or AdapterRefused where the batch as a whole could not be asked.
        """
        ...

    def explain(self, asked: JSON) -> Exchange:
        """Ask for one input and show how. Raises nothing of the AdapterError family: that is the `fault`."""
        ...

    def close(self) -> None:
        """Let go of connections and processes. The adapter is not asked again."""
        ...


@dataclass(frozen=True)
class Opening:
    """What a kind opens an adapter with. `settings` holds every field of the kind, defaults included."""

    settings: Mapping[str, Any] = field(repr=False)  # secrets among them
    labels: Sequence[str]
    policy: Policy
    file: Path | None


@dataclass(frozen=True)
class AdapterKind:
    """One way of reaching a model."""

    name: str
    # Reads the fields of the settings and returns them in normal form; notes faults in the reader.
    read: Callable[[FieldReader], dict[str, Any]]
    open: Callable[[Opening], Adapter]
    # The names of the fields, and what those that may be left out are then.
    fields: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    # Whether there is anything to ask. False: its outputs are brought.
    asks: bool = True
    # Whether it asks a server, which may be away for a while and come back: a run waits for it.
    asks_server: bool = False
    # Whether a model of this kind comes with an uploaded file, and how that file's name ends.
    needs_file: bool = False
    file_suffix: str = ""
    # Raises AdapterRefused for a file that must not be loaded. Takes seconds: not for a web request.
    inspect_file: Callable[[Path, Policy], None] | None = None
    # Fields that are stored encrypted and never shown again.
    secret_fields: frozenset[str] = frozenset()

    @property
    def works_elsewhere(self) -> bool:
        """Whether the model works in another process, on a server or here, while this one does something else."""
        return self.asks_server or self.needs_file
