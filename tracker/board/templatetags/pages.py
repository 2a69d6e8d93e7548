"""What templates need beyond Django's own: icons, words and figures."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracker.board import examples, figures, words
from tracker.board.differences import Mark
from tracker.board.pages.overlays import Overlay, OverlayCell
from tracker.candidates.models import CandidateModel

register = template.Library()

ELEMENTS: dict[Mark, str] = {"added": "mark", "gone": "del"}

register.filter("figure", figures.figure)
register.filter("percent", figures.percent)
register.filter("share", figures.share)
register.filter("plain", figures.plain)
register.filter("verdict_word", words.verdict_word)
register.filter("verdict_meaning", words.verdict_meaning)
register.filter("verdict_symbol", words.verdict_symbol)
register.filter("reach_meaning", words.reach_meaning)
register.filter("status_word", words.status_word)
register.simple_tag(examples.shown, name="shown")


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


@register.simple_tag
def pieces(text: examples.Text) -> SafeString:
    """A text with what differs from its base marked; made here since every space in it counts."""
    titles: dict[Mark, str] = {"added": _("not in the base"), "gone": _("only in the base")}
    marked = '<{0} title="{1}">{2}</{0}>'
    drawn = [
        format_html(marked, ELEMENTS[piece.mark], titles[piece.mark], piece.text)
        if piece.mark in ELEMENTS
        else piece.text
        for piece in text.pieces
    ]
    return format_html(
        '<span class="pieces">{}</span>', format_html_join("", "{}", ((each,) for each in drawn))
    )
