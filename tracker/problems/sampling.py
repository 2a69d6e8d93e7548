"""Samples of a problem: drawn by chance, labelled without a look at outputs, added as unselected cases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.sampling import Draw
from evaluation.types import Criterion
from evaluation.verdicts import cases_needed
from tracker.problems.models import Case, Pattern, Problem, SourceKind
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.revisions import BulkOutcome, import_patterns, lock_problem
from tracker.problems.sample_models import Decision, Sample, SampledInput, SampleOrigin, SampleStatus
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.events import log
from tracker.projects.examples import CanonicalInput, store_examples
from tracker.projects.rights import Actor, Right

SelectedOn = Callable[[Collection[int]], Mapping[int, list[str]]]

MAX_DRAWN = 1_000
MAX_SEED = 2**31 - 1

PER_INPUT: dict[str, dict[str, Any]] = {
    "equals": {"label": "x"},
    "not_equals": {"label": "x"},
    "one_of": {"labels": ["x"]},
    "close_to": {"value": 0.0},
    "contains": {"text": "x"},
    "not_contains": {"text": "x"},
    "matches": {"pattern": "x"},
}
"""The types that can be asked of drawn inputs, with what is said of each input, by an example; the rest is shared."""


def cases_missing(problem: Problem) -> int:
    """Return how many unselected cases are missing until `fixed` can be reached; 0 once there are enough."""
    return max(_needed(problem) - _unselected(problem).count(), 0)


def usual_size(problem: Problem) -> int:
    """Return how many inputs to draw unless said otherwise: what is missing, else as many as prove a fix."""
    return min(cases_missing(problem) or _needed(problem), MAX_DRAWN)


def usual_seed(problem: Problem) -> int:
    """Return a seed out of the problem's own facts, so that nobody picks one that suits: another for each sample."""
    facts = f"{problem.project.slug}/{problem.slug}/{problem.samples.count()}"
    return int.from_bytes(hashlib.sha256(facts.encode()).digest()[:4]) % 1_000_000


def _needed(problem: Problem) -> int:
    criterion = problem.criterion
    return cases_needed(Criterion() if criterion.rule == "every_case" else criterion)


def _unselected(problem: Problem) -> models.QuerySet[Case]:
    """Living cases with a source that did not look at outputs."""
    kinds = [SourceKind.WRITTEN, SourceKind.SAMPLED, SourceKind.GENERATED]
    alive = Pattern.objects.alive_at(problem.revision).filter(problem=problem)
    return Case.objects.filter(problem=problem, patterns__in=alive, sources__kind__in=kinds).distinct()


