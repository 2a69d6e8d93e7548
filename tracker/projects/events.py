"""Writing the log. Every state change adds its line in the transaction that makes the change."""

from collections.abc import Mapping
from typing import Any, Literal

from tracker.projects.models import Event, Project
from tracker.projects.rights import Actor

Subject = Literal["project", "problem", "model"]


def log(
    actor: Actor,
    project: Project,
    kind: str,
    *,
    about: Subject,
    subject_id: int,
    evidence: Mapping[str, Any] | None = None,
) -> Event:
    """Add one line to the timeline of a problem, a model or the project."""
    return Event.objects.create(
        project=project,
        subject=about,
        subject_id=subject_id,
        kind=kind,
        actor=actor.name,
        user=actor.user,
        evidence=dict(evidence or {}),
    )
