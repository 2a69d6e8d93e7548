"""The settings that every kind of model server has, and those of the reading of answers.

What asks servers is imported when one is to be asked: it takes 30 ms, and most processes ask none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from evaluation.adapters.base import Opening
from evaluation.adapters.mapping.answer import ROOT, AnswerMap
from evaluation.adapters.mapping.mapper import Mapper
from evaluation.adapters.mapping.paths import Path
from evaluation.adapters.mapping.reading import NUMBERS, Reading
from evaluation.adapters.rate import Rate
from evaluation.adapters.server_address import check_headers, check_query
from evaluation.fields import FieldReader
from evaluation.labels import Labels
from evaluation.messages import message as _
from evaluation.strings import string_fault
from evaluation.types import OUTPUT_FIELDS

if TYPE_CHECKING:
    from evaluation.adapters.mapped import MappedAdapter
    from evaluation.adapters.patience import PatientServer

CONNECTION: dict[str, object] = {
    "headers": {},
    "query": None,
    "batch_size": 32,
    "timeout_seconds": 30.0,
    "concurrency": 4,
    "requests_per_second": None,
    "retries": 3,
}
"""The fields of a connection and their defaults; `url` is the kind's own."""

SECRET_FIELDS = frozenset({"headers", "query"})

READING: dict[str, object] = {"numbers": "value", "score_labels": None, "label_names": None}
"""The fields that say what a prediction is, and their defaults."""

PATHS: dict[str, object] = {f"{name}_at": None for name in OUTPUT_FIELDS}
"""The fields with paths within a prediction."""

_LONGEST_TIMEOUT = 600.0  # seconds
_SLOWEST = 0.1  # requests a second; with less, a worker would wait minutes for its turn
_FASTEST = 10_000.0
_MOST_NAMES = 10_000


def read_connection(reader: FieldReader, check_address: Callable[[object], None]) -> dict[str, Any]:
    """Read `url` and the fields of CONNECTION; without a batch size where the kind has none."""
    note(reader, "url", check_address)
    note(reader, "headers", check_headers)
    note(reader, "query", check_query)
    timeout = reader.number("timeout_seconds", least=0.1)
    if timeout > _LONGEST_TIMEOUT:
        reader.fail("timeout_seconds", _("Must be at most %(most)s.", most=f"{_LONGEST_TIMEOUT:g}"))
    rate = None
    if reader.fields.get("requests_per_second") is not None:
        rate = reader.number("requests_per_second", least=_SLOWEST)
        if rate > _FASTEST:
            reader.fail("requests_per_second", _("Must be at most %(most)s.", most=f"{_FASTEST:g}"))
    settings: dict[str, Any] = {name: reader.fields.get(name) for name in ("url", "headers", "query")}
    if reader.has("batch_size"):
        settings["batch_size"] = reader.integer("batch_size", least=1, most=10_000)
    return settings | {
        "timeout_seconds": timeout,
        "concurrency": reader.integer("concurrency", least=1, most=64),
        "requests_per_second": rate,
        "retries": reader.integer("retries", least=0, most=5),
    }


def read_reading(reader: FieldReader) -> dict[str, Any]:
    """Read the fields of READING."""
    note(reader, "score_labels", _check_labels)
    note(reader, "label_names", _check_renaming)
    return {
        "numbers": reader.choice("numbers", NUMBERS),
        "score_labels": reader.fields.get("score_labels"),
        "label_names": reader.fields.get("label_names"),
    }


def read_paths(reader: FieldReader, names: Mapping[str, object], *, each: bool) -> dict[str, Any]:
    """Read fields that hold paths; null is none. `each`: whether they may go through `[*]`."""

    def check(value: object) -> None:
        if value is None:
            return
        if not isinstance(value, str) or not value:
            raise ValueError(_("Must be a path such as outputs[0].data."))
        if Path.parse(value).has_each and not each:
            raise ValueError(_("A path here has no [*]."))

    for name in names:
        note(reader, name, check)
    return {name: reader.fields.get(name) for name in names}


