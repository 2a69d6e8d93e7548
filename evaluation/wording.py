"""The one sentence under a regression chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.history import ModelRange
from evaluation.settling import count_text
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


def sentence(
    models: Sequence[JudgedModel], *, introduced_in: ModelRange | None, fixed_in: ModelRange | None
) -> str:
    """What the models, in model order, say about the bug; or what is missing to say it."""
    active = next((model for model in models if model.is_active), None)
    fixer = _fixer(models, active, fixed_in)
    parts = []
    if fixer is not None and fixer.judgement is not None:
        parts.append(_fixed_text(fixer, fixer.judgement))
    if active is not None and active is not fixer:
        parts.append(_undone_text(f"The active {active.version}", active.judgement))
    if not parts:
        latest = next((model for model in reversed(models) if model.judgement), None)
        if latest is None:
            return "No model is evaluated on this yet." if models else "There is no model yet."
        parts.append(_undone_text(latest.version, latest.judgement))
    parts.append(_introduced_text(introduced_in, [model.version for model in models]))
    return " ".join(part for part in parts if part)


def _fixer(
    models: Sequence[JudgedModel], active: JudgedModel | None, fixed_in: ModelRange | None
) -> JudgedModel | None:
    """The fix to name: the active model, else the first from which on it stays fixed, else the last."""
    fixed = [model for model in models if model.verdict == Verdict.FIXED]
    if active in fixed:
        return active
    by = fixed_in["by"] if fixed_in else None
    return next((model for model in fixed if model.version == by), fixed[-1] if fixed else None)


def _fixed_text(model: JudgedModel, judgement: Judgement) -> str:
    name = f"the active {model.version}" if model.is_active else model.version
    if judgement.upper is None:  # rule every_case: no inference is claimed
        return f"All {judgement.n_judged} cases pass with {name}."
    return f"Fixed by {name} ({_judged_text(judgement)})."


def _judged_text(judgement: Judgement) -> str:
    n = judgement.n_scored
    noun = "judged case" if n == 1 else "judged cases"
    verb = "fails" if judgement.n_failed == 1 else "fail"
    unscored = judgement.n_judged - n
    return f"{judgement.n_failed} of {n} {noun} {verb}" + (f", {unscored} unscored" if unscored else "")


def _undone_text(name: str, judgement: Judgement | None) -> str:
    if judgement is None:
        return f"{name} is not evaluated on this yet."
    if judgement.verdict == Verdict.FAILING:
        return f"{name} fails {judgement.n_failed} of {judgement.n_scored}."
    if judgement.verdict == Verdict.FIXED:
        return f"{name}: {count_text(judgement.n_failed, judgement.n_scored)}."
    return f"{name} is {judgement.verdict.value}: {judgement.settles}."


def _introduced_text(introduced_in: ModelRange | None, versions: Sequence[str]) -> str:
    if introduced_in is None:
        return ""
    after, by = introduced_in["after"], introduced_in["by"]
    if after is None:
        return f"There since {by}, the first decided model."
    if versions.index(by) - versions.index(after) > 1:
        return f"Introduced after {after}, at the latest in {by}."
    return f"Introduced in {by}."
