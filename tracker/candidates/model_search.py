"""Looking for models by version and lineage.

Done in Python over all models of a project: they are few (tens, at most some hundreds) and pages hold them anyway,
while databases differ in how they search nested JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from evaluation.lineage import LineageField, lineage_fields
from tracker.candidates.models import CandidateModel

MAX_QUERY = 200
_TERM = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_PLACE = re.compile(r"\[\d+\]")

Found = TypeVar("Found", bound=CandidateModel)


@dataclass(frozen=True, slots=True)
class Term:
    """A text to look for, in a field of the lineage where `field:text` names one that the model has, else anywhere."""

    text: str
    field: str = ""
    value: str = ""

    @classmethod
    def read(cls, written: str) -> Term:
        text = written.replace('"', "").casefold()
        field, colon, value = text.partition(":")
        return cls(text, field, value) if colon and field and value else cls(text)

    def matches(self, version: str, fields: Iterable[LineageField]) -> bool:
        if self.text in version.casefold():
            return True
        return any(self.is_in(field) for field in fields)

    def is_in(self, field: LineageField) -> bool:
        """Return whether a field of a lineage has it, in its name or its value."""
        # Without places in lists: `data.files:a.csv` finds it wherever it stands.
        name, value = _PLACE.sub("", field.name).casefold(), value_text(field.value).casefold()
        if self.field and (name == self.field or name.startswith(f"{self.field}.")):
            return self.value in value
        return self.text in name or self.text in value


def found_models(models: Iterable[Found], query: str) -> list[Found]:
    """Return the models that match every word of the query; quotes keep words together."""
    terms = _terms(query)
    found = []
    for model in models:
        fields = lineage_fields(model.lineage) if terms else []
        if all(term.matches(model.version, fields) for term in terms):
            found.append(model)
    return found


def fields_found(model: CandidateModel, query: str) -> list[LineageField]:
    """Return the fields of a model's lineage that a word of the query is in: why it was found."""
    terms = _terms(query)
    fields = lineage_fields(model.lineage) if terms else []
    return [field for field in fields if any(term.is_in(field) for term in terms)]


def _terms(query: str) -> list[Term]:
    return [Term.read(written) for written in _TERM.findall(query[:MAX_QUERY]) if written.strip('"')]


def value_text(value: object) -> str:
    """Return a value of a lineage as text: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
