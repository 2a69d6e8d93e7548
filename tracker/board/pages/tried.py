"""One exchange with a model, for somebody who looks."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms.boundfield import BoundField

from evaluation.adapters import Exchange
from tracker.board.expectation_words import output_words
from tracker.board.forms.styled import StyledForm
from tracker.candidates.trying import what_to_do


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent, what came back, and what was read or why nothing was. `request_line` is "" without a server."""

    request_line: str
    header_names: str
    request: str
    status: int | None
    answer: str
    output: str
    fault: str
    advice: str


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field that has to be corrected before anything can be tried."""

    label: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of pressing the button: an exchange, wrong fields, or a refusal. Nothing before it was pressed."""

    tried: Tried | None = None
    wrong: tuple[WrongField, ...] = ()
    refusal: str = ""
    asks_for_file: bool = False


def tried_of(exchange: Exchange) -> Tried:
    return Tried(
        request_line=f"{exchange.method} {exchange.address}".strip(),
        header_names=", ".join(exchange.header_names),
        request=exchange.request,
        status=exchange.status,
        answer=exchange.answer,
        output=output_words(exchange.output.to_json()) if exchange.output else "",
        fault=exchange.fault or "",
        advice=what_to_do(exchange),
    )


def wrong_fields(*forms: StyledForm) -> tuple[WrongField, ...]:
    """Return every error of these forms with the field to go to."""
    return tuple(wrong for form in forms for field in form for wrong in _wrong(field))


def _wrong(field: BoundField) -> list[WrongField]:
    return [WrongField(str(field.label), field.id_for_label, str(text)) for text in field.errors]
