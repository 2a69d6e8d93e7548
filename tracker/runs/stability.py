"""Storing what repeats told, and saying in the model's timeline what is news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evaluation.drift import Nearer, Repeats, Stability
from evaluation.types import Output as Answer
from tracker.candidates.output_lines import Said
from tracker.projects.events import log
from tracker.projects.models import Event
from tracker.projects.rights import SYSTEM
from tracker.runs.answer_changes import AnswerChange, answer_changes, changed_rows
from tracker.runs.models import Run
from tracker.runs.stability_models import RepeatedAnswer, StabilityCheck

EVENTS = {
    Stability.CHANGED: "answers_changed",
    Stability.FLAKY: "answers_flaky",
    Stability.UNSETTLED: "answers_unsettled",
    Stability.UNKNOWN: "answers_unknown",
}
EXAMPLES_TOLD = 20
LONGEST_TOLD = 500
"""Characters of a text in the timeline; the answers themselves are kept whole."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was said the second time, where that is worth keeping."""

    example_id: int
    answer: Answer
    differs: bool
    nearer: Nearer | None


def store_check(run: Run, seed: int, repeats: Repeats, repeated: Iterable[Repeated]) -> StabilityCheck:
    """Store what a run's repeats came to, and tell the timeline."""
    stability = repeats.stability
    check = StabilityCheck.objects.create(
        project_id=run.project_id,
        model_id=run.model_id,
        run=run,
        seed=seed,
        stability=stability,
        p_value=repeats.p_value,
        n_asked=repeats.n_asked,
        n_changed=repeats.n_changed,
        n_nearer_new=repeats.n_nearer_new,
        n_nearer_former=repeats.n_nearer_former,
        n_kept=repeats.n_kept,
        n_sampled=repeats.n_sampled,
        n_differing=repeats.n_differing,
        n_missing=repeats.n_missing,
        n_times=repeats.n_times,
    )
    RepeatedAnswer.objects.bulk_create([_row(check, each) for each in repeated], batch_size=200)
    if stability in EVENTS and _is_news(run, stability):
        log(
            SYSTEM, run.project, EVENTS[stability], about="model", subject_id=run.model_id,
            evidence=_evidence(run, check),
        )  # fmt: skip
    return check


def _row(check: StabilityCheck, repeated: Repeated) -> RepeatedAnswer:
    said = Said.answer(repeated.answer)
    return RepeatedAnswer(
        project_id=check.project_id,
        stability_check=check,
        example_id=repeated.example_id,
        label=said.label,
        scores=said.scores,
        value=said.value,
        text=said.text,
        differs=repeated.differs,
        nearer=repeated.nearer or "",
    )


def _is_news(run: Run, stability: Stability) -> bool:
    """Every change of a volatile model is, and that nothing could be known. That a model is flaky, or a frozen one no
    longer what it was, is said once: each run's figures stand on the model's page.
    """
    if stability == Stability.UNKNOWN or not (run.model.frozen or stability == Stability.FLAKY):
        return True
    findings = set(EVENTS.values()) - {EVENTS[Stability.UNKNOWN]}
    told = Event.objects.filter(project=run.project_id, kind__in=findings)
    last = told.about("model", run.model_id).order_by("-pk").values_list("kind", flat=True).first()
    return last != EVENTS[stability]


def _evidence(run: Run, check: StabilityCheck) -> dict[str, Any]:
    """Return what the event rests on: the counts, the test, and the first of the changed answers."""
    return {
        "run": run.pk,
        "frozen": run.model.frozen,
        "asked": check.n_asked,
        "changed": check.n_changed,
        "nearer_new": check.n_nearer_new,
        "nearer_former": check.n_nearer_former,
        "sampled": check.n_sampled,
        "differing": check.n_differing,
        "missing": check.n_missing,
        "kept": check.n_kept,
        "times": check.n_times,
        "p_value": check.p_value,
        "test": "exact tests of repeats",
        "examples": [_told(change) for change in answer_changes(run, changed_rows(run)[:EXAMPLES_TOLD])],
    }


def _told(change: AnswerChange) -> dict[str, Any]:
    return {
        "example": change.example.digest,
        "before": _shortened(change.before),
        "after": _shortened(change.after),
    }


def _shortened(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    fields = answer.to_json()
    if isinstance(text := fields.get("text"), str) and len(text) > LONGEST_TOLD:
        fields["text"] = text[: LONGEST_TOLD - 1] + "…"
    return dict(fields)
