"""Keeping the weights of harms in step with the project's scale."""

from tracker.problems.models import Problem
from tracker.projects.models import Project


def reweigh_harms(project: Project) -> None:
    """Give every problem whose harm is a name of the scale the weight that the name has now.

    A name that left the scale keeps its last weight, as a number.
    """
    named = Problem.objects.filter(project=project, harm_name__isnull=False)
    named.exclude(harm_name__in=project.harm_scale).update(harm_name=None)
    for name, weight in project.harm_scale.items():
        named.filter(harm_name=name).exclude(harm=weight).update(harm=weight)
