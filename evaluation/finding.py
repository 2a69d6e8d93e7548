"""What the models of a project, in model order, say about one bug: what the sentence under the chart is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.history import ModelRange
from evaluation.types import Verdict
from evaluation.verdicts import Judgement


@dataclass(frozen=True, slots=True)
class JudgedModel:
    """One model of the chart; without a judgement while it is not evaluated on the revision shown."""

    version: str
    judgement: Judgement | None
    is_active: bool = False

    @property
    def verdict(self) -> Verdict | None:
        return self.judgement.verdict if self.judgement else None


@dataclass(frozen=True, slots=True)
class Finding:
    """The models to name. All of it is empty while no model is evaluated."""

    fixed_by: JudgedModel | None = None
    not_fixed_by: JudgedModel | None = None
    """The active model where another one fixes it or none does; without an active one the last evaluated."""
    introduced_in: ModelRange | None = None
    undecided_between: bool = False
    """Whether undecided models lie within the range of `introduced_in`."""


def finding(
    models: Sequence[JudgedModel], *, introduced_in: ModelRange | None, fixed_in: ModelRange | None
) -> Finding:
    """Choose the models to name, given all in model order and the ranges of `history.changes`."""
    active = next((model for model in models if model.is_active), None)
    fixer = _fixer(models, active, fixed_in)
    undone = None if active is fixer else active
    if fixer is None and undone is None:
        undone = next((model for model in reversed(models) if model.judgement), None)
        if undone is None:
            return Finding()
    versions = [model.version for model in models]
    return Finding(fixer, undone, introduced_in, _undecided_between(introduced_in, versions))


def _fixer(
    models: Sequence[JudgedModel], active: JudgedModel | None, fixed_in: ModelRange | None
) -> JudgedModel | None:
    """The fix to name: the active model, else the first from which on it stays fixed, else the last."""
    fixed = [model for model in models if model.verdict == Verdict.FIXED]
    if active in fixed:
        return active
    by = fixed_in["by"] if fixed_in else None
    return next((model for model in fixed if model.version == by), fixed[-1] if fixed else None)


def _undecided_between(introduced_in: ModelRange | None, versions: Sequence[str]) -> bool:
    if introduced_in is None or introduced_in["after"] is None:
        return False
    return versions.index(introduced_in["by"]) - versions.index(introduced_in["after"]) > 1
