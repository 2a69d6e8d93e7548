"""Models that write texts: chat completions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.register.connection import CONNECTION, ServerForm
from tracker.board.forms.register.fields import MONO, JSONSetting, Key, with_placeholders

EXTRACTION_WORDS = [
    ("none", gettext_lazy("no: the text is the output")),
    ("exact", gettext_lazy("yes: the text is a label")),
    ("contains", gettext_lazy("yes: one label occurs in the text")),
    ("regex", gettext_lazy("yes: a pattern finds it")),
]


class OpenAIForm(ServerForm):
    """Chat completions of OpenAI or any server that speaks the same."""

    kind = "openai"
    address_hint = gettext_lazy("Up to where /chat/completions begins, such as https://api.openai.com/v1")
    folded = (
        "temperature", "max_tokens", "seed", "parameters", "headers",
        *(name for name in CONNECTION if name != "batch_size"),
    )  # fmt: skip
    field_order = (
        "version", "trained_at", "url", "model", "api_key", "system_prompt", "prompt", "label_extraction",
        "label_pattern", "volatile", "ask_again_every",
    )  # fmt: skip

    model = forms.CharField(
        label=gettext_lazy("Model"), max_length=500, help_text=gettext_lazy("Its name on the server.")
    )
    api_key = Key(
        label=gettext_lazy("Key"),
        max_length=4_000,
        help_text=gettext_lazy("Stored encrypted, sent to this address only, never shown again."),
    )
    system_prompt = forms.CharField(
        label=gettext_lazy("System prompt"), required=False, strip=False, widget=forms.Textarea({"rows": 2})
    )
    prompt = forms.CharField(
        label=gettext_lazy("Prompt"),
        strip=False,
        initial="{input}",
        widget=forms.Textarea({"rows": 3}),
    )
    label_extraction = forms.ChoiceField(
        label=gettext_lazy("Is there a label in the text?"),
        required=False,
        choices=EXTRACTION_WORDS,
        initial="none",
    )
    label_pattern = forms.CharField(
        label=gettext_lazy("Pattern of the label"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput(MONO),
        help_text=gettext_lazy(
            "A regular expression; its first group is the label. For “a pattern finds it” only."
        ),
    )
    temperature = forms.FloatField(
        label=gettext_lazy("Temperature"),
        required=False,
        min_value=0,
        initial=0,
        help_text=gettext_lazy("Empty: not sent, for models that take none."),
    )
    max_tokens = forms.IntegerField(label=gettext_lazy("Most tokens"), required=False, min_value=1)
    seed = forms.IntegerField(label=gettext_lazy("Seed"), required=False, min_value=0)
    parameters = JSONSetting(
        label=gettext_lazy("Other parameters"), help_text=gettext_lazy("An object that is sent along.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prompt"].help_text = with_placeholders(
            _("{input} is the input, {labels} the project’s labels. A chat is sent as it is."),
            "input",
            "labels",
        )

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "label_pattern" and self.cleaned_data.get("label_extraction") != "regex":
            error = _("Nothing asks for a pattern: choose “yes: a pattern finds it” above, or empty this.")
        super().add_error(field, error)

    def adapter(self) -> dict[str, Any]:
        return super().adapter() | {"temperature": self.cleaned_data["temperature"]}
