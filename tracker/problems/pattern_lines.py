"""A test pattern as people send it: one line of a file, one object of the API (CONTRACT: files)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, canonical_json
from evaluation.expectations import InvalidExpectation, parse_expectation
from evaluation.labels import Labels
from tracker.problems.models import SourceKind
from tracker.projects.bodies import read_body
from tracker.projects.errors import Errors, Invalid
from tracker.projects.examples import CanonicalInput, canonical_input
from tracker.projects.models import SLUG_PATTERN, Project

MAX_META_CHARACTERS = 10_000
REMEMBERED = 10_000

CaseKey = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Version = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class SelectedOn(msgspec.Struct, forbid_unknown_fields=True):
    """The case was filed because this model failed it."""

    selected_on: Version


class PatternBody(msgspec.Struct, forbid_unknown_fields=True):
    """A test pattern. `problem` is for files; under a problem's own address it is left out."""

    expectation: dict[str, Any]
    input: Any = msgspec.UNSET
    problem: Annotated[str, msgspec.Meta(pattern=rf"^{SLUG_PATTERN}\Z")] | None = None
    case: CaseKey | None = None
    base: Any = None
    source: str | SelectedOn | list[str | SelectedOn] = "written"
    meta: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Source:
    kind: SourceKind
    version: str = ""


class PatternLine(msgspec.Struct, frozen=True, gc=False):
    """A test pattern that has been checked, ready to be stored."""

    line: int
    problem: str | None
    case: str
    input: CanonicalInput
    base: CanonicalInput | None
    expectation: str
    sources: tuple[Source, ...]
    meta: str

    @property
    def identity(self) -> str:
        """What makes two patterns of one problem the same: case, input, base and expectation."""
        parts = [self.case, self.input.digest, self.base.digest if self.base else "", self.expectation]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RejectedLine:
    line: int
    errors: Errors


class PatternReader:
    """Checks pattern lines against one project; remembers what repeats from line to line."""

    def __init__(self, project: Project) -> None:
        self._labels = Labels.of(project.labels)
        self._known: dict[tuple[object, bool], str] = {}
        self._known_meta: dict[object, str] = {}
        self._last_base: tuple[Any, CanonicalInput] | None = None

    def read_all(self, items: Iterable[tuple[int, object]]) -> Iterator[PatternLine | RejectedLine]:
        """Read numbered items; an item that is an Invalid already (a line that is not JSON) is passed through."""
        for line, item in items:
            try:
                yield self.read(line, item)
            except Invalid as invalid:
                yield RejectedLine(line, invalid.errors)

    def read(self, line: int, item: object) -> PatternLine:
        """Return the checked line; raises Invalid."""
        if isinstance(item, Invalid):
            raise item
        body = read_body(item, PatternBody)
        if body.input is msgspec.UNSET:
            raise Invalid({"input": [_("This field is required.")]})
        sent = _canonical("input", body.input)
        base = self._base(body.base) if body.base is not None else None
        return PatternLine(
            line=line,
            problem=body.problem,
            case=body.case or derived_case_key(sent, base),
            input=sent,
            base=base,
            expectation=self.read_expectation(body.expectation, has_base=base is not None),
            sources=_sources(body.source),
            meta=self._meta(body.meta),
        )

    def read_expectation(self, fields: dict[str, Any], *, has_base: bool) -> str:
        """Return the expectation's canonical JSON; raises Invalid with the fields under `expectation`."""
        key = (_mark(fields), has_base)
        if key not in self._known:
            try:
                json.dumps(fields)
            except (TypeError, ValueError) as error:
                raise Invalid({"expectation": [_("This cannot be read as JSON.")]}) from error
            try:
                expectation = parse_expectation(fields, labels=self._labels, has_base=has_base)
                text = canonical_json(expectation.to_json())
            except InvalidExpectation as error:
                raise Invalid(
                    {_under("expectation", field): texts for field, texts in error.errors.items()}
                ) from error
            _remember(self._known, key, text)
        return self._known[key]

    def _meta(self, given: dict[str, Any]) -> str:
        """Return the canonical JSON of what is noted about a pattern; whole files note the same few things."""
        if not given:
            return "{}"
        key = _mark(given)
        if key not in self._known_meta:
            _remember(self._known_meta, key, _meta(given))
        return self._known_meta[key]

    def _base(self, value: Any) -> CanonicalInput:
        """Return a base in its stored form; the patterns of a case share it and mostly follow each other."""
        if self._last_base is None or type(value) is not str or self._last_base[0] != value:
            self._last_base = (value, _canonical("base", value))
        return self._last_base[1]


def _mark(fields: dict[str, Any]) -> object:
    """Return what is the same for the same fields only, and quickly made."""
    try:
        # Not their JSON, in which what cannot be JSON could look like what can.
        return repr(fields)
    except (ValueError, RecursionError):  # numbers of thousands of digits, nests of thousands of levels
        return object()


def _remember(known: dict[Any, str], key: object, text: str) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = text


def derived_case_key(sent: CanonicalInput, base: CanonicalInput | None) -> str:
    """Return the case of a pattern that names none: its input and base.

    The expectation is left out, so that what is asked of one input counts once, relabelled or not.
    """
    return "sha256:" + hashlib.sha256(f"{sent.digest} {base.digest if base else ''}".encode()).hexdigest()


def _under(parent: str, field: str) -> str:
    return field if field in {parent, "base"} else f"{parent}.{field}"


def _canonical(field: str, value: Any) -> CanonicalInput:
    try:
        return canonical_input(value)
    except InvalidJSON as error:
        raise Invalid({field: [str(error)]}) from error


_ALONE = {
    kind.value: (Source(kind),) for kind in (SourceKind.WRITTEN, SourceKind.SAMPLED, SourceKind.GENERATED)
}
"""The sources of nearly every line: one that names no model."""


def _sources(given: str | SelectedOn | list[str | SelectedOn]) -> tuple[Source, ...]:
    if isinstance(given, str) and given in _ALONE:
        return _ALONE[given]
    sources = []
    for item in given if isinstance(given, list) else [given]:
        if isinstance(item, SelectedOn):
            sources.append(Source(SourceKind.SELECTED_ON, item.selected_on))
        elif item in _ALONE:
            sources.extend(_ALONE[item])
        else:
            raise Invalid(
                {"source": [_('Give "written", "sampled", "generated" or {"selected_on": version}.')]}
            )
    return tuple(dict.fromkeys(sources))


def _meta(given: dict[str, Any]) -> str:
    text = _canonical("meta", given).content
    if len(text) > MAX_META_CHARACTERS:
        raise Invalid({"meta": [_("At most 10,000 characters can be kept.")]})
    return text
