"""Asking a model: batches are claimed, their calls begun, and what was said is stored in order while others go on."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evaluation.adapters import (
    ADAPTERS,
    Adapter,
    AdapterError,
    AdapterRefused,
    AdapterUnavailable,
    Failure,
    InvalidAdapter,
)
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_lines import Said
from tracker.candidates.output_storage import lock_model, make_results_stale, store_outputs
from tracker.projects.bulk_rows import takes_rows_as_they_are_made
from tracker.projects.id_lists import spanning
from tracker.projects.models import Example
from tracker.projects.row_parts import together
from tracker.runs.calls import Answer, Examples, Flight, InColumns, LeaseLost, Submit, answers_of, calling
from tracker.runs.claims import Claim, claim_batch, claim_run
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.models import Batch, Run, RunStatus
from tracker.runs.open_adapters import adapter_of
from tracker.runs.waiting import pause_run, refuse_run

MAX_CLAIMS = 3
"""A batch that three workers did not survive, or that a model's process did not three times, is given up."""
PAUSE = timedelta(seconds=3)


def ask_batches(
    run: Run,
    *,
    keep_on: Callable[[], bool] | None = None,
    on_stored: Callable[[], None] | None = None,
) -> bool:
    """Ask for the run's batches until none is free, and store what is said; False where there was none.

    `keep_on` is asked before each further batch is claimed, `on_stored` called after each that was stored. A run whose
    model is on a server is asked by one process at a time, so that the model's bounds hold.
    """
    token = uuid.uuid4()
    model = _model(run)
    alone = ADAPTERS[model.adapter["kind"]].asks_server
    if alone and not claim_run(run, token):
        return False
    mine = Run.objects.filter(pk=run.pk, token=token)
    try:
        first = claim_batch(run, token)
        if first is None:
            return False

        def renew() -> int | None:
            run.batches.filter(token=token, status=RunStatus.RUNNING).update(lease_until=lease_end())
            return mine.update(lease_until=lease_end()) if alone else None

        def goes_on() -> bool:
            # Whose lease ran out meanwhile has lost the run: two would ask more than the model's bounds allow.
            return (keep_on is None or keep_on()) and (not alone or mine.exists())

        with kept_alive(renew) as is_held:
            Asker(run, model, is_held if alone else _always).work(first, goes_on, on_stored or _nothing)
        return True
    finally:
        if alone:
            mine.update(token=None, lease_until=None)


def work_batch(run: Run, claim: Claim) -> None:
    """Ask the model for one claimed batch and store what it said."""
    Asker(run, _model(run)).work(claim, lambda: False, _nothing)


def _model(run: Run) -> CandidateModel:
    # The file itself, which may be large, is read where it is needed.
    models = CandidateModel.objects.select_related("project", "file").defer("file__content")
    return models.get(pk=run.model_id)


def _nothing() -> None:
    pass


def _always() -> bool:
    return True


