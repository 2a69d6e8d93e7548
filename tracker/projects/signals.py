"""Signals between folders, so that imports run one way: who changes a fact says so, who derives from it listens.

`evidence_changed(project, problem_ids)` is sent inside the transaction that changed a fact on which statuses or
priorities rest; `problem_ids` is a list, or None for every problem of the project.
`model_archived(project)` is sent inside the transaction that archives one of its models.
"""

from django.dispatch import Signal

evidence_changed = Signal()
model_archived = Signal()
