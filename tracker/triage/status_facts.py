"""The facts that statuses follow from, read for many problems at once, and what the engine makes of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import cast

from evaluation.evidence import Stage as EngineStage
from evaluation.evidence import read_evidence
from evaluation.moves import MoveKind
from evaluation.status import (
    Activation,
    ModelEvidence,
    ModelRange,
    Move,
    StatusDecision,
    changes,
    decide_status,
    legal_moves,
)
from evaluation.types import Verdict
from tracker.candidates.models import Activation as ActivationRow
from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.id_lists import Among
from tracker.projects.models import Event, Project
from tracker.runs.models import Result, ResultQuerySet
from tracker.triage.models import Move as MoveRow

MOVES_COME_LATER = 2**62
"""Added to the sequence of moves: a person who acts in the very moment of an activation acts after it."""

Ranges = tuple[ModelRange | None, ModelRange | None]
Verdicts = dict[int, Verdict]


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What is known of a problem, models in model order, and what its last move calls it a duplicate of."""

    moves: tuple[Move, ...]
    activations: tuple[Activation, ...]
    models: tuple[ModelEvidence, ...]
    last_target: int | None

    def decide(self) -> StatusDecision:
        """Return the status and the evidence that it rests on."""
        return decide_status(self.moves, self.activations, self.models)

    def legal_moves(self, decision: StatusDecision | None = None) -> frozenset[str]:
        """Return where a person may move the problem to; `decision` is what `decide` returned, if it was called."""
        evidence = read_evidence(self.activations, self.models)
        return legal_moves(decision or self.decide(), evidence.verdict(evidence.active))

    def changes(self) -> Ranges:
        """Return in which models the bug came and went.

        On the revision that most models taking part are evaluated on (the newest of several), so that what
        stood stays until the others are evaluated on a new one too.
        """
        models = [model for model in self.models if model.stage != "archived"]
        counts: defaultdict[int, int] = defaultdict(int)
        for model in models:
            for revision in model.verdicts:
                counts[revision] += 1
        best = max(counts, key=lambda revision: (counts[revision], revision), default=0)
        return changes([(model.version, model.verdicts.get(best)) for model in models])


def legal_moves_by_problem(project: Project, problem_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return for each problem where a person may move it to, as the facts stand now."""
    return {pk: facts.legal_moves() for pk, facts in status_facts(project, problem_ids).items()}


def status_facts(project: Project, problem_ids: Collection[int]) -> dict[int, StatusFacts]:
    """Return the facts of each problem; at most six queries, however many problems there are."""
    models = list(CandidateModel.objects.filter(project=project).in_model_order())
    activations = _activations(project)
    moves, targets = _moves(project, problem_ids)
    verdicts, up_to_date = _verdicts(problem_ids, models)
    versions = {activation.model for activation in activations}
    activated = {model.pk for model in models if model.version in versions}
    # Elsewhere a model that went live has all its results or none, and revisions decide nothing.
    behind = [pk for pk in problem_ids if activated & verdicts[pk].keys() - up_to_date[pk]]
    seen = _with_revisions(project, behind, activations)
    return {
        problem_id: StatusFacts(
            moves=tuple(moves[problem_id]),
            activations=seen.get(problem_id, activations),
            models=tuple(_evidence(model, verdicts[problem_id].get(model.pk, {})) for model in models),
            last_target=targets.get(problem_id),
        )
        for problem_id in problem_ids
    }


def _evidence(model: CandidateModel, verdicts: Verdicts) -> ModelEvidence:
    stage = cast("EngineStage", model.stage)
    return ModelEvidence(version=model.version, order_key=model.order_key, stage=stage, verdicts=verdicts)


def _activations(project: Project) -> tuple[Activation, ...]:
    rows = ActivationRow.objects.filter(project=project).order_by("at", "pk")
    return tuple(
        Activation(model=version, at=at, sequence=pk, undoes=undoes is not None)
        for version, at, pk, undoes in rows.values_list("model__version", "at", "pk", "evidence__undoes")
    )


def _with_revisions(
    project: Project, behind: Collection[int], activations: tuple[Activation, ...]
) -> dict[int, tuple[Activation, ...]]:
    """Return the activations as the problems saw them: each with the newest revision there was by then."""
    if not behind:
        return {}
    made: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    events = Event.objects.filter(
        project=project, subject="problem", subject_id__in=behind
    ).changing_patterns()
    for problem_id, at, evidence in events.order_by("at").values_list("subject_id", "at", "evidence"):
        made[problem_id].append((at, evidence["revision"]))
    seen: dict[int, tuple[Activation, ...]] = {}
    for problem_id, revisions in made.items():
        times = [at for at, _revision in revisions]
        newest = [0, *accumulate((revision for _at, revision in revisions), max)]
        seen[problem_id] = tuple(
            replace(activation, revision=newest[bisect_right(times, activation.at)])
            for activation in activations
        )
    return seen


def _moves(
    project: Project, problem_ids: Collection[int]
) -> tuple[dict[int, list[Move]], dict[int, int | None]]:
    """Return the moves by problem, in order, and what the last one of each says it is a duplicate of."""
    moves: dict[int, list[Move]] = defaultdict(list)
    targets: dict[int, int | None] = {}
    rows = MoveRow.objects.filter(Among("problem_id", problem_ids), project=project).in_order()
    for problem_id, to, at, pk, target in rows.values_list("problem_id", "to", "at", "pk", "duplicate_of_id"):
        moves[problem_id].append(Move(kind=cast("MoveKind", to), at=at, sequence=MOVES_COME_LATER + pk))
        targets[problem_id] = target
    return moves, targets


def _verdicts(
    problem_ids: Collection[int], models: Iterable[CandidateModel]
) -> tuple[dict[int, dict[int, Verdicts]], dict[int, set[int]]]:
    """Return verdict by revision, by model, by problem; and by problem the models evaluated on its newest one.

    Older revisions are read only of problems that some model taking part is not yet evaluated on anew: only
    there do they matter, and they are many.
    """
    found: dict[int, dict[int, Verdicts]] = {pk: defaultdict(dict) for pk in problem_ids}
    # Not by the project too: SQLite would look through all of its results for those of a few problems.
    results = Result.objects.all()
    _add(found, results.current().filter(Among("problem_id", problem_ids)))
    up_to_date = {pk: set(by_model) for pk, by_model in found.items()}
    asked = {model.pk for model in models if model.stage != Stage.ARCHIVED}
    behind = [pk for pk in found if not asked <= up_to_date[pk]]
    if behind:
        _add(found, results.filter(Among("problem_id", behind)))
    return {pk: dict(by_model) for pk, by_model in found.items()}, up_to_date


def _add(found: dict[int, dict[int, Verdicts]], results: ResultQuerySet) -> None:
    rows = results.values_list("problem_id", "model_id", "revision", "verdict")
    for problem_id, model_id, revision, verdict in rows:
        found[problem_id][model_id][revision] = Verdict(verdict)
