"""What the models' results say about a problem, seen from the model that is active.

Results on a new revision come in model by model. So that a revision which changes no verdict changes no
status on the way either, and no model waits for another one whose runs fail:

- A model went live once it has a result on the revision that was the newest when it was activated, or on a
  later one; before, it is as if it had not been activated yet.
- The revision looked at is the newest that the active model has a result on. Another model counts by its own
  newest result up to there: until it is evaluated anew, what stood for it stays.
- Two models are compared on one revision, the newest that both have a result on; where there is none, each
  by its own newest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from evaluation.moves import Moment
from evaluation.types import Verdict

Stage: TypeAlias = Literal["candidate", "shadow", "active", "archived"]

DECIDED = (Verdict.FIXED, Verdict.FAILING)


@dataclass(frozen=True, slots=True)
class Activation:
    """A model went live; None: from then on none is. `sequence` as for moves.

    `revision` is the newest that the problem had at that time; 0 if it had none. `undoes`: it takes the activation
    before it back, so the model goes on where it had stopped.
    """

    model: str | None
    at: datetime
    sequence: int
    revision: int = 0
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class ModelEvidence:
    """One model's results on the problem: its verdict by revision.

    `order_key` sorts models in model order (trained or registered time, then registration).
    """

    version: str
    order_key: Any
    stage: Stage
    verdicts: Mapping[int, Verdict]


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which one model, or none, was active."""

    model: ModelEvidence | None
    since: Moment
    resumes: bool = False
    """It began by undoing what began the one before it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The periods that count, the models that take part (in model order), the newest revision looked at."""

    periods: tuple[Period, ...]
    models: tuple[ModelEvidence, ...]
    revision: int | None

    @property
    def active(self) -> ModelEvidence | None:
        return self.periods[-1].model if self.periods else None

    def newest(self, model: ModelEvidence | None, beside: ModelEvidence | None = None) -> int | None:
        """The newest revision with a result of the model; if there is such a one, of the other model too."""
        if model is None or self.revision is None:
            return None
        revisions = [revision for revision in model.verdicts if revision <= self.revision]
        shared = [revision for revision in revisions if beside is not None and revision in beside.verdicts]
        return max(shared or revisions, default=None)

    def verdict(self, model: ModelEvidence | None, beside: ModelEvidence | None = None) -> Verdict | None:
        """What the model's result says on its newest revision; see there."""
        revision = self.newest(model, beside)
        return None if model is None or revision is None else model.verdicts[revision]

    def fixes(self, model: ModelEvidence | None, beside: ModelEvidence | None = None) -> bool:
        return self.verdict(model, beside) == Verdict.FIXED

    def stand_in(self) -> ModelEvidence | None:
        """The last model that was active before and is decided, while the active one is not."""
        if self.verdict(self.active) not in (Verdict.INCONCLUSIVE, Verdict.UNSCORED):
            return None
        earlier = (period.model for period in reversed(self.periods))
        return next((model for model in earlier if self.verdict(model) in DECIDED), None)

    def failed_again(self, model: ModelEvidence | None) -> ModelEvidence | None:
        """The formerly active model, before this one in model order, that has fixed what this one fails.

        Of several the one that the comparison with is on the newest revision. None: it fails nothing again.
        """
        if model is None or self.verdict(model) != Verdict.FAILING:
            return None
        formers = [
            former
            for former in (period.model for period in self.periods)
            if former is not None
            and former.order_key < model.order_key
            and self.fixes(former, beside=model)
            and self.verdict(model, beside=former) == Verdict.FAILING
        ]
        return max(
            formers,
            key=lambda former: (self.newest(model, beside=former) or 0, former.order_key),
            default=None,
        )

    def fixers(self) -> list[ModelEvidence]:
        """The models, candidates and shadows, that are fixed beside the active one, in model order."""
        return [
            model
            for model in self.models
            if model is not self.active and self.fixes(model, beside=self.active)
        ]

    def better(self) -> list[ModelEvidence]:
        """Those of the fixers beside which the active model is not fixed."""
        return [model for model in self.fixers() if not self.fixes(self.active, beside=model)]

    def live_times(self) -> list[tuple[Moment, Moment | None]]:
        """When the active model was live, the newest first; None: until now. Where none is active: the last one.

        More than once only where what came between was undone: an undo is as if it had not stopped.
        """
        at = max((place for place, each in enumerate(self.periods) if each.model is not None), default=None)
        if at is None:
            return []
        times: list[tuple[Moment, Moment | None]] = [(self.periods[at].since, None)]
        while at >= 2 and self.periods[at].resumes and self.periods[at - 2].model is self.periods[at].model:
            times.append((self.periods[at - 2].since, self.periods[at - 1].since))
            at -= 2
        return times

    def lets_close_stand(self, closed_at: Moment) -> bool:
        """A close by hand counts if made while the active model was live, and while that is not failing.

        Where none is active: since the last one went live.
        """
        if self.verdict(self.active) == Verdict.FAILING:
            return False
        times = self.live_times()
        return not times or any(
            start <= closed_at and (end is None or closed_at < end) for start, end in times
        )


def read_evidence(activations: Iterable[Activation], models: Iterable[ModelEvidence]) -> Evidence:
    """Reads facts given in any order, with repeats. Archived models take no part."""
    taking_part = {model.version: model for model in models if model.stage != "archived"}
    in_order = sorted(taking_part.values(), key=lambda model: (model.order_key, model.version))
    facts = sorted(set(activations), key=lambda fact: (fact.at, fact.sequence, fact.model or ""))
    while facts and _is_to_be_evaluated(facts[-1], taking_part):
        facts.pop()
    periods = _periods(facts, taking_part)
    active = periods[-1].model if periods else None
    revisions = [revision for model in ([active] if active else in_order) for revision in model.verdicts]
    return Evidence(tuple(periods), tuple(in_order), max(revisions, default=None))


def _is_to_be_evaluated(fact: Activation, models: Mapping[str, ModelEvidence]) -> bool:
    model = models.get(fact.model) if fact.model is not None else None
    return model is not None and max(model.verdicts, default=-1) < fact.revision


def _periods(in_order: Sequence[Activation], models: Mapping[str, ModelEvidence]) -> list[Period]:
    """To activate the active model again begins no new period.

    From the activation of a model that takes no part on, none is active.
    """
    periods: list[Period] = []
    for fact in in_order:
        model = models.get(fact.model) if fact.model is not None else None
        if not periods or periods[-1].model is not model:
            periods.append(Period(model, (fact.at, fact.sequence), resumes=fact.undoes))
    return periods
