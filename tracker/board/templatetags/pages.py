"""What templates need beyond Django's own: icons, words and figures."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.board import examples, figures, words

register = template.Library()

register.filter("figure", figures.figure)
register.filter("percent", figures.percent)
register.filter("share", figures.share)
register.filter("plain", figures.plain)
register.filter("verdict_word", words.verdict_word)
register.filter("verdict_meaning", words.verdict_meaning)
register.filter("verdict_symbol", words.verdict_symbol)
register.filter("status_word", words.status_word)
register.simple_tag(examples.shown, name="shown")


@register.simple_tag
def sprite() -> str:
    """The address of the drawings: verdicts are `#verdict-fixed` and so on."""
    return static("build/sprite.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of that name (frontend/src/icons.json), silent for screen readers: a word stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"/></svg>', sprite(), name)
