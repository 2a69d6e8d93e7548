"""What the forms of all model servers share: an address, keys, how often to ask, and how predictions are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.adapters.server_address import without_secrets
from tracker.board.forms.register.fields import AddressInput, Headers, Names, Place, Renamed
from tracker.board.forms.register.volatile import VolatileForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CONNECTION = ("query", "batch_size", "timeout_seconds", "concurrency", "requests_per_second", "retries")
PLACES = ("label_at", "scores_at", "value_at", "text_at")
READING = ("numbers", "score_labels", "label_names")


class ServerForm(VolatileForm):
    """A model behind an address."""

    address_hint: ClassVar[StrOrPromise] = ""
    """Which part of the address is asked for."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=2_000, widget=AddressInput({"spellcheck": "false"})
    )
    headers = Headers(
        label=gettext_lazy("Headers"),
        help_text=gettext_lazy(
            "One a line, as Name: value, such as a key. Stored encrypted, sent to this address only, never shown again."
        ),
    )
    query = Headers(
        label=gettext_lazy("Parameters of the address"),
        help_text=gettext_lazy(
            "For a server that takes its key in the address: one a line, as name: value, added after a question mark. "
            "Stored encrypted, sent to this address only, never shown again."
        ),
    )
    timeout_seconds = forms.FloatField(
        label=gettext_lazy("Seconds to answer in"),
        required=False,
        min_value=0.1,
    )
    concurrency = forms.IntegerField(
        label=gettext_lazy("Requests at once"),
        required=False,
        min_value=1,
        max_value=64,
    )
    requests_per_second = forms.FloatField(
        label=gettext_lazy("Requests a second"),
        required=False,
        min_value=0.1,
        help_text=gettext_lazy("At most so many. Empty: no limit."),
    )
    retries = forms.IntegerField(
        label=gettext_lazy("Tries again"),
        required=False,
        min_value=0,
        max_value=5,
        help_text=gettext_lazy("How often a request that failed is made again, after growing pauses."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = str(self.data.get("url", ""))
        self.fields["url"].help_text = (
            _("The user name, password or key that was typed here is left out; it is never shown again.")
            if without_secrets(typed) != typed
            else self.address_hint
        )


class ReadingForm(ServerForm):
    """A server whose predictions are labels, scores or numbers, of several inputs in one request."""

    batch_size = forms.IntegerField(
        label=gettext_lazy("Inputs in one request"),
        required=False,
        min_value=1,
    )
    numbers = forms.ChoiceField(
        label=gettext_lazy("What a single number is"),
        required=False,
        choices=[
            ("value", gettext_lazy("a value")),
            ("label", gettext_lazy("the name of a label")),
            ("label_index", gettext_lazy("the place of a label, counted from 0")),
        ],
        initial="value",
    )
    score_labels = Names(
        label=gettext_lazy("Labels of the scores"),
        help_text=gettext_lazy(
            "Where scores come as a list: what each is for, one a line, in the server’s order. "
            "Empty: the project’s labels."
        ),
    )
    label_names = Renamed(
        label=gettext_lazy("Names of labels"),
        help_text=gettext_lazy("Where the server calls labels otherwise, one a line, as theirs: ours."),
    )


class PlacesForm(ReadingForm):
    """A server whose answers are searched by paths."""

    label_at = Place(
        label=gettext_lazy("Where the label is"),
        help_text=gettext_lazy("A path within one prediction, such as result.label"),
    )
    scores_at = Place(
        label=gettext_lazy("Where the scores are"), help_text=gettext_lazy("An object or a list of numbers.")
    )
    value_at = Place(label=gettext_lazy("Where the value is"))
    text_at = Place(label=gettext_lazy("Where the text is"))
