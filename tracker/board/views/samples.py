"""Samples: drawing one, labelling it input by input, finishing or cancelling it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.forms.sample_forms import DrawForm, LabelForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.bulk_words import outcome_words
from tracker.board.pages.sample_labelling import labelling_page, next_input
from tracker.board.pages.sample_rows import decision_words, input_page, sample_row
from tracker.board.problems import problem_at
from tracker.board.refusals import attempt, status_of, tell
from tracker.board.undo import Undo
from tracker.board.views.pattern_undos import patterns_of
from tracker.board.whole_numbers import whole_number
from tracker.problems.models import Problem
from tracker.problems.sample_models import Decision, Sample, SampledInput
from tracker.problems.sampling import (
    Decided,
    Finished,
    cancel_sample,
    cases_missing,
    decide,
    finish_sample,
)

DROPPING = (Decision.CANNOT_BE_SAID, Decision.NOT_THIS_PROBLEM)


@in_project("GET", "POST")
def draw(place: Place, number: int) -> HttpResponse:
    """Draw inputs by chance; the labelling begins at once."""
    found = problem_at(place, number)
    form = DrawForm(place.request.POST or None, place.request.FILES or None, problem=found)
    if form.is_valid():
        told = form.cleaned_data
        drawn = attempt(
            form,
            lambda: form.draw(place.actor, n=told["n"], seed=told["seed"]),
        )
        if drawn is not None:
            return redirect(_url(place, found, "label_sample", drawn.pk))
    context = {
        "problem": found,
        "form": form,
        "missing": cases_missing(found),
        "open_sample": found.samples.open().first(),
    }
    return place.page("draw_sample.html", context, section="board", status=status_of(form))


@in_project("GET")
def sample(place: Place, number: int, sample: int) -> HttpResponse:
    """The record of a sample, with every drawn input and what was decided of it."""
    found, chosen = _sample_at(place, number, sample)
    context = {
        "problem": found,
        "row": sample_row(chosen),
        "page": input_page(chosen, place.request.GET.get("page")),
    }
    return place.page("sample.html", context, section="board")


@in_project("GET", "POST")
def label(place: Place, number: int, sample: int) -> HttpResponse:
    """One input after another, with nothing on the page that any model said."""
    found, chosen = _sample_at(place, number, sample)
    sent = place.request.POST if place.request.method == "POST" else None
    item = _input_at(place, chosen)
    if item is None:
        return redirect(_url(place, found, "sample", chosen.pk))
    form = LabelForm.of(chosen, item, sent)
    if sent is not None:
        decided = _decide(place, form, item)
        if decided is not None:
            _tell_overwritten(place, decided)
            return redirect(f"{_url(place, found, 'label_sample', chosen.pk)}?after={item.position}")
    context = {"problem": found, "form": form, "page": labelling_page(chosen, item)}
    return place.page("label_sample.html", context, section="board", status=status_of(form))


def _decide(place: Place, form: LabelForm, item: SampledInput) -> Decided | None:
    sent = place.request.POST
    seen = whole_number(sent.get("seen", ""))
    asked = sent.get("decision", "")
    if asked in DROPPING:
        form.kept()
        return attempt(form, lambda: decide(place.actor, item, Decision(asked), seen=seen))
    if not form.is_valid():
        return None
    said = form.said()
    return attempt(form, lambda: decide(place.actor, item, Decision.LABELLED, said=said, seen=seen))


def _tell_overwritten(place: Place, decided: Decided) -> None:
    """Two people labelled the same input: the last word counts, and who said it learns of the other."""
    if decided.before is None:
        return
    text = _("%(who)s had decided input %(n)s meanwhile: %(before)s. What you said replaced it: %(now)s.")
    told = {
        "who": decided.before.decided_by,
        "n": decided.input.position,
        "before": decision_words(decided.before),
        "now": decision_words(decided.input),
    }
    messages.warning(place.request, text % told)


@in_project("POST")
def finish(place: Place, number: int, sample: int) -> HttpResponse:
    """The labelled inputs become test patterns."""
    found, chosen = _sample_at(place, number, sample)
    done = tell(
        place.request,
        lambda: finish_sample(place.actor, chosen),
        _finished_words,
        undo=lambda finished: _undo_of(place, found, finished),
    )
    return redirect(patterns_of(place, found) if done else _url(place, found, "sample", chosen.pk))


def _undo_of(place: Place, found: Problem, finished: Finished) -> Undo | None:
    revision = finished.outcome.revisions.get(found.pk)
    if not finished.outcome.accepted or not revision:
        return None
    return Undo(_url(place, found, "undo_addition", revision))


def _finished_words(finished: Finished) -> str:
    parts = [_("Sampled test patterns: %(outcome)s") % {"outcome": outcome_words(finished.outcome)}]
    if finished.doubled:
        parts.append(
            ngettext(
                "%(n)s of these inputs has another test pattern too; both must hold.",
                "%(n)s of these inputs have another test pattern too; both must hold.",
                finished.doubled,
            )
            % {"n": finished.doubled}
        )
    if finished.undecided:
        parts.append(_("%(n)s can be labelled later.") % {"n": finished.undecided})
    return " ".join(parts)


@in_project("POST")
def cancel(place: Place, number: int, sample: int) -> HttpResponse:
    found, chosen = _sample_at(place, number, sample)
    done = _("The sample is cancelled. It stays on record, and its inputs can be drawn again.")
    tell(place.request, lambda: cancel_sample(place.actor, chosen), done)
    return redirect(_url(place, found, "sample", chosen.pk))


def _sample_at(place: Place, number: int, pk: int) -> tuple[Problem, Any]:
    found = problem_at(place, number)
    chosen = get_object_or_404(found.samples.with_counts(), pk=pk)
    chosen.project, chosen.problem = place.project, found
    return found, chosen


def _input_at(place: Place, chosen: Sample) -> SampledInput | None:
    """Return the input that a form or an address names, else the next undecided one."""
    asked = place.request.POST.get("input") or place.request.GET.get("at", "")
    if asked.isdecimal():
        inputs = chosen.inputs.select_related("example")
        return get_object_or_404(inputs, position=int(asked[:9]))
    after = place.request.GET.get("after", "")
    return next_input(chosen, after=int(after[:9]) if after.isdecimal() else 0)


def _url(place: Place, found: Problem, name: str, *args: Any) -> str:
    return reverse(f"board:{name}", args=[place.project.slug, found.number, *args])
