"""Forms that draw a sample and label what was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.canonical import InvalidJSON
from evaluation.expectations.registry import EXPECTATIONS
from tracker.board.forms.pattern_forms import ExpectationForm, expectation_fields, fitting_types
from tracker.board.forms.styled import StyledForm
from tracker.board.uploads import numbered_texts, numbered_values
from tracker.problems.models import Problem
from tracker.problems.sample_models import Sample, SampledInput, SampleOrigin
from tracker.problems.sampling import MAX_DRAWN, MAX_SEED, PER_INPUT, draw_sample, usual_seed, usual_size
from tracker.projects.errors import Invalid
from tracker.projects.examples import CanonicalInput, canonical_input
from tracker.projects.models import InputKind, Project
from tracker.projects.rights import Actor
from tracker.triage.report_pool import REPORT_ORIGINS, draw_from_reports, pool_sizes

LIST = "list"
PLAIN, JSON_LINES = "plain", "json"


def sample_types(project: Project) -> dict[str, Any]:
    """Return the types of expectation that drawn inputs can be given, with their words."""
    return {name: words for name, words in fitting_types(project).items() if name in PER_INPUT}


def shared_fields(kind: str) -> list[str]:
    """Return what all drawn inputs share of a type: its tolerances."""
    return [name for name in EXPECTATIONS[kind].field_names() if name not in PER_INPUT[kind]]


class DrawForm(StyledForm):
    """What to draw from, how many, by which seed, and what is going to be said of each."""

    origin = forms.ChoiceField(label=gettext_lazy("Draw from"), widget=forms.RadioSelect, initial=LIST)
    inputs = forms.CharField(
        label=gettext_lazy("Inputs, one a line"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("In UTF-8, plain or .gz, up to 256 MB unpacked."),
    )
    written_as = forms.ChoiceField(
        label=gettext_lazy("A line is"),
        choices=[(PLAIN, gettext_lazy("a text as it is")), (JSON_LINES, gettext_lazy("an input as JSON"))],
        initial=PLAIN,
        required=False,
        widget=forms.RadioSelect,
    )
    n = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MAX_DRAWN)
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        help_text=gettext_lazy(
            "The same list and seed draw the same inputs, so that anybody can check. It follows from the problem; "
            "leave it, unless a protocol of yours fixes another."
        ),
    )
    type = forms.ChoiceField(label=gettext_lazy("You are going to say of each what the answer should be"))

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        project = self.project = problem.project
        self.problem = problem
        types = sample_types(project)
        shared = {
            name: field
            for kind in types
            for name, field in expectation_fields(kind, project).items()
            if name in shared_fields(kind)
        }
        defaults = (
            {"n": usual_size(problem), "seed": usual_seed(problem)} if not args or args[0] is None else {}
        )
        super().__init__(*args, initial=defaults, extra=shared, **kwargs)
        self.typed("origin", forms.ChoiceField).choices = _origins(pool_sizes(problem))
        self.typed("type", forms.ChoiceField).choices = list(types.items())
        if project.input_kind != InputKind.TEXT:
            del self.fields["written_as"]
            self.fields["inputs"].help_text = _("JSON lines: on each line one input, as the model gets it.")
            self.fields["inputs"].widget.attrs["class"] = "form-control mono"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("origin") == LIST and not (told.get("inputs") or "").strip() and not told.get("file"):
            self.add_error("inputs", _("Paste some inputs, choose a file, or draw from reports."))
        return told

    def shared(self) -> dict[str, Any]:
        """Return what all drawn inputs are going to share."""
        told, kind = self.cleaned_data, self.cleaned_data["type"]
        values = {name: told.get(name) for name in shared_fields(kind)}
        return {"type": kind} | {name: value for name, value in values.items() if value not in (None, "")}

    def origin_of(self) -> SampleOrigin:
        chosen = self.cleaned_data["origin"]
        if chosen != LIST:
            return SampleOrigin(chosen)
        return SampleOrigin.FILE if self.cleaned_data["file"] else SampleOrigin.PASTED

    def draw(self, actor: Actor, *, n: int, seed: int) -> Sample:
        """Draw the sample that was asked for; raises Invalid at the first line of a list that is no input."""
        origin, shared = self.origin_of(), self.shared()
        if origin in REPORT_ORIGINS:
            return draw_from_reports(actor, self.problem, origin=origin, n=n, seed=seed, shared=shared)
        return draw_sample(actor, self.problem, self._listed(), origin=origin, n=n, seed=seed, shared=shared)

    def _listed(self) -> Iterator[CanonicalInput]:
        text, file = self.cleaned_data["inputs"], self.cleaned_data["file"]
        is_plain = "written_as" in self.fields and self.cleaned_data["written_as"] != JSON_LINES
        items: Iterator[tuple[int, Any]] = (numbered_texts if is_plain else numbered_values)(text, file)
        for number, value in items:
            try:
                if isinstance(value, Invalid):
                    raise value
                yield canonical_input(value)
            except (Invalid, InvalidJSON) as error:
                texts = (
                    [text for texts in error.errors.values() for text in texts]
                    if isinstance(error, Invalid)
                    else [str(error)]
                )
                told = {"line": number, "why": " ".join(texts)}
                raise Invalid(
                    {"file" if file else "inputs": [_("Line %(line)s: %(why)s Nothing was drawn.") % told]}
                ) from error


def _origins(sizes: Mapping[SampleOrigin, int]) -> list[tuple[str, str]]:
    words = {
        SampleOrigin.OTHER_PROBLEMS: _("Reports of other problems"),
        SampleOrigin.INBOX: _("Reports in the inbox"),
        SampleOrigin.REPORTS: _("All reports but those of this problem"),
    }
    counted = [
        (
            str(origin),
            ngettext("%(what)s (%(n)s input)", "%(what)s (%(n)s inputs)", sizes[origin])
            % {"what": text, "n": sizes[origin]},
        )
        for origin, text in words.items()
    ]
    return [(LIST, _("A list of inputs as users send them: everyday use, the best to draw from")), *counted]


class LabelForm(ExpectationForm):
    """What is expected of one drawn input, beside what the sample shares."""

    @classmethod
    def of(cls, sample: Sample, chosen: SampledInput, data: Any = None) -> LabelForm:
        """Return the form with what was said of the input before."""
        kind = sample.shared["type"]
        before = chosen.expectation_fields
        if not sample.project.labels and isinstance(before.get("labels"), list):
            before["labels"] = "\n".join(before["labels"])
        form = cls(data, project=sample.project, kind=kind, initial=before)
        for name in ["type", *shared_fields(kind)]:
            del form.fields[name]
        return form

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.expectation().items() if name != "type"}
