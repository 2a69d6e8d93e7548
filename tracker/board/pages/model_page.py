"""The page of one model."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.adapters import ADAPTERS
from evaluation.priority import RemainingImpact
from tracker.board.pages.evidence import (
    ProjectEvidence,
    criterion_in_force,
    current_results,
    is_fresh,
    project_evidence,
)
from tracker.board.pages.model_words import lineage_parts, model_event_words, setting_words
from tracker.board.pages.verdict_words import result_words
from tracker.board.pages.work import Work, run_work
from tracker.candidates.missing import missing_examples
from tracker.candidates.models import CandidateModel, Stage
from tracker.candidates.secrets import can_be_read
from tracker.problems.models import Problem
from tracker.projects.models import Event, Project
from tracker.runs.models import Result, Run
from tracker.triage.activation import undoable
from tracker.triage.field_words import field_word
from tracker.triage.overall import Overall, overall_of
from tracker.triage.remaining_impact import remaining_impact_by_model

EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ResultRow:
    problem: Problem
    result: Result | None
    detail: str
    stale: bool


@dataclass(frozen=True, slots=True)
class ModelEvent:
    """`undoes` is the activation that can be taken back here, None where nothing can."""

    event: Event
    words: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class ModelPage:
    model: CandidateModel
    overall: Overall
    impact: RemainingImpact | None
    results: list[ResultRow]
    adapter: list[tuple[str, str]]
    lineage: list[tuple[str, list[str]]]
    is_recorded: bool
    keys_unreadable: bool
    n_missing: int
    events: list[ModelEvent]
    runs: list[Run]
    work: Work | None

    @property
    def n_stale(self) -> int:
        return sum(row.stale for row in self.results)


def model_page(project: Project, model: CandidateModel) -> ModelPage:
    evidence = project_evidence(project)
    is_recorded = not ADAPTERS[model.adapter["kind"]].asks
    runs = list(model.runs.select_related("model", "project")[:5])
    going = next((run for run in runs if run_work(run).url), None)
    impacts = remaining_impact_by_model(evidence.impact_facts) if model.stage != Stage.ARCHIVED else {}
    return ModelPage(
        model=model,
        overall=overall_of(evidence.of_model(model)),
        impact=impacts.get(model.version),
        results=_results(model, evidence),
        adapter=adapter_facts(model),
        lineage=lineage_parts(model.lineage),
        is_recorded=is_recorded,
        keys_unreadable=not can_be_read(model),
        n_missing=missing_examples(model).count() if is_recorded else 0,
        events=_events(model),
        runs=runs,
        work=run_work(going) if going else None,
    )


def _events(model: CandidateModel) -> list[ModelEvent]:
    events = Event.objects.filter(project=model.project_id).about("model", model.pk)
    newest = undoable(model.project) if model.stage == Stage.ACTIVE else None
    return [
        ModelEvent(
            event,
            model_event_words(event.kind, event.evidence),
            newest.pk
            if newest and event.kind == "model_activated" and event.evidence.get("activation") == newest.pk
            else None,
        )
        for event in events.order_by("-pk")[:EVENTS_SHOWN]
    ]


def _results(model: CandidateModel, evidence: ProjectEvidence) -> list[ResultRow]:
    results = {result.problem_id: result for result in evidence.of_model(model)}
    if model.stage == Stage.ARCHIVED:
        results = {result.problem_id: result for result in current_results(model.project).filter(model=model)}
    return [
        ResultRow(
            problem,
            result := results.get(problem.pk),
            result_words(result),
            stale=model.stage != Stage.ARCHIVED
            and not is_fresh(result, model, problem, criterion_in_force(problem)),
        )
        for problem in evidence.problems
        if problem.revision
    ]


def adapter_facts(model: CandidateModel) -> list[tuple[str, str]]:
    """Return the adapter's settings for people, as far as they are not the usual ones; none is secret."""
    usual = ADAPTERS[model.adapter["kind"]].defaults
    return [
        (field_word(name), setting_words(value))
        for name, value in model.adapter.items()
        if name != "kind" and value not in (None, "", {}, []) and value != usual.get(name)
    ]
