"""What templates need beyond Django's own: icons, words and figures."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracker.board import examples, figures, moments, undo, words
from tracker.board.differences import Mark, Piece
from tracker.board.invisible import visible, visible_spaces
from tracker.board.pages import file_examples, first_steps
from tracker.board.pages.matrix_rows import MatrixRow
from tracker.board.pages.overlays import Overlay, OverlayCell
from tracker.candidates.models import CandidateModel
from tracker.triage.verdict_sentences import settling_words

register = template.Library()

ELEMENTS: dict[Mark, str] = {"added": "mark", "gone": "del"}

register.filter("figure", figures.figure)
register.filter("percent", figures.percent)
register.filter("share", figures.share)
register.filter("set_share", figures.set_share)
register.filter("plain", figures.plain)
register.filter("count", figures.count)
register.filter("relative", moments.relative)
register.filter("exact", moments.exact)
register.filter("day", moments.day)
register.filter("machine_readable", moments.machine_readable)
register.filter("verdict_word", words.verdict_word)
register.filter("verdict_meaning", words.verdict_meaning)
register.filter("verdict_symbol", words.verdict_symbol)
register.filter("settling", settling_words)
register.filter("gate_symbol", words.gate_symbol)
register.filter("gate_word", words.gate_word)
register.filter("gate_meaning", words.gate_meaning)
register.filter("in_shell", shlex.quote)
register.filter("stage_word", words.stage_word)
register.filter("adapter_word", words.adapter_word)
register.filter("role_word", words.role_word)
register.filter("scope_word", words.scope_word)
register.filter("actor_word", words.actor_word)
register.filter("reach_meaning", words.reach_meaning)
register.filter("status_word", words.status_word)
register.filter("shown_output", examples.shown_output)
register.filter("undo_of", undo.undo_of)
register.filter("n_done", first_steps.n_done)
register.filter("next_step", first_steps.next_step)
for each in (
    file_examples.example_of_input,
    file_examples.example_of_output,
    file_examples.example_of_said,
    file_examples.example_of_expectation,
):
    register.filter(each.__name__, each)


@register.filter
def sentence_case(text: str) -> str:
    """A heading of a package that writes Every Word large, written as ours are."""
    return text.strip().capitalize()


@register.filter
def of(by_key: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key; nothing where it has none."""
    return by_key.get(key)


@register.simple_tag
def overlay_cell(line: Overlay, model: CandidateModel) -> OverlayCell:
    """Another problem of the chart under one model."""
    return line.cell(model.pk)


@register.simple_tag
def sprite() -> str:
    """The address of the drawings: verdicts are `#verdict-fixed` and so on."""
    return static("build/sprite.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of that name (frontend/src/icons.json), silent for screen readers: a word stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"/></svg>', sprite(), name)


@register.simple_tag(takes_context=True)
def shown(context: Context, value: Any, input_kind: str, base: Any = None) -> examples.Shown:
    """An example for `_example.html`; where the page's `project` is known, large parts get an address in it."""
    project = context.get("project")
    return examples.shown(value, input_kind, base, slug=project.slug if project else "")


@register.simple_tag
def matrix_cells(row: MatrixRow) -> SafeString:
    """The cells of a row; made here since there are hundreds in a piece, and every space in them counts."""
    drawn = '<td class="matrix-cell {}" role="gridcell"><a href="{}{}" aria-label="{}"></a></td>'
    return format_html_join("", drawn, ((cell.look, row.url, cell.path, cell.words) for cell in row.cells))


@register.simple_tag
def pieces(text: examples.Text | Sequence[Piece]) -> SafeString:
    """A text with what differs from its base marked; made here since every space in it counts."""
    found = text.pieces if isinstance(text, examples.Text) else text
    titles: dict[Mark, str] = {"added": _("not in the base"), "gone": _("only in the base")}
    marked = '<{0} title="{1}">{2}</{0}>'
    drawn = [
        format_html(marked, ELEMENTS[piece.mark], titles[piece.mark], _seen(piece))
        if piece.mark in ELEMENTS
        else visible(piece.text)
        for piece in found
        if piece.text
    ]
    if not drawn:
        return format_html('<span class="pieces is-empty">{}</span>', _("empty"))
    return format_html(
        '<span class="pieces" dir="auto">{}</span>', format_html_join("", "{}", ((each,) for each in drawn))
    )


def _seen(piece: Piece) -> SafeString:
    """Spaces are seen where nothing but them was added or is gone."""
    return visible_spaces(piece.text) if piece.text.isspace() else visible(piece.text)
