"""Forms that add and relabel test patterns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.expectations.registry import EXPECTATIONS
from evaluation.types import JSON
from tracker.board.forms.styled import ExampleText, JSONText, StyledForm, lines_of
from tracker.problems.models import Pattern
from tracker.projects.models import Project, Task

Fields = dict[str, Any]

TYPES = {
    "equals": gettext_lazy("a label"),
    "not_equals": gettext_lazy("not a label"),
    "one_of": gettext_lazy("one of some labels"),
    "score": gettext_lazy("a score in a range"),
    "close_to": gettext_lazy("a value close to"),
    "invariant": gettext_lazy("same as for a base"),
    "directional": gettext_lazy("score rises or falls"),
    "contains": gettext_lazy("text contains"),
    "not_contains": gettext_lazy("text does not contain"),
    "matches": gettext_lazy("text matches"),
    "json_schema": gettext_lazy("text is JSON of a schema"),
}
FITTING = {
    Task.CLASSIFICATION: ("equals", "not_equals", "one_of", "score", "invariant", "directional"),
    Task.REGRESSION: ("close_to", "invariant"),
    Task.TEXT: ("contains", "not_contains", "matches", "json_schema", "invariant"),
}
"""What the outputs of a task can meet, the usual one first; files may have any."""


def fitting_types(project: Project) -> dict[str, Any]:
    """Return the types of expectation that the form offers, with their words."""
    return {name: TYPES[name] for name in FITTING[Task(project.task)]}


def types_without_base(project: Project) -> dict[str, Any]:
    """Return the types that ask for nothing but an output."""
    return {
        name: words for name, words in fitting_types(project).items() if not EXPECTATIONS[name].needs_base
    }


def expectation_fields(kind: str, project: Project) -> dict[str, forms.Field]:
    """Return the form fields of one type of expectation."""
    makers: dict[str, Callable[[], forms.Field]] = {
        "label": lambda: _label_field(project),
        "labels": lambda: _labels_field(project),
        "min": lambda: forms.FloatField(label=_("At least"), required=False),
        "max": lambda: forms.FloatField(label=_("At most"), required=False),
        "value": lambda: forms.FloatField(label=_("Value")),
        "abs_tol": lambda: forms.FloatField(label=_("May differ by"), required=False, min_value=0),
        "rel_tol": lambda: forms.FloatField(
            label=_("May differ by a share of"),
            required=False,
            min_value=0,
            help_text=_("0.1 is ten percent."),
        ),
        "scale": lambda: forms.FloatField(
            label=_("Scale of the error"),
            required=False,
            min_value=0,
            help_text=_("A miss by so much counts as a whole error; empty: every miss does."),
        ),
        "tolerance": lambda: forms.FloatField(
            label=_("Tolerance"), required=False, min_value=0, help_text=_("Empty: none.")
        ),
        "direction": lambda: forms.ChoiceField(
            label=_("The score should"), choices=[("increase", _("rise")), ("decrease", _("fall"))]
        ),
        "text": lambda: forms.CharField(label=_("Text"), max_length=10_000, strip=False),
        "ignore_case": lambda: forms.BooleanField(label=_("Capitals do not matter"), required=False),
        "pattern": lambda: forms.CharField(
            label=_("Regular expression"), strip=False, help_text=_("In the syntax of RE2.")
        ),
        "schema": lambda: JSONText(label=_("JSON schema"), widget=forms.Textarea({"rows": 6})),
    }
    return {name: makers[name]() for name in EXPECTATIONS[kind].field_names()}


def _label_field(project: Project) -> forms.Field:
    if not project.labels:
        return forms.CharField(label=_("Label"), max_length=1_000)
    return forms.ChoiceField(label=_("Label"), choices=[(label, label) for label in project.labels])


def _labels_field(project: Project) -> forms.Field:
    if not project.labels:
        hint = _("One a line.")
        return forms.CharField(label=_("Labels"), widget=forms.Textarea({"rows": 3}), help_text=hint)
    return forms.MultipleChoiceField(
        label=_("Labels"),
        choices=[(label, label) for label in project.labels],
        widget=forms.CheckboxSelectMultiple,
    )


def source_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Where it is from"),
        choices=[
            (
                "written",
                gettext_lazy("Written: made up or picked by a person who looked at no model’s output"),
            ),
            ("sampled", gettext_lazy("Sampled: drawn by chance from real inputs, whatever the outputs were")),
            ("generated", gettext_lazy("Generated: made from other inputs by a rule or a program")),
        ],
        initial="written",
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Did you pick it because a model got it wrong? Then report it instead: "
            "no model is judged on a case that its own failure put there."
        ),
    )


class ExpectationForm(StyledForm):
    """An expectation of one type, for a pattern that stands."""

    type = forms.ChoiceField(choices=list(TYPES.items()), widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        kwargs["initial"] = {"type": kind, **(kwargs.get("initial") or {})}
        super().__init__(*args, extra=expectation_fields(kind, project), **kwargs)

    def kept(self) -> Self:
        """Return the form with what was typed so far, and nothing said against it: it is not sent yet."""
        if isinstance(self.data, QueryDict):
            typed = self.data.copy()
            typed[self.add_prefix("type")] = self.kind
            self.data = typed
        self._errors = ErrorDict()
        return self

    def expectation(self) -> Fields:
        """Return the expectation as files have it."""
        told: Fields = {"type": self.kind}
        for name in EXPECTATIONS[self.kind].field_names():
            value = self.cleaned_data.get(name)
            if name == "labels" and isinstance(value, str):
                value = lines_of(value)
            if value not in (None, "") or name == "text":
                told[name] = value
        return told


class PatternForm(ExpectationForm):
    """One new test pattern."""

    input = ExampleText(label=gettext_lazy("Input"))
    base = ExampleText(
        label=gettext_lazy("Base"),
        required=False,
        help_text=gettext_lazy("The input that it is compared with."),
    )
    case = forms.CharField(
        label=gettext_lazy("Case"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Patterns with the same case stand or fall together and count once. Empty: one of its own."
        ),
    )

    source = source_field()

    def __init__(self, *args: Any, project: Project, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, project=project, kind=kind, **kwargs)
        if EXPECTATIONS[kind].needs_base:
            self.fields["base"].required = True
        else:
            del self.fields["base"]
        for name in ("input", "base"):
            field = self.fields.get(name)
            if isinstance(field, ExampleText):
                field.fit(project)
        for name in ("source", "case"):  # after what is expected
            self.fields[name] = self.fields.pop(name)

    def line(self) -> dict[str, JSON]:
        """Return the pattern as files have it."""
        told = self.cleaned_data
        line: dict[str, JSON] = {"input": told["input"], "expectation": self.expectation()}
        line["source"] = told["source"] or "written"
        if told.get("base") is not None:
            line["base"] = told["base"]
        if told["case"]:
            line["case"] = told["case"]
        return line


class SameForAllForm(ExpectationForm):
    """Many texts of which the same is expected."""

    texts = forms.CharField(
        label=gettext_lazy("Texts"),
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line; each is a case of its own."),
    )
    source = source_field()

    def __init__(self, *args: Any, project: Project, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, project=project, kind=kind, auto_id="same_%s", **kwargs)
        self.fields["source"] = self.fields.pop("source")

    def lines(self) -> list[tuple[int, object]]:
        """Return the patterns as files have them, numbered by their lines; empty lines are passed over."""
        shared = {"expectation": self.expectation(), "source": self.cleaned_data["source"] or "written"}
        texts = enumerate(self.cleaned_data["texts"].splitlines(), start=1)
        return [(number, {"input": text, **shared}) for number, text in texts if text.strip()]


class PatternLinesForm(StyledForm):
    """Many test patterns: pasted, or as a file."""

    lines = forms.CharField(
        label=gettext_lazy("JSON lines"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "class": "form-control mono", "spellcheck": "false"}),
        help_text=gettext_lazy("One pattern a line."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("JSON lines in UTF-8, plain or .gz"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not (told.get("lines") or "").strip() and not told.get("file"):
            raise forms.ValidationError(_("Paste some lines or choose a file."))
        return told


class RelabelForm(ExpectationForm):
    """Another expectation for a pattern."""

    @classmethod
    def of(cls, pattern: Pattern, kind: str, data: Any = None) -> RelabelForm:
        """Return the form with what the pattern expects now, as far as the types share it."""
        now = dict(pattern.expectation_fields)
        if not pattern.project.labels and isinstance(now.get("labels"), list):
            now["labels"] = "\n".join(str(label) for label in now["labels"])  # type: ignore[union-attr]
        now.pop("type", None)
        return cls(data, project=pattern.project, kind=kind, initial=now)


def types_for(pattern: Pattern) -> dict[str, Any]:
    """Return the types of expectation that a pattern can be given, with their words."""
    has_base, now = pattern.base_id is not None, str(pattern.expectation_fields["type"])
    names = dict.fromkeys([now, *FITTING[Task(pattern.project.task)]])
    return {name: TYPES[name] for name in names if has_base or not EXPECTATIONS[name].needs_base}
