"""What has to be evaluated: derived from what rows say, never remembered.

A model is stale on a problem unless it has a result on the problem's newest revision, under the fix criterion in force
and with all that is known of the model's outputs. Whatever changes one of these makes the pair stale by itself.
"""

import hashlib

from django.db.models import Exists, OuterRef

from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem, ProblemQuerySet
from tracker.projects.models import Project
from tracker.runs.models import Result


def described_problems(project: Project) -> ProblemQuerySet:
    """Return the open problems of a project that have, or had, test patterns."""
    return _described().filter(project=project)


def stale_problems(model: CandidateModel) -> ProblemQuerySet:
    """Return the described, open problems that the model has no result for that rests on what is known now."""
    if model.stage == "archived":
        return Problem.objects.none()
    fresh = Result.objects.filter(
        model=model,
        problem=OuterRef("pk"),
        revision=OuterRef("revision"),
        criterion=OuterRef("criterion_in_force"),
        facts_version=model.facts_version,
    )
    return _described().filter(~Exists(fresh), project=model.project_id)


def stale_state(model: CandidateModel) -> str:
    """Return a digest of what the model is stale on: it changes with every fact that gives a run new work, and with
    the keys that it is asked with, without which a run may have come to nothing.
    """
    model.refresh_from_db(fields=["facts_version", "stage", "sealed_secrets"])
    rows = (
        stale_problems(model)
        .order_by("pk")
        .values_list("pk", "revision", "fix_criterion", "project__fix_criterion")
    )
    keys = [model.sealed_secrets] if model.sealed_secrets else []
    return hashlib.sha256(repr((model.facts_version, list(rows), *keys)).encode()).hexdigest()


def stale_models(project: Project | None = None) -> list[CandidateModel]:
    """Return the models taking part, of one project or of all, that are stale on some problem, in model order."""
    fresh = Result.objects.filter(
        model=OuterRef(OuterRef("pk")),
        problem=OuterRef("pk"),
        revision=OuterRef("revision"),
        criterion=OuterRef("criterion_in_force"),
        facts_version=OuterRef(OuterRef("facts_version")),
    )
    stale = _described().filter(~Exists(fresh), project=OuterRef("project_id"))
    models = CandidateModel.objects.taking_part() if project is None else project.models.taking_part()
    return list(models.filter(Exists(stale)).select_related("project").in_model_order())


def _described() -> ProblemQuerySet:
    return Problem.objects.open().with_criterion().filter(revision__gt=0)