class Asker:
    """One worker's part in asking the model of a run, as long as it `may_ask`."""

    def __init__(self, run: Run, model: CandidateModel, may_ask: Callable[[], bool] = _always) -> None:
        self._run = run
        self._model = model
        self._may_ask = may_ask
        self._kind = ADAPTERS[model.adapter["kind"]]
        self._flights: deque[Flight] = deque()
        self._broken_off = False

    def work(self, first: Claim, keep_on: Callable[[], bool], on_stored: Callable[[], None]) -> None:
        """Ask for the first batch, and for others as long as there are, unless the model cannot be asked."""
        flight = Flight(first, self._still_to_ask(first))
        try:
            adapter = adapter_of(self._model)
        except AdapterError as error:
            self._settle(flight, {}, error, None)
            return
        with calling(adapter, self._kind, self._may_ask) as submit:

            def fill() -> None:
                """Claim batches until enough calls are waiting to keep the model busy."""
                enough = 2 * adapter.concurrency if self._kind.works_elsewhere else 0
                while sum(flight.n_waiting for flight in self._flights) <= enough and keep_on():
                    claim = claim_batch(self._run, first.token)
                    if claim is None:
                        return
                    self._begin(Flight(claim, self._still_to_ask(claim)), adapter, submit)
                    if not self._kind.works_elsewhere:
                        return

            self._begin(flight, adapter, submit)
            while self._flights:
                flight = self._flights.popleft()
                if self._kind.works_elsewhere:
                    fill()
                said, fault = flight.land()
                if self._kind.works_elsewhere and fault is None:
                    # So that the model has something to do while this is stored.
                    fill()
                if self._settle(flight, said, fault, adapter):
                    fill()
                else:
                    self._break_off(fault)
                on_stored()

    def _begin(self, flight: Flight, adapter: Adapter, submit: Submit) -> None:
        # What was refused is asked one by one, so that inputs that are answered are not held up by one that is not.
        flight.begin(submit, 1 if flight.claim.was_refused else adapter.batch_size)
        self._flights.append(flight)

    def _still_to_ask(self, claim: Claim) -> Examples:
        """Return those of the batch that nobody has answered since the run was planned."""
        if claim.claims > MAX_CLAIMS:
            return []
        to_ask = self._unanswered(claim)
        examples = Example.objects.filter(spanning("pk", sorted(to_ask))).order_by("pk")
        rows = together(examples.values_list("pk", "content"))
        return [example for example in rows if example[0] in to_ask]

    def _break_off(self, fault: AdapterError | None) -> None:
        """Land all other flights, begin no more calls, and put back what was not asked."""
        self._broken_off = True
        while self._flights:
            flight = self._flights.popleft()
            said, _first_fault = flight.land(fault)
            self._settle(flight, said, fault, None)

    def _settle(
        self, flight: Flight, said: dict[int, Answer], fault: AdapterError | None, adapter: Adapter | None
    ) -> bool:
        """Store what a flight brought, and leave or give up the rest; return whether the model can be asked on."""
        claim = flight.claim
        if claim.claims > MAX_CLAIMS:
            self._give_up(claim, {}, "No worker survived asking this batch.")
        elif fault is None:
            self._store(claim, said)
        elif isinstance(fault, LeaseLost):
            self._put_back(claim, said, {"claims": claim.claims - 1})
            return False
        elif isinstance(fault, AdapterRefused | InvalidAdapter):
            self._put_back(claim, said, {})
            if not self._broken_off:
                refuse_run(self._run, fault)
            return False
        elif not isinstance(fault, AdapterUnavailable):
            self._give_up(claim, said, str(fault))
        elif self._kind.asks_server:
            return self._wait(claim, said, fault, adapter)
        elif claim.claims < MAX_CLAIMS:
            later = {"not_before": timezone.now() + PAUSE * claim.claims, "error": str(fault)}
            self._put_back(claim, said, later)
            self._say(str(fault))
        else:
            self._give_up(claim, said, str(fault))
        return True

    def _wait(
        self, claim: Claim, said: dict[int, Answer], fault: AdapterError, adapter: Adapter | None
    ) -> bool:
        """Put the batch back until the server is there again. That uses up no claim, but where the server answers what
        it answered before, and only this batch it does not; return whether that is so.
        """
        at_fault = claim.was_refused and not said and adapter is not None and self._answers_others(adapter)
        if at_fault and claim.claims >= MAX_CLAIMS:
            self._give_up(claim, said, str(fault))
            return True
        later = {"claims": claim.claims - (not at_fault), "not_before": timezone.now(), "error": str(fault)}
        self._put_back(claim, said, later)
        if not at_fault and not self._broken_off:
            pause_run(self._run, fault)
        return at_fault

    def _answers_others(self, adapter: Adapter) -> bool:
        answered = Output.objects.answers().filter(model=self._model).order_by("-pk")
        example = answered.values_list("example_id", "example__content").first()
        try:
            return example is not None and bool(answers_of(adapter, [example]))
        except AdapterError:
            return False

    def _put_back(self, claim: Claim, said: dict[int, Answer], later: dict[str, object]) -> None:
        """Store what was said and leave the rest of the batch for a later try."""
        rest = [pk for pk in claim.example_ids if pk not in said]
        self._store(claim, said, rest=rest, later=later)

    def _give_up(self, claim: Claim, said: dict[int, Answer], why: str) -> None:
        """Store an error for what was not answered."""
        self._say(why)
        failed: dict[int, Answer] = {pk: Failure(why) for pk in self._unanswered(claim).difference(said)}
        self._store(claim, {**failed, **said})

    def _say(self, error: str) -> None:
        Run.objects.filter(pk=self._run.pk, status=RunStatus.RUNNING).update(error=error)

    def _unanswered(self, claim: Claim) -> set[int]:
        """Return which of the batch have no answer: of a volatile model, none from this run."""
        answered = Output.objects.answers().filter(model=self._model)
        if not self._model.frozen:
            answered = Output.objects.told_by(self._model.pk, self._run.pk)
        known = answered.for_examples(claim.example_ids).values_list("example_id", flat=True)
        return set(claim.example_ids).difference(known)

    def _store(
        self,
        claim: Claim,
        said: dict[int, Answer],
        *,
        rest: list[int] | None = None,
        later: dict[str, object] | None = None,
    ) -> None:
        """Store outputs and count them, in one transaction that only the claim's holder can make."""
        free: dict[str, object] = {"token": None, "lease_until": None}
        batch = {**free, "status": RunStatus.FINISHED}
        columns: Mapping[int, Said] = InColumns(said)
        if not takes_rows_as_they_are_made():
            # Before the transaction, in which nobody else could write.
            columns = dict(columns)
        with transaction.atomic():
            model = lock_model(self._model)
            if rest:
                # Of a run that was cancelled or refused meanwhile nothing more is asked.
                status = RunStatus.QUEUED if self._is_under_way() else RunStatus.CANCELLED
                batch |= {"status": status, "example_ids": rest, **(later or {})}
            if not Batch.objects.filter(claim.held()).update(**batch):
                # The lease ran out and another worker took over; its answers count.
                return
            stored = store_outputs(model, columns, run_id=self._run.pk)
            # Other problems may hold the same examples, and have results that rest on what was known before.
            make_results_stale(model, stored.changed)
            failed = sum(isinstance(answer, Failure) for answer in said.values())
            counts: dict[str, object] = {
                "done": F("done") + len(claim.example_ids) - len(rest or ()),
                "asked": F("asked") + len(said),
                "failed": F("failed") + failed,
            }
            if said and self._kind.asks_server and not self._broken_off:
                counts |= {"waiting_for": "", "ask_again_at": None, "pauses": 0}
            # One that was cancelled meanwhile keeps what is stored here, and so it counts.
            Run.objects.filter(pk=self._run.pk).exclude(status=RunStatus.FINISHED).update(**counts)

    def _is_under_way(self) -> bool:
        """Whether the run still is, locked until the transaction ends: whoever cancels it then finds what is queued."""
        locked = Run.objects.select_for_update(no_key=True).filter(pk=self._run.pk)
        return locked.values_list("status", flat=True).first() == RunStatus.RUNNING
