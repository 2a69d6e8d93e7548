"""Asking some inputs a second time within a run, before its problems are scored: do the model's answers stay?

Of a volatile model what it answered otherwise than before, and a sample; of a frozen one that asks a server a few
inputs whose answers are known, and often those that it answers otherwise. Nothing that is said here replaces an
output.
"""

from __future__ import annotations

import hashlib
import heapq
import logging
import secrets
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.db import InterfaceError, OperationalError, transaction

from evaluation.adapters import ADAPTERS, AdapterError, Failure
from evaluation.drift import Nearer, Repeats, count_changed, nearer, same_answer, sample_size, times_for
from evaluation.types import Output as Answer
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet
from tracker.projects.models import Example
from tracker.runs.calls import LeaseLost, calling
from tracker.runs.claims import claim_run
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.models import Run, RunStatus
from tracker.runs.open_adapters import adapter_of
from tracker.runs.stability import Repeated, store_check
from tracker.runs.stability_models import StabilityCheck

logger = logging.getLogger(__name__)

MOST_CHANGED = 200
"""Of the answers that changed in a run, so many at most are asked a second time."""
KNOWN_REPEATED = 10
"""Inputs that a frozen model on a server is asked again in each run."""


MayAsk: TypeAlias = Callable[[], bool]
"""Whether the run is this worker's still."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What repeating came to."""

    repeats: Repeats
    repeated: list[Repeated]


def repeat_some(run: Run) -> bool:
    """Ask again what is to be repeated in a run whose batches are all done, and store what that tells; False where
    nothing is to be asked, or another worker has the run. Where it came in doubt meanwhile whose the run is, nothing is
    stored, and it is repeated later.
    """
    if not _is_due(run):
        return False
    token = uuid.uuid4()
    if not claim_run(run, token):
        return False
    held = Run.objects.filter(pk=run.pk, token=token, status=RunStatus.RUNNING)
    seed = secrets.randbits(31)
    try:
        if not _is_due(run):
            # Another worker has repeated it between the look and the claim.
            held.update(token=None, lease_until=None)
            return False
        with kept_alive(lambda: held.update(lease_until=lease_end())) as is_held:
            found = _repeat_known(run, seed, is_held) if run.model.frozen else _repeat_new(run, seed, is_held)
        with transaction.atomic():
            if held.update(token=None, lease_until=None):
                store_check(run, seed, found.repeats, found.repeated)
    except LeaseLost:
        # What nobody was asked for is not missing: it is repeated when somebody surely has the run.
        held.update(token=None, lease_until=None)
    except (InterfaceError, OperationalError):
        # The database was busy or away: when the lease ends the run is taken up again.
        raise
    except Exception as error:
        # What the repeats are for is worth less than the run's results, which do not rest on them.
        logger.exception("Run %s repeats nothing", run.pk)
        held.update(token=None, lease_until=None, error=_with_fault(run.error, error))
        return False
    return True


def _with_fault(told: str, error: Exception) -> str:
    """Return what a run tells of errors, with the fault that kept it from repeating."""
    why = (
        "Whether the model's answers stay is not known from this run: asking some again ended by a fault of the "
        f"tracker, {type(error).__name__}."
    )
    # It may have come before: who dies before the problems are scored leaves the repeats to be tried once more.
    return told if why in told else f"{told} {why}".strip()


def _is_due(run: Run) -> bool:
    kind = ADAPTERS[run.model.adapter["kind"]]
    can_be = kind.asks_server if run.model.frozen else kind.asks
    asked = run.asked > 0 or asks_again(run)
    if not can_be or not asked or StabilityCheck.objects.filter(run=run).exists():
        return False
    if run.model.frozen:
        return _known(run).exists()
    return Output.objects.told_by(run.model_id, run.pk).exists() or _n_unheard(run) > 0


def _n_unheard(run: Run) -> int:
    """Return how many inputs that a volatile model had answered before brought an error: their answers stand."""
    return run.failed - Output.objects.errors_of_run(run.model_id, run.pk).count()


def asks_again(run: Run) -> bool:
    """Whether somebody, or the schedule, wants to know what the model says now; so it is with a new one."""
    return any(reason["kind"] in {"requested", "scheduled", "new_model"} for reason in run.reasons)


def _known(run: Run) -> OutputQuerySet:
    """The answers that a frozen model had given before the run."""
    return Output.objects.answers().filter(model=run.model_id).exclude(run_id=run.pk)


def _repeat_new(run: Run, seed: int, may_ask: MayAsk) -> Findings:
    """Ask a volatile model again: what it answered otherwise than before, and a sample of all it answered."""
    told = Output.objects.told_by(run.model_id, run.pk)
    if not told.exists():
        return Findings(Repeats(n_missing=_n_unheard(run)), [])
    changed = Output.objects.changed_in(run.model_id, run.pk)
    again = drawn(changed.values_list("pk", flat=True).iterator(), MOST_CHANGED, seed)
    sampled: set[int] = set()
    if asks_again(run):
        sampled.update(drawn(told.values_list("pk", flat=True).iterator(), sample_size(told.count()), seed))
    outputs = Output.objects.in_bulk([*again, *sampled])
    former = Output.objects.in_bulk([pk for output in outputs.values() if (pk := output.replaces)])
    said = _once(ask(run.model, [output.example_id for output in outputs.values()], may_ask))

    repeated = []
    n_sampled = n_differing = n_missing = 0
    three = []
    for pk, output in outputs.items():
        new, repeat = output.answer, said.get(output.example_id)
        if new is None:
            continue
        if repeat is None:
            n_missing += 1
            continue
        differs = not same_answer(new, repeat)
        if pk in sampled:
            n_sampled += 1
            n_differing += differs
        before = former[output.replaces].answer if output.replaces in former else None
        which = None
        if before is not None and output.run_id == run.pk:
            three.append((before, new, repeat))
            which = nearer(repeat, new=new, former=before)
        if differs or which is not None:
            repeated.append(Repeated(output.example_id, repeat, differs, which))
    to_new, to_former, n_kept = count_changed(three)
    n_changed = changed.count()
    n_asked = n_changed + told.filter(confirmed_run_id=run.pk).count()
    repeats = Repeats(n_asked, n_changed, to_new, to_former, n_kept, n_sampled, n_differing, n_missing)
    return Findings(repeats, repeated)


