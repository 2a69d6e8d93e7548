"""Which problems came back, or came, with some model or a later one."""

from __future__ import annotations

from evaluation.types import Verdict
from tracker.board.pages.evidence import ProjectEvidence
from tracker.problems.models import Problem, Status


def regressed_since(problem: Problem, version: str, evidence: ProjectEvidence) -> bool:
    """Return whether the problem changed from fixed to failing at or after that model, in model order, and still fails.

    The change is the one of `introduced_in` if a model before it was fixed. Of a regressed problem whose fixed models
    are archived it is the active model. It still fails if the active model or one after it is failing; without an
    active model, any from the change on.
    """
    places = {model.version: place for place, model in enumerate(evidence.models)}
    came = _came_with(problem, evidence)
    if came not in places or version not in places or places[came] < places[version]:
        return False
    seen_from = places[evidence.active.version] if evidence.active else places[came]
    results = (evidence.result(problem, model) for model in evidence.models[seen_from:])
    return any(result is not None and result.verdict == Verdict.FAILING for result in results)


def _came_with(problem: Problem, evidence: ProjectEvidence) -> str | None:
    change = problem.introduced_in
    if change is not None and change["after"] is not None:
        return str(change["by"])
    if problem.status == Status.REGRESSED and evidence.active is not None:
        return evidence.active.version
    return None
