"""What models say they were trained on: cases with such an input are not judged for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON
from tracker.candidates.models import CandidateModel, TrainedOn
from tracker.candidates.output_storage import lock_model
from tracker.projects.bulk_rows import CHUNK_ROWS, insert_rows
from tracker.projects.errors import Invalid
from tracker.projects.events import log
from tracker.projects.examples import canonical_input
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right


def add_trained_on(
    actor: Actor, model: CandidateModel, items: Iterable[tuple[int, object]]
) -> tuple[int, int, list[dict[str, Any]]]:
    """Store the inputs (or their SHA-256 hashes, as `{"sha256": hex}`) that a model was trained on.

    Returns accepted, duplicates, rejected. An empty bulk says that it was trained on none of the project's inputs.
    """
    actor.require(Right.WRITE)
    rejected: list[dict[str, Any]] = []
    digests: list[str] = []
    for line, item in items:
        try:
            digests.append(_trained_on_digest(item))
        except Invalid as invalid:
            rejected.append({"line": line, "errors": invalid.errors})
    accepted = 0
    for start in range(0, len(digests), CHUNK_ROWS):
        accepted += _store(model, digests[start : start + CHUNK_ROWS])
    if not digests and not rejected:
        _store(model, [])
    if accepted:
        log(
            actor, model.project, "trained_on_added", about="model", subject_id=model.pk,
            evidence={"accepted": accepted},
        )  # fmt: skip
    return accepted, len(digests) - accepted, rejected


def _store(model: CandidateModel, digests: list[str]) -> int:
    rows = [(model.project_id, model.pk, digest) for digest in sorted(digests)]
    with transaction.atomic():
        says = lock_model(model).says_trained_on
        added = insert_rows(TrainedOn, ["project_id", "model_id", "digest"], rows)
        if added or not says:
            # Counted with the rows, so that no result made before them is taken for fresh.
            CandidateModel.objects.filter(pk=model.pk).update(
                says_trained_on=True, facts_version=F("facts_version") + (1 if added else 0)
            )
            nudge_on_commit("tracker.tasks.catch_up", model.project_id)
    return added


def _trained_on_digest(item: object) -> str:
    if isinstance(item, Invalid):
        raise item
    if not isinstance(item, dict) or len(item) != 1 or not item.keys() <= {"input", "sha256"}:
        raise Invalid({"body": [_('Give {"input": ...} or {"sha256": ...}.')]})
    if "input" in item:
        try:
            return canonical_input(item["input"]).digest
        except InvalidJSON as error:
            raise Invalid({"input": [str(error)]}) from error
    digest = item["sha256"]
    if not isinstance(digest, str) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Invalid({"sha256": [_("Give 64 hexadecimal digits in small letters.")]})
    return digest
