"""The page of one model."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.adapters import ADAPTERS
from evaluation.priority import RemainingImpact
from tracker.board.pages.evidence import (
    ProjectEvidence,
    criterion_in_force,
    current_results,
    is_fresh,
    project_evidence,
)
from tracker.board.pages.lineage import LineageNode, lineage_tree
from tracker.board.pages.model_events import ModelEvent, model_events
from tracker.board.pages.model_words import schedule_words, setting_words
from tracker.board.pages.policy_words import blocking_words
from tracker.board.pages.stability import StabilityPart, stability_part
from tracker.board.pages.verdict_words import result_words
from tracker.board.pages.work import Work, run_work
from tracker.candidates.missing import missing_examples
from tracker.candidates.models import CandidateModel, Stage
from tracker.candidates.secrets import can_be_read
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result, Run
from tracker.triage.field_words import field_word
from tracker.triage.overall import Overall, overall_of
from tracker.triage.remaining_impact import remaining_impact_by_model


@dataclass(frozen=True, slots=True)
class ResultRow:
    problem: Problem
    result: Result | None
    detail: str
    stale: bool


@dataclass(frozen=True, slots=True)
class ModelPage:
    model: CandidateModel
    overall: Overall
    impact: RemainingImpact | None
    results: list[ResultRow]
    adapter: list[tuple[str, str]]
    lineage: list[LineageNode]
    is_recorded: bool
    keys_unreadable: bool
    n_missing: int
    stability: StabilityPart | None
    events: list[ModelEvent]
    runs: list[Run]
    work: Work | None
    blocks_policy: str
    """Why nothing goes live by itself while this model is as it is; empty where it keeps nothing from doing so."""

    @property
    def schedule(self) -> str:
        """How often a volatile model is asked again; a recorded one is not asked at all."""
        return (
            _("its outputs are brought") if self.is_recorded else schedule_words(self.model.ask_again_every)
        )

    @property
    def n_stale(self) -> int:
        return sum(row.stale for row in self.results)


def model_page(project: Project, model: CandidateModel) -> ModelPage:
    evidence = project_evidence(project)
    is_recorded = not ADAPTERS[model.adapter["kind"]].asks
    runs = list(model.runs.select_related("model", "project")[:5])
    going = next((run for run in runs if run_work(run).url), None)
    results = _results(model, evidence)
    is_stale = any(row.stale for row in results)
    impacts = remaining_impact_by_model(evidence.impact_facts) if model.stage != Stage.ARCHIVED else {}
    return ModelPage(
        model=model,
        overall=overall_of(evidence.of_model(model)),
        impact=impacts.get(model.version),
        results=results,
        adapter=adapter_facts(model),
        lineage=lineage_tree(model.lineage),
        is_recorded=is_recorded,
        keys_unreadable=not can_be_read(model),
        n_missing=missing_examples(model).count() if is_recorded else 0,
        stability=stability_part(model),
        events=model_events(model),
        runs=runs,
        work=run_work(going) if going else None,
        blocks_policy=blocking_words(model, runs, is_stale=is_stale),
    )


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
