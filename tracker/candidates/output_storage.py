"""Storing what a model said: the only place where outputs are written, for imports and runs alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import F
from django.utils import timezone

from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_lines import SAID, Said
from tracker.problems.models import Pattern
from tracker.projects.bulk_rows import add_rows
from tracker.projects.id_lists import Among

_COLUMNS = ["example_id", *SAID, "tries", "replaces"]


@dataclass(slots=True)
class Stored:
    """What became of outputs, as example ids."""

    new: set[int] = field(default_factory=set)
    same: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    """Where what was known is no longer so: an answer in an error's place, or another answer of a volatile model."""
    otherwise: set[int] = field(default_factory=set)
    """Those of the second kind."""


@dataclass(slots=True)
class _Rest:
    """Rows that stand already, and what is to become of them."""

    gone: list[int] = field(default_factory=list)
    """Errors that were asked again."""
    superseded: list[int] = field(default_factory=list)
    """Answers that others replace; they become history."""
    confirmed: list[int] = field(default_factory=list)
    """Answers that were heard again."""

    def update(self, run_id: int | None) -> None:
        Output.objects.filter(pk__in=self.gone).delete()
        Output.objects.filter(pk__in=self.superseded).update(is_current=False)
        Output.objects.filter(pk__in=self.confirmed).update(confirmed_run_id=run_id)


def lock_model(model: CandidateModel) -> CandidateModel:
    """Lock the model's row until the transaction ends, so that its outputs have one writer at a time.

    What storing needs to know of it is read, and nothing else: a long run comes here for every batch.
    """
    locked = CandidateModel.objects.select_for_update(no_key=True)
    return locked.only("project_id", "version", "frozen", "says_trained_on").get(pk=model.pk)


def store_outputs(model: CandidateModel, said: Mapping[int, Said], *, run_id: int | None = None) -> Stored:
    """Store what a locked model said, by example id, at most one chunk of rows; return what became of each.

    A frozen model never changes its mind: another answer than the stored one is refused. A volatile one may, and its
    older answers are kept as history; where a run hears the same again, but for rounding, no row is added and the
    stored one notes the run. An answer replaces an error; an error never replaces an answer.
    """
    stored = Stored()
    current = _standing(model, said)
    rest = _Rest()
    again: list[tuple[Any, ...]] = []
    for example_id, (pk, old, tries) in current.items():
        new = said[example_id]
        if old.error is not None:
            if new.error is not None and run_id is None and new == old:
                stored.same.add(example_id)
                continue
            rest.gone.append(pk)
            if new.error is None:
                stored.changed.add(example_id)
            again.append((example_id, *new, tries + 1, None))
        elif new.error is not None or new.says_the_same(old) or (run_id is not None and new.is_near(old)):
            stored.same.add(example_id)
            if new.error is None and not model.frozen and run_id is not None:
                rest.confirmed.append(pk)
        elif model.frozen:
            stored.refused.add(example_id)
        else:
            rest.superseded.append(pk)
            stored.changed.add(example_id)
            stored.otherwise.add(example_id)
            again.append((example_id, *new, 1, pk))
    rest.update(run_id)
    unknown = [example_id for example_id in said if example_id not in current]
    stored.new.update(unknown, (row[0] for row in again))
    if stored.new:
        # Brought into columns as they are written: PostgreSQL takes them in meanwhile.
        rows = chain(again, ((example_id, *said[example_id], 1, None) for example_id in unknown))
        # Under the model's lock there is no other writer of its outputs.
        same = {
            "project_id": model.project_id,
            "model_id": model.pk,
            "run_id": run_id,
            "is_current": True,
            "created_at": timezone.now(),
        }
        add_rows(Output, _COLUMNS, rows, same)
    return stored


def _standing(model: CandidateModel, asked: Collection[int]) -> dict[int, tuple[int, Said, int]]:
    """Return (row id, what was said, tries) of what is current, by example id."""
    rows = Output.objects.current().filter(model=model).for_examples(asked)
    return {
        example_id: (pk, Said(*said), tries)
        for pk, example_id, tries, *said in rows.values_list("pk", "example_id", "tries", *SAID)
    }


def make_results_stale(model: CandidateModel, example_ids: set[int]) -> bool:
    """Note that the model's results rest on older outputs, where any pattern uses the examples; return whether."""
    used = Pattern.objects.filter(
        Among("example_id", example_ids) | Among("base_id", example_ids), project=model.project_id
    )
    if not example_ids or not used.exists():
        return False
    CandidateModel.objects.filter(pk=model.pk).update(facts_version=F("facts_version") + 1)
    return True
