"""What has to be evaluated: derived from what rows say, never remembered.

A model is stale on a problem unless it has a result on the problem's newest revision, under the fix criterion in force
and with all that is known of the model's outputs. Whatever changes one of these makes the pair stale by itself.
"""

from django.db.models import Exists, OuterRef

from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem, ProblemQuerySet
from tracker.projects.models import Project
from tracker.runs.models import Result


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
    described = Problem.objects.open().with_criterion().filter(project=model.project_id, revision__gt=0)
    return described.filter(~Exists(fresh))


def stale_models(project: Project) -> list[CandidateModel]:
    """Return the models taking part that are stale on some problem, in model order."""
    return [
        model for model in project.models.taking_part().in_model_order() if stale_problems(model).exists()
    ]
