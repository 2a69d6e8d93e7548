"""Which inputs a model has no output for."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import CLOSED, Pattern
from tracker.projects.models import Example


def missing_examples(model: CandidateModel) -> QuerySet[Example]:
    """Examples of the open problems' living patterns, bases too, that the model has not answered."""
    patterns = Pattern.objects.alive().filter(project=model.project_id).exclude(problem__status__in=CLOSED)
    # Two sets of ids, not one condition per example: an "or" inside `Exists` can use no index and takes minutes.
    bases = patterns.filter(base__isnull=False)
    used = Q(pk__in=patterns.values("example")) | Q(pk__in=bases.values("base"))
    answered = Output.objects.answers().filter(model=model, example=OuterRef("pk"))
    return Example.objects.filter(used, ~Exists(answered), project=model.project_id).order_by("pk")


def missing_inputs(model: CandidateModel) -> Iterator[str]:
    """Yield each missing input as a line of JSON, `{"input": ...}`, without holding them all in memory."""
    for content in missing_examples(model).values_list("content", flat=True).iterator(chunk_size=2_000):
        yield f'{{"input": {content}}}\n'
