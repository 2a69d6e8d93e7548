"""Form fields of adapters' settings: people type lines, adapters get lists and objects."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evaluation.adapters.server_address import without_secrets
from tracker.board.forms.styled import JSONText, lines_of

BARE_PLACEHOLDER = re.compile(r'(?<!")\{(inputs?|labels)\b[^{}"]*\}')
MONO = {"class": "form-control mono", "spellcheck": "false", "autocomplete": "off"}


def with_placeholders(text: str, *names: str, **examples: str) -> SafeString:
    """Return a hint in which {names} stand for themselves, and {examples} for what they are, as code."""
    shown = {name: f"{{{name}}}" for name in names} | examples
    return format_html(text, **{name: format_html("<code>{}</code>", code) for name, code in shown.items()})


class HiddenAgain(forms.Textarea):
    """A field of several lines for keys: what was typed is sent, and never written into a page again."""

    def format_value(self, value: Any) -> None:
        return None


class AddressInput(forms.TextInput):
    """An address; what is refused in it since it is a key is never written into a page again."""

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)
        return None if shown is None else without_secrets(shown)


class Headers(forms.CharField):
    """Headers, one a line, as Name: value."""

    widget = HiddenAgain

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=HiddenAgain({"rows": 2, **MONO}), **kwargs)

    def to_python(self, value: Any) -> Any:
        lines = lines_of(super().to_python(value) or "")
        # A wrong line is told by its number: it may hold a key.
        if wrong := next((number for number, line in enumerate(lines, start=1) if ":" not in line), None):
            raise forms.ValidationError(_("Line %(line)s has no colon.") % {"line": wrong})
        pairs = (line.split(":", 1) for line in lines)
        return {name.strip(): content.strip() for name, content in pairs}


class Key(forms.CharField):
    """A key; what was typed is never written into a page again."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput({**MONO, "autocomplete": "new-password"}, render_value=False)
        super().__init__(**{"required": False, "widget": widget, **kwargs})


class Names(forms.CharField):
    """Names, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        return lines_of(super().to_python(value) or "")


class Renamed(forms.CharField):
    """Names and what each is called here, one a line, as theirs: ours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        lines = lines_of(super().to_python(value) or "")
        if wrong := next((line for line in lines if ":" not in line), None):
            raise forms.ValidationError(_("“%(line)s” has no colon.") % {"line": wrong})
        pairs = (line.rsplit(":", 1) for line in lines)
        return {theirs.strip(): ours.strip() for theirs, ours in pairs}


class JSONSetting(JSONText):
    """A setting that is JSON."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea({"rows": rows, **MONO}), **kwargs})


class Template(JSONSetting):
    """A request with placeholders, which people who think of text templates write without quotes."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            bare = BARE_PLACEHOLDER.search(value or "")
            if bare is None:
                raise
            told = {"quoted": f'"{bare[0]}"'}
            raise forms.ValidationError(
                _(
                    "Not JSON: write the placeholder in quotes, as %(quoted)s. Its value replaces the quotes too."
                )
                % told
            ) from error


class Place(forms.CharField):
    """A path into an answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=500, widget=forms.TextInput(MONO), **kwargs)
