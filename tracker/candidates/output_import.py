"""Importing recorded outputs, from a file or the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.labels import Labels
from tracker.candidates.model_changes import register_model
from tracker.candidates.models import CandidateModel
from tracker.candidates.output_lines import OutputLine, read_output
from tracker.candidates.output_storage import lock_model, make_results_stale, store_outputs
from tracker.problems.revisions import BulkOutcome
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.events import log
from tracker.projects.examples import store_examples
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right


def recorded_model(actor: Actor, project: Project, version: str) -> CandidateModel:
    """Return the model of that version; an unknown one is registered as `recorded`."""
    found = project.models.filter(version=version).first()
    if found is not None:
        return found
    try:
        return register_model(actor, project, version=version, adapter={"kind": "recorded"})
    except Conflict:
        # Somebody registered it just now, which is as good.
        return project.models.get(version=version)


def import_outputs_of(
    actor: Actor, project: Project, version: str, items: Iterable[tuple[int, object]]
) -> BulkOutcome:
    """As `import_outputs`, for the model of that version; an unknown one is registered when a good line comes."""
    actor.require(Right.WRITE)
    labels = Labels.of(project.labels)
    rest = iter(items)
    waiting: list[tuple[int, object]] = []
    if not project.models.filter(version=version).exists():
        outcome = BulkOutcome()
        for number, item in rest:
            waiting.append((number, item))
            try:
                read_output(number, item, labels)
            except Invalid as invalid:
                outcome.reject(number, invalid.errors)
            else:
                break
        else:
            return outcome
    return import_outputs(actor, recorded_model(actor, project, version), chain(waiting, rest))


def import_outputs(actor: Actor, model: CandidateModel, items: Iterable[tuple[int, object]]) -> BulkOutcome:
    """Store the good ones of numbered output lines, name the bad ones. Good lines stand even if a later chunk fails."""
    actor.require(Right.WRITE)
    outcome = BulkOutcome()
    labels = Labels.of(model.project.labels)
    chunk: list[OutputLine] = []
    n_changed = 0
    for number, item in items:
        try:
            chunk.append(read_output(number, item, labels))
        except Invalid as invalid:
            outcome.reject(number, invalid.errors)
        if len(chunk) >= CHUNK_ROWS:
            n_changed += _store_chunk(model, chunk, outcome)
            chunk = []
    if chunk:
        n_changed += _store_chunk(model, chunk, outcome)
    outcome.rejected.sort(key=_line_number)
    if outcome.accepted:
        evidence = {
            "accepted": outcome.accepted,
            "duplicates": outcome.duplicates,
            "rejected": len(outcome.rejected),
            "changed": n_changed,
        }
        log(actor, model.project, "outputs_imported", about="model", subject_id=model.pk, evidence=evidence)
    return outcome


def _line_number(rejected: dict[str, Any]) -> int:
    line: int = rejected["line"]
    return line


def _store_chunk(model: CandidateModel, lines: Sequence[OutputLine], outcome: BulkOutcome) -> int:
    """Store lines; return how many of them a volatile model had answered otherwise before."""
    first: dict[str, OutputLine] = {}
    repeats = [line for line in lines if first.setdefault(line.input.digest, line) is not line]
    n_changed = _store_distinct(model, list(first.values()), outcome)
    # After the first ones are stored, a repeat meets them as it would in a later import.
    return n_changed + (_store_chunk(model, repeats, outcome) if repeats else 0)


def _store_distinct(model: CandidateModel, lines: Sequence[OutputLine], outcome: BulkOutcome) -> int:
    with transaction.atomic():
        project = model.project
        model = lock_model(model)
        examples = store_examples(project, [line.input for line in lines])
        by_example = {examples[line.input.digest]: line for line in lines}
        stored = store_outputs(model, {example_id: line.said for example_id, line in by_example.items()})
        if make_results_stale(model, stored.new):
            nudge_on_commit("tracker.tasks.catch_up", model.project_id)
    outcome.accepted += len(stored.new)
    outcome.duplicates += len(stored.same)
    for example_id in stored.refused:
        text = _("%(version)s is frozen and has answered this input otherwise; register a new version.")
        outcome.reject(by_example[example_id].line, {"input": [text % {"version": model.version}]})
    return len(stored.otherwise)
