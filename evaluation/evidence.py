"""What the models' results say about a problem, seen from the model that is active."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from evaluation.moves import Moment
from evaluation.types import Verdict

Stage: TypeAlias = Literal["candidate", "shadow", "active", "archived"]

DECIDED = (Verdict.FIXED, Verdict.FAILING)


@dataclass(frozen=True, slots=True)
class Activation:
    """A model went live; None: from then on none is. `sequence` as for moves."""

    model: str | None
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class ModelEvidence:
    """One model's current results on the problem: its verdict by revision.

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


@dataclass(frozen=True, slots=True)
class Evidence:
    """The periods that count, the models that take part (in model order), the one revision looked at."""

    periods: tuple[Period, ...]
    models: tuple[ModelEvidence, ...]
    revision: int | None

    @property
    def active(self) -> ModelEvidence | None:
        return self.periods[-1].model if self.periods else None

    def verdict(self, model: ModelEvidence | None) -> Verdict | None:
        if model is None or self.revision is None:
            return None
        return model.verdicts.get(self.revision)

    def fixes(self, model: ModelEvidence | None) -> bool:
        return self.verdict(model) == Verdict.FIXED

    def stand_in(self) -> ModelEvidence | None:
        """The last model that was active before and is decided, while the active one is not."""
        if self.verdict(self.active) not in (Verdict.INCONCLUSIVE, Verdict.UNSCORED):
            return None
        earlier = (period.model for period in reversed(self.periods))
        return next((model for model in earlier if self.verdict(model) in DECIDED), None)

    def fails_again(self, model: ModelEvidence | None) -> bool:
        """Whether it fails what another model, formerly active and before it in model order, has fixed."""
        if model is None or self.verdict(model) != Verdict.FAILING:
            return False
        return any(
            self.fixes(former) and former.order_key < model.order_key
            for former in (period.model for period in self.periods)
            if former is not None
        )

    def fixers(self) -> list[ModelEvidence]:
        """The candidate and shadow models that are fixed, in model order."""
        return [
            model
            for model in self.models
            if model.stage in ("candidate", "shadow") and model is not self.active and self.fixes(model)
        ]

    def lets_close_stand(self, closed_at: Moment) -> bool:
        """A close by hand counts if made since the active model went live, and while that is not failing.

        Where none is active: since the last one went live.
        """
        if self.verdict(self.active) == Verdict.FAILING:
            return False
        live = [period.since for period in self.periods if period.model is not None]
        return not live or closed_at >= live[-1]


def read_evidence(activations: Iterable[Activation], models: Iterable[ModelEvidence]) -> Evidence:
    """Reads facts given in any order, with repeats. Archived models take no part."""
    taking_part = {model.version: model for model in models if model.stage != "archived"}
    in_order = sorted(taking_part.values(), key=lambda model: (model.order_key, model.version))
    periods = _periods(activations, taking_part)
    # What stood stays until the active model has a first result, as if it had not gone live yet.
    while periods and periods[-1].model is not None and not periods[-1].model.verdicts:
        periods.pop()
    active = periods[-1].model if periods else None
    revisions = [revision for model in ([active] if active else in_order) for revision in model.verdicts]
    return Evidence(tuple(periods), tuple(in_order), max(revisions, default=None))


def _periods(activations: Iterable[Activation], models: Mapping[str, ModelEvidence]) -> list[Period]:
    """In order of time; to activate the active model again begins no new period.

    From the activation of a model that takes no part on, none is active.
    """
    periods: list[Period] = []
    for fact in sorted(set(activations), key=lambda fact: (fact.at, fact.sequence, fact.model or "")):
        model = models.get(fact.model) if fact.model is not None else None
        if not periods or periods[-1].model is not model:
            periods.append(Period(model, (fact.at, fact.sequence)))
    return periods
