"""The timeline of a model."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.board.pages.model_words import model_event_words
from tracker.board.pages.rested_on import RestedOn, rested_on
from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Event
from tracker.triage.activation import undoable

EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ModelEvent:
    """`undoes` is the activation that can be taken back here, None where nothing can; `rested` what is kept with it;
    `run` the run whose changed answers this tells of.
    """

    event: Event
    words: str
    undoes: int | None
    rested: RestedOn | None
    run: int | None


def model_events(model: CandidateModel) -> list[ModelEvent]:
    """Return what happened to a model, newest first; four queries at most."""
    events = list(Event.objects.about("model", model.pk).filter(project=model.project_id)[:EVENTS_SHOWN])
    made = {event.pk: event.evidence.get("activation") for event in events if event.kind == "model_activated"}
    kept = rested_on(model.project, model.activations.all()) if made else {}
    newest = undoable(model.project) if made and model.stage == Stage.ACTIVE else None
    return [
        ModelEvent(
            event,
            model_event_words(event.kind, event.evidence),
            undoes=newest.pk if newest and made.get(event.pk) == newest.pk else None,
            rested=kept.get(made.get(event.pk) or 0),
            run=_run_of_changes(event),
        )
        for event in events
    ]


def _run_of_changes(event: Event) -> int | None:
    tells = event.kind.startswith("answers_") and event.evidence.get("changed")
    return event.evidence.get("run") if tells else None