def draw_sample(
    actor: Actor,
    problem: Problem,
    pool: Iterable[CanonicalInput],
    *,
    origin: SampleOrigin,
    n: int,
    seed: int,
    shared: dict[str, Any],
    selected_on: SelectedOn | None = None,
) -> Sample:
    """Draw `n` of the distinct inputs of a list, whatever any model says for them, to be labelled.

    `shared` is the type of expectation with what all inputs share of it. Left out are inputs that are an unselected
    case already, or were drawn before; an input that was filed because a model failed stays in: to leave out known
    failures would make the sample look better than what it is drawn from. `selected_on` tells, by example id, on whose
    failure an input is in the list at all. Raises NotAllowed, Busy, Invalid, Conflict.
    """
    actor.require(Right.WRITE)
    _check(problem, n, seed, shared)
    draw = Draw[CanonicalInput](n, seed=seed, left_out=set(_left_out(problem)))
    for item in pool:
        draw.offer(bytes.fromhex(item.digest), item)
    drawn = draw.drawn
    if not drawn:
        raise Conflict(_nothing(draw.known))
    with transaction.atomic():
        problem = lock_problem(problem.pk)
        try:
            with transaction.atomic():
                sample = Sample.objects.create(
                    project=problem.project, problem=problem, origin=origin, seed=seed, pool=draw.pool,
                    pool_digest=draw.pool_digest,
                    known=draw.known, expectation=shared, drawn_by=actor.name,
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(
                _("A sample of this problem is being labelled; finish or cancel it first.")
            ) from error
        ids = store_examples(problem.project, drawn)
        versions = selected_on(list(ids.values())) if selected_on else {}
        SampledInput.objects.bulk_create(
            SampledInput(
                project=problem.project,
                sample=sample,
                position=place,
                example_id=ids[item.digest],
                selected_on=versions.get(ids[item.digest], []),
            )
            for place, item in enumerate(drawn, start=1)
        )
        log(
            actor, problem.project, "sample_drawn", about="problem", subject_id=problem.pk,
            evidence={
                "sample": sample.pk, "origin": str(origin), "seed": seed, "pool": sample.pool,
                "pool_digest": sample.pool_digest, "known": sample.known, "drawn": len(drawn),
            },
        )  # fmt: skip
    return sample


def _nothing(n: int) -> str:
    if not n:
        return _("There is no input to draw from.")
    return _("Every one of these inputs is a case of this problem already, or was drawn before.")


def _check(problem: Problem, n: int, seed: int, shared: dict[str, Any]) -> None:
    if not 1 <= n <= MAX_DRAWN:
        raise Invalid({"n": [_("Draw from 1 to %(most)s inputs.") % {"most": MAX_DRAWN}]})
    if not 0 <= seed <= MAX_SEED:
        raise Invalid({"seed": [_("Give a whole number from 0 to 2,147,483,647.")]})
    kind = shared.get("type")
    if kind not in PER_INPUT:
        text = _("Drawn inputs can be given: %(types)s.") % {"types": ", ".join(PER_INPUT)}
        raise Invalid({"expectation.type": [text]})
    if PER_INPUT[kind].keys() & shared.keys():
        raise Invalid({"expectation": [_("What is said of each input cannot be said of all.")]})
    labels = problem.project.labels[:1] or ["x"]
    example = {"label": labels[0]} if "label" in PER_INPUT[kind] else PER_INPUT[kind]
    example = {"labels": labels} if "labels" in PER_INPUT[kind] else example
    PatternReader(problem.project).read_expectation(shared | example, has_base=False)


def _left_out(problem: Problem) -> Iterator[bytes]:
    """Yield the inputs that tell nothing new: unselected cases, and what was drawn before and not given back."""
    alive = Pattern.objects.alive_at(problem.revision).filter(problem=problem, base=None)
    known = alive.filter(case__in=_unselected(problem))
    for digest in known.values_list("example__digest", flat=True).iterator(chunk_size=5_000):
        yield bytes.fromhex(digest)
    drawn = SampledInput.objects.filter(sample__problem=problem).exclude(
        sample__status=SampleStatus.CANCELLED, added_in=None
    )
    for digest in drawn.values_list("example__digest", flat=True):
        yield bytes.fromhex(digest)


@dataclass(frozen=True, slots=True)
class Decided:
    """An input with what was decided of it; `before` is what another decision said that this one replaced."""

    input: SampledInput
    before: SampledInput | None


def decide(
    actor: Actor,
    chosen: SampledInput,
    decision: Decision,
    *,
    said: dict[str, Any] | None = None,
    seen: int | None = None,
) -> Decided:
    """Label a drawn input, or say why not; `said` is what is expected of this one, beside what the sample shares.

    The last word counts. `seen` is the count of changes that the person saw: where the input was decided since,
    the answer carries what was replaced, so that nobody overwrites another's word without being told.
    Raises NotAllowed, Invalid, Conflict.
    """
    actor.require(Right.WRITE)
    text = ""
    if decision == Decision.LABELLED:
        sample = chosen.sample
        text = PatternReader(sample.project).read_expectation(sample.shared | (said or {}), has_base=False)
    with transaction.atomic():
        sample = _locked(chosen.sample_id)
        _require_open(sample)
        now = SampledInput.objects.select_related("example").get(pk=chosen.pk)
        if now.added_in is not None:
            raise Conflict(_("This input is a test pattern by now; relabel it there."))
        overwritten = seen is not None and now.changes != seen and now.decision != Decision.UNDECIDED
        differs = (now.decision, now.expectation) != (decision, text)
        before = copy(now) if overwritten and differs else None
        now.decision, now.expectation = decision, text
        now.decided_by, now.decided_at = actor.name, timezone.now()
        now.changes += 1
        now.save()
    return Decided(now, before)


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing did: the sample, the lines added, and how many inputs are still undecided."""

    sample: Sample
    outcome: BulkOutcome
    undecided: int
    doubled: int
    """Inputs of which another living pattern expects something as well: both must hold."""


def finish_sample(actor: Actor, sample: Sample) -> Finished:
    """Add the labelled inputs as test patterns, in one revision; with none undecided the sample is finished.

    While some are undecided it stays open, and they can be labelled later. Raises NotAllowed, Busy, Conflict.
    """
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem = lock_problem(sample.problem_id)
        sample = _locked(sample.pk)
        _require_open(sample)
        wanted = list(sample.inputs.to_add().in_order().select_related("example"))
        undecided = sample.inputs.undecided().count()
        if not wanted and undecided:
            raise Conflict(_("Label some inputs first."))
        lines = ((each.position, _line(each)) for each in wanted)
        outcome = import_patterns(actor, problem.project, lines, problem=problem)
        if outcome.rejected:
            raise Conflict(_rejection(outcome))
        problem.refresh_from_db(fields=["revision"])
        SampledInput.objects.filter(pk__in=[each.pk for each in wanted]).update(added_in=problem.revision)
        if not undecided:
            _close(actor, sample, SampleStatus.FINISHED)
        counts = Sample.objects.with_counts().get(pk=sample.pk)
        log(
            actor, problem.project, "sample_finished" if not undecided else "sample_added", about="problem",
            subject_id=problem.pk, evidence=_counted(counts) | {"revision": problem.revision, "added": len(wanted)},
        )  # fmt: skip
    return Finished(sample, outcome, undecided, _doubled(problem, wanted))


def _doubled(problem: Problem, added: list[SampledInput]) -> int:
    said = {each.example_id: each.expectation for each in added}
    alive = Pattern.objects.alive_at(problem.revision).filter(problem=problem, base=None, example__in=said)
    rows = alive.values_list("example_id", "expectation")
    return len({example for example, expectation in rows if said[example] != expectation})


def cancel_sample(actor: Actor, sample: Sample) -> Sample:
    """End a sample without adding any more of it; it stays on record, and its inputs can be drawn again."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        sample = _locked(sample.pk)
        _require_open(sample)
        _close(actor, sample, SampleStatus.CANCELLED)
        counts = Sample.objects.with_counts().get(pk=sample.pk)
        log(
            actor, sample.project, "sample_cancelled", about="problem", subject_id=sample.problem_id,
            evidence=_counted(counts),
        )  # fmt: skip
    return sample


def _line(each: SampledInput) -> dict[str, Any]:
    # An input that was reported because a model failed it stays selected on that model, however it was drawn.
    selected = [{"selected_on": version} for version in each.selected_on]
    return {
        "input": each.example.input,
        "expectation": json.loads(each.expectation),
        "source": selected or SourceKind.SAMPLED.value,
        "meta": {"sample": each.sample_id},
    }


def _rejection(outcome: BulkOutcome) -> str:
    first = outcome.rejected[0]
    why = " ".join(text for texts in first["errors"].values() for text in texts)
    return _("Input %(n)s cannot be added: %(why)s") % {"n": first["line"], "why": why}


def _counted(sample: Any) -> dict[str, Any]:
    return {
        "sample": sample.pk,
        "seed": sample.seed,
        "pool": sample.pool,
        "drawn": sample.n_drawn,
        **{decision.value: getattr(sample, f"n_{decision.value}") for decision in Decision},
    }


def _close(actor: Actor, sample: Sample, status: SampleStatus) -> None:
    sample.status, sample.closed_by, sample.closed_at = status, actor.name, timezone.now()
    sample.save(update_fields=["status", "closed_by", "closed_at"])


def _locked(pk: int) -> Sample:
    samples = Sample.objects.select_for_update(of=("self",), no_key=True).select_related("project")
    return samples.get(pk=pk)


def _require_open(sample: Sample) -> None:
    if sample.status == SampleStatus.FINISHED:
        raise Conflict(_("The sample is finished; what it added can be relabelled or retired one by one."))
    if sample.status == SampleStatus.CANCELLED:
        raise Conflict(_("The sample was cancelled; draw another."))
