"""The answers that a run found changed, each with the one before and its repeat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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

    id: int
    example: Example
    before: Answer | None
    after: Answer | None
    repeat: Answer | None
    nearer: Nearer | None


def count_changes(run: Run) -> int:
    return _changed_known(run).count() if run.model.frozen else _changed_new(run).count()


def answer_changes(run: Run, *, after: int = 0, limit: int = 20) -> list[AnswerChange]:
    """Return the changed answers of a run, in the order of their `id`, from the one after `after` on; three queries.

    Of a frozen model these are the known inputs that it answered otherwise than stored; the stored ones stand.
    """
    if run.model.frozen:
        return _of_frozen(_changed_known(run).filter(pk__gt=after).order_by("pk")[:limit], run)
    return _of_volatile(_changed_new(run).filter(pk__gt=after).order_by("pk")[:limit], run)


def _changed_new(run: Run) -> QuerySet[Output]:
    return Output.objects.changed_in(run.model_id, run.pk).select_related("example")


def _changed_known(run: Run) -> QuerySet[RepeatedAnswer]:
    return RepeatedAnswer.objects.filter(stability_check__run=run, differs=True).select_related("example")


def _of_volatile(outputs: Iterable[Output], run: Run) -> list[AnswerChange]:
    outputs = list(outputs)
    former = Output.objects.in_bulk([output.replaces for output in outputs if output.replaces])
    answers = RepeatedAnswer.objects.filter(
        stability_check__run=run, example__in=[output.example_id for output in outputs]
    )
    repeats = {answer.example_id: answer for answer in answers}
    return [
        AnswerChange(
            id=output.pk,
            example=output.example,
            before=former[output.replaces].answer if output.replaces in former else None,
            after=output.answer,
            repeat=repeat.answer if (repeat := repeats.get(output.example_id)) else None,
            nearer=Nearer(repeat.nearer) if repeat and repeat.nearer else None,
        )
        for output in outputs
    ]


def _of_frozen(answers: Iterable[RepeatedAnswer], run: Run) -> list[AnswerChange]:
    answers = list(answers)
    stored = {
        output.example_id: output.answer
        for output in Output.objects.answers().filter(
            model=run.model_id, example__in=[answer.example_id for answer in answers]
        )
    }
    return [
        AnswerChange(
            id=answer.pk,
            example=answer.example,
            before=stored.get(answer.example_id),
            after=answer.answer,
            repeat=None,
            nearer=Nearer(answer.nearer) if answer.nearer else None,
        )
        for answer in answers
    ]