def _repeat_known(run: Run, seed: int, may_ask: MayAsk) -> Findings:
    """Ask a frozen model a few inputs whose answers are stored, and again and again those that it answers otherwise."""
    chosen = drawn(_known(run).values_list("pk", flat=True).iterator(), KNOWN_REPEATED, seed)
    stored = {
        output.example_id: output.answer for output in Output.objects.filter(pk__in=chosen) if output.answer
    }
    said = _once(ask(run.model, stored, may_ask))
    other = {pk: answer for pk, answer in said.items() if not same_answer(stored[pk], answer)}
    times = times_for(len(other))
    again = _keep_asking(run.model, other, times, may_ask)
    kept = [pk for pk, answers in again.items() if len(answers) == times and _all_same(other[pk], answers)]
    differing = [pk for pk, answers in again.items() if not _all_same(other[pk], answers)]
    first = _once(again)
    repeated = []
    for pk, answer in other.items():
        which = nearer(first[pk], new=answer, former=stored[pk]) if pk in first else None
        if which == Nearer.NEW and pk in differing:
            # It kept to it at first: what came then is what it says otherwise.
            later = next(each for each in again[pk] if not same_answer(answer, each))
            which = Nearer.FORMER if same_answer(stored[pk], later) else Nearer.NEITHER
        repeated.append(Repeated(pk, answer, differs=True, nearer=which))
    to_new, to_former, _n_kept = count_changed((stored[pk], other[pk], first[pk]) for pk in first)
    n_missing = len(stored) - len(said) + len(other) - len(kept) - len(differing)
    return Findings(
        Repeats(
            n_asked=len(said),
            n_changed=len(other),
            n_nearer_new=to_new,
            n_nearer_former=to_former,
            n_kept=len(kept),
            n_differing=len(differing),
            n_missing=n_missing,
            n_times=times,
        ),
        repeated,
    )


def _keep_asking(
    model: CandidateModel, other: Mapping[int, Answer], times: int, may_ask: MayAsk
) -> dict[int, list[Answer]]:
    """Ask again what was answered otherwise, until it is so `times` times, or does not come, or is otherwise again."""
    again: dict[int, list[Answer]] = {pk: [] for pk in other}
    keeping = set(other)
    asked = 0
    while keeping and asked < times:
        # Of a coin the first repeats tell: the rounds grow only where there is more to be told from.
        n = min(max(1, asked), times - asked)
        said = ask(model, keeping, may_ask, times=n)
        asked += n
        for pk in tuple(keeping):
            again[pk] += said.get(pk, ())
            if len(again[pk]) < asked or not _all_same(other[pk], again[pk]):
                keeping.remove(pk)
    return again


def _once(said: Mapping[int, list[Answer]]) -> dict[int, Answer]:
    return {pk: answers[0] for pk, answers in said.items() if answers}


def _all_same(answer: Answer, repeats: Iterable[Answer]) -> bool:
    return all(same_answer(answer, each) for each in repeats)


def drawn(ids: Iterable[int], n: int, seed: int) -> list[int]:
    """Draw n of the ids, the same ones for the same seed; holds no more than those."""
    return heapq.nsmallest(n, ids, key=lambda pk: hashlib.sha256(b"%d %d" % (seed, pk)).digest())


def ask(
    model: CandidateModel, example_ids: Collection[int], may_ask: MayAsk, *, times: int = 1
) -> dict[int, list[Answer]]:
    """Ask the model about examples so many times, outside any batch; what it cannot answer now is left out.
    Raises LeaseLost where the run may be another worker's by now.

    The same input never comes twice in one call, since what answers that may answer both alike.
    """
    contents = dict(Example.objects.filter(pk__in=example_ids).values_list("pk", "content"))
    if not contents:
        return {}
    model = CandidateModel.objects.select_related("project", "file").defer("file__content").get(pk=model.pk)
    try:
        adapter = adapter_of(model)
    except AdapterError:
        return {}
    examples = sorted(contents.items())
    size = adapter.batch_size
    parts = [examples[start : start + size] for start in range(0, len(examples), size)] * times
    said: defaultdict[int, list[Answer]] = defaultdict(list)
    with calling(adapter, ADAPTERS[model.adapter["kind"]], may_ask) as submit:
        is_away = False
        for part, call in [(part, submit(part)) for part in parts]:
            # A repeat is not worth waiting for a server, with all results: what does not come is counted as missing.
            if is_away and call.cancel():
                continue
            try:
                answers = call.result()
            except LeaseLost:
                raise
            except AdapterError:
                is_away = True
                continue
            for (pk, _content), answer in zip(part, answers, strict=True):
                if not isinstance(answer, Failure):
                    said[pk].append(answer)
    return dict(said)