def read_text(reader: FieldReader, name: str, *, longest: int) -> str | None:
    """Read a text that may be null."""
    return None if reader.fields.get(name) is None else reader.string(name, longest=longest)


def note(reader: FieldReader, name: str, check: Callable[[object], None]) -> None:
    """Note what `check` finds wrong with a field."""
    try:
        check(reader.fields.get(name))
    except ValueError as error:
        reader.fail(name, str(error))


def reading_of(opening: Opening) -> Reading:
    """How a prediction is read."""
    settings = opening.settings
    return Reading(
        Labels.of(opening.labels),
        numbers=settings["numbers"],
        score_labels=Labels.of(settings["score_labels"] or ()),
        label_names=settings["label_names"] or {},
    )


def answer_map_of(opening: Opening, answers: Path | None = None) -> AnswerMap:
    """Where the predictions of an answer are and how they are read; `answers` where no setting says it."""
    settings = opening.settings
    if settings.get("answers_at"):
        answers = Path.parse(settings["answers_at"])
    given = {name: settings.get(f"{name}_at") for name in OUTPUT_FIELDS}
    fields = {name: Path.parse(path) for name, path in given.items() if path}
    return AnswerMap(reading_of(opening), answers or ROOT, fields)


def server_of(opening: Opening, headers: Mapping[str, str] | None = None) -> PatientServer:
    """The server of the settings, with `headers` beside theirs. Nothing is connected to yet."""
    from evaluation.adapters.patience import Patience, PatientServer  # noqa: PLC0415
    from evaluation.adapters.server import Server  # noqa: PLC0415

    settings, policy = opening.settings, opening.policy
    server = Server(
        {**settings["headers"], **(headers or {})},
        settings["query"] or {},
        concurrency=settings["concurrency"],
        policy=policy,
    )
    patience = Patience(
        retries=settings["retries"],
        timeout=min(settings["timeout_seconds"], policy.seconds_per_batch),
        seconds=policy.seconds_per_batch,
        rate=Rate(settings["requests_per_second"]),
    )
    return PatientServer(server, patience)


def adapter_of(opening: Opening, server: PatientServer, mapper: Mapper) -> MappedAdapter:
    """The adapter that asks `server` as `mapper` says."""
    from evaluation.adapters.mapped import MappedAdapter  # noqa: PLC0415

    settings, rate = opening.settings, opening.settings["requests_per_second"]
    concurrency: int = settings["concurrency"]
    if rate is not None:
        # More at once would only wait for their turns, and the last of them longer than a request may take.
        concurrency = max(1, min(concurrency, int(rate * opening.policy.seconds_per_batch / 2)))
    return MappedAdapter(
        server,
        mapper,
        labels=opening.labels,
        batch_size=settings.get("batch_size", 1),
        concurrency=concurrency,
    )


def check_name(value: object) -> None:
    """Check that it is a text that can be stored and is not empty. Raises ValueError."""
    if not isinstance(value, str) or not value or len(value) > 500 or string_fault(value):
        raise ValueError(_("Must be a text of 1 to 500 characters."))


def check_names(value: object, fault: str) -> None:
    """Check that it is null or a list of names, each once. Raises ValueError, with `fault` for what is no such list."""
    if value is None:
        return
    if (
        not isinstance(value, list)
        or not 0 < len(value) <= _MOST_NAMES
        or len(set(map(str, value))) < len(value)
    ):
        raise ValueError(fault)
    for name in value:
        check_name(name)


def _check_labels(value: object) -> None:
    check_names(value, _("Must be a list of labels, each once."))


def _check_renaming(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_NAMES:
        raise ValueError(_('Must be an object such as {"LABEL_0": "negative"}.'))
    for name, label in value.items():
        check_name(name)
        check_name(label)
