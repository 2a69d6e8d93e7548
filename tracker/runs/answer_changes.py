"""The answers that a run found changed, each with the one before and its repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from evaluation.drift import Nearer
from evaluation.types import Output as Answer
from tracker.candidates.models import Output
from tracker.projects.models import Example
from tracker.runs.models import Run
from tracker.runs.stability_models import RepeatedAnswer


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """`repeat` is what it said the second time within the run; None where it was not asked or could not answer."""

    example: Example
    before: Answer | None
    after: Answer | None
    repeat: Answer | None
    nearer: Nearer | None


def changed_rows(run: Run) -> QuerySet[Any]:
    """Return the rows that `answer_changes` reads, in the order of their keys.

    Of a volatile model the outputs that came in place of others; of a frozen one what it said of known inputs that it
    answered otherwise than stored, and the stored ones stand.
    """
    if run.model.frozen:
        repeats = RepeatedAnswer.objects.filter(stability_check__run=run, differs=True)
        return repeats.select_related("example").order_by("pk")
    return Output.objects.changed_in(run.model_id, run.pk).select_related("example").order_by("pk")


def answer_changes(run: Run, rows: Iterable[Any]) -> list[AnswerChange]:
    """Return what changed, of some of the run's `changed_rows`; two queries more at most."""
    found = list(rows)
    return _of_frozen(run, found) if run.model.frozen else _of_volatile(run, found)


def _of_volatile(run: Run, outputs: Sequence[Output]) -> list[AnswerChange]:
    former = Output.objects.in_bulk([output.replaces for output in outputs if output.replaces])
    answers = RepeatedAnswer.objects.filter(
        stability_check__run=run, example__in=[output.example_id for output in outputs]
    )
    repeats = {answer.example_id: answer for answer in answers}
    return [
        AnswerChange(
            example=output.example,
            before=former[output.replaces].answer if output.replaces in former else None,
            after=output.answer,
            repeat=repeat.answer if (repeat := repeats.get(output.example_id)) else None,
            nearer=Nearer(repeat.nearer) if repeat and repeat.nearer else None,
        )
        for output in outputs
    ]


def _of_frozen(run: Run, answers: Sequence[RepeatedAnswer]) -> list[AnswerChange]:
    examples = [answer.example_id for answer in answers]
    known = Output.objects.answers().filter(model=run.model_id, example__in=examples)
    stored = {output.example_id: output.answer for output in known}
    return [
        AnswerChange(
            example=answer.example,
            before=stored.get(answer.example_id),
            after=answer.answer,
            repeat=None,
            nearer=Nearer(answer.nearer) if answer.nearer else None,
        )
        for answer in answers
    ]
