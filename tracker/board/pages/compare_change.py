"""What moved the score between two moments, as the steps of a waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.shapley import Bounds
from tracker.board.csv_rows import Value
from tracker.board.figures import count, rounded, share
from tracker.board.moments import day
from tracker.board.pages.compare_address import Pair
from tracker.triage.comparison import Comparison
from tracker.triage.score_change import ScoreChange

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Step:
    """A score (`kind` then or now) or what one factor did to it; low and high differ where outputs are unknown."""

    kind: str
    name: str
    note: str
    bounds: Bounds

    @property
    def is_score(self) -> bool:
        return self.kind in {"then", "now"}

    @property
    def words(self) -> str:
        low, high = self.bounds.low, self.bounds.high
        write = share if self.is_score else signed
        return write(low) if self.bounds.is_known else f"{write(low)} – {write(high)}"


@dataclass(frozen=True, slots=True)
class WhatChangedSteps:
    """`steps` in the order of the chart; empty where `absent` says why nothing can be said."""

    steps: list[Step]
    sentence: str
    notes: list[str]
    absent: str

    def to_json(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": step.kind,
                "name": step.name,
                "low": step.bounds.low,
                "high": step.bounds.high,
                "words": step.words,
            }
            for step in self.steps
        ]


def signed(value: float) -> str:
    """Return by how much a score moves, in points of a hundred with their sign: 0.08 as “+8.0 points”."""
    if abs(value) < 0.00005:
        return _("0 points")
    text = rounded(abs(value) * 100, 1 if abs(value) >= 0.001 else 2)
    return _("%(n)s points") % {"n": f"{'+' if value > 0 else MINUS}{text}"}


def what_changed_steps(comparison: Comparison, pair: Pair) -> WhatChangedSteps:
    """Return the steps from the first score to the second one.

    Without moments both scores are of now, on one test set, so the model is all that can have changed.
    """
    change = comparison.score_change
    if change is None:
        return _now(comparison)
    if change.parts is None:
        return WhatChangedSteps(
            [], "", [], _("One of the two moments has no score: no open problem had test patterns then.")
        )
    parts = change.parts
    steps = [
        Step(
            "then",
            _side(pair.base.version, pair, first=True),
            _cases(change.n_cases_then),
            parts.then,
        ),
        Step(
            "patterns",
            _("Test patterns"),
            _patterns_note(change),
            parts.patterns,
        ),
        Step(
            "expectations",
            _("Expectations"),
            _("%(n)s relabelled") % {"n": count(change.n_relabelled)},
            parts.expectations,
        ),
        Step("model", _("Model"), _model_note(comparison), parts.model),
        Step(
            "now",
            _side(pair.head.version, pair, first=False),
            _cases(change.n_cases_now),
            parts.now,
        ),
    ]
    notes = []
    if change.n_unknown:
        notes.append(
            ngettext(
                "%(n)s test pattern cannot be scored: its output is not known or lacks what the expectation reads. "
                "The numbers it touches are given as bounds.",
                "%(n)s test patterns cannot be scored: their outputs are not known or lack what the expectations "
                "read. The numbers they touch are given as bounds.",
                change.n_unknown,
            )
            % {"n": count(change.n_unknown)}
        )
    return WhatChangedSteps(steps, _sentence(steps, parts.total), notes, "")


def _now(comparison: Comparison) -> WhatChangedSteps:
    if comparison.score is None:
        return WhatChangedSteps([], "", [], _("No case is scored under both models yet."))
    base, head = comparison.score.base, comparison.score.head
    cases = _cases(comparison.n_compared)
    steps = [
        Step("then", comparison.base.version, cases, Bounds(base, base)),
        Step("model", _("Model"), _model_note(comparison), Bounds(head - base, head - base)),
        Step("now", comparison.head.version, cases, Bounds(head, head)),
    ]
    note = _(
        "Both scores are of now, on the same cases, so the model is all that changed. Choose an earlier moment to see "
        "what the test set did to the score since."
    )
    return WhatChangedSteps(steps, _sentence(steps, Bounds(head - base, head - base)), [note], "")


def _patterns_note(change: ScoreChange) -> str:
    came, left = {"n": count(change.n_added)}, {"n": count(change.n_retired)}
    return ", ".join(
        [
            (_("%(n)s came in (added or the problem opened)") if change.n_added else _("%(n)s came in"))
            % came,
            (_("%(n)s left (retired or the problem closed)") if change.n_retired else _("%(n)s left")) % left,
        ]
    )


def _cases(n: int) -> str:
    return ngettext("%(n)s case", "%(n)s cases", n) % {"n": count(n)}


def _model_note(comparison: Comparison) -> str:
    if comparison.base.pk == comparison.head.pk:
        return _("the same model")
    return _("%(base)s to %(head)s") % {"base": comparison.base.version, "head": comparison.head.version}


def _side(version: str, pair: Pair, *, first: bool) -> str:
    at = pair.base_at if first else pair.head_at
    return f"{version}, {day(at) if at is not None else _('now')}"


def _sentence(steps: Sequence[Step], total: Bounds) -> str:
    """Return “The score rose from 75 % to 80 %: test patterns +2.0 points, model +3.0 points.”"""
    told = {
        "then": steps[0].words,
        "now": steps[-1].words,
        "parts": ", ".join(f"{step.name.lower()} {step.words}" for step in steps[1:-1]),
    }
    if total.high < 0:
        return _("The score fell from %(then)s to %(now)s: %(parts)s.") % told
    if total.low > 0:
        return _("The score rose from %(then)s to %(now)s: %(parts)s.") % told
    return _("The score went from %(then)s to %(now)s: %(parts)s.") % told


STEPS_HEADER = ("step", "name", "low", "high")


def step_lines(steps: WhatChangedSteps) -> Iterator[Sequence[Value]]:
    for step in steps.steps:
        yield step.kind, step.name, step.bounds.low, step.bounds.high
