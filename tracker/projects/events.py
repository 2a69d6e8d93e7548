"""Writing the log. Every state change adds its line in the transaction that makes the change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tracker.projects.models import Event, Project
from tracker.projects.rights import Actor

Subject = Literal["project", "problem", "model"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a timeline, before it is known who wrote it."""

    kind: str
    about: Subject
    subject_id: int
    evidence: Mapping[str, Any] = field(default_factory=dict)


def log(
    actor: Actor,
    project: Project,
    kind: str,
    *,
    about: Subject,
    subject_id: int,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Add one line to the timeline of a problem, a model or the project."""
    log_all(actor, project, [LogLine(kind, about, subject_id, evidence or {})])


def log_all(actor: Actor, project: Project, lines: Iterable[LogLine]) -> None:
    """Add lines in their order."""
    Event.objects.bulk_create(
        [
            Event(
                project=project,
                subject=line.about,
                subject_id=line.subject_id,
                kind=line.kind,
                actor=actor.name,
                user=actor.user,
                evidence=dict(line.evidence),
            )
            for line in lines
        ],
        batch_size=500,
    )
