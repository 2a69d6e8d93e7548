"""The score of a model then, and of a model now: what moved it. Reads the test set as it stood at both moments."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from evaluation.expectations import Expectation, parse_expectation
from evaluation.scoring import score_patterns
from evaluation.shapley import CORNERS, EXPECTATIONS, MODEL, PATTERNS, WhatChanged, what_changed
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.triage.moments import Answers, Slot, TestSet, answers_at, set_now, sets_at, slots_between
from tracker.triage.same_outputs import SameOutputs, outputs_between

LEVELS = (0, 1)
"""As then, as now."""


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change of score between two moments, taken apart.

    `parts` is None where one of the two has no score, since no open problem had test patterns then. Counts are of
    test patterns: those that stand in both sets, in the second or the first alone (added or retired, or their
    problem opened or closed), and of those in both how many have another expectation. `n_unknown`: those of which
    some error is not known under one of the models.
    """

    base_at: datetime | None
    head_at: datetime | None
    parts: WhatChanged | None
    n_cases_then: int
    n_cases_now: int
    n_kept: int
    n_added: int
    n_retired: int
    n_relabelled: int
    n_unknown: int
    outputs: SameOutputs | None
    """Whether the two say the same of the examples in the two sets; None where what they say now they said then too."""


def score_change(
    project: Project,
    problems: Sequence[Problem],
    base: CandidateModel,
    head: CandidateModel,
    *,
    base_at: datetime | None = None,
    head_at: datetime | None = None,
) -> ScoreChange:
    """Take the change from the base model at one time to the head model at another apart; None is now.

    `problems` are all of the project's, the closed ones too. The two models may be one. Four queries, one more where a
    volatile model is looked at in the past.
    """
    then_and_now = _sets(project, problems, (base_at, head_at))
    slots = slots_between(project, *then_and_now)
    same_outputs = base.pk == head.pk and (base.frozen or base_at == head_at)
    asked = {example for slot in slots for example in (slot.example_id, slot.base_id) if example is not None}
    then, now = answers_at(project, [(base, base_at), (head, head_at)], asked)
    errors = _errors(slots, (then, now), same_outputs=same_outputs)
    cases = {case: row for row, case in enumerate(sorted({slot.case_id for slot in slots}))}
    rows = np.array([cases[slot.case_id] for slot in slots], dtype=np.intp)
    alive = np.array([(slot.alive_then, slot.alive_now) for slot in slots], dtype=np.bool_).reshape(-1, 2)
    unknown = _unknown(slots, rows, errors, same_outputs=same_outputs)
    n_then, n_now = (len(np.unique(rows[alive[:, level]])) for level in LEVELS)
    kept = [slot for slot in slots if slot.alive_then and slot.alive_now]
    return ScoreChange(
        base_at=base_at,
        head_at=head_at,
        parts=what_changed(
            _known(rows, alive, errors, len(cases)),
            unknown,
            n_then=n_then,
            n_now=n_now,
        )
        if n_then and n_now
        else None,
        n_cases_then=n_then,
        n_cases_now=n_now,
        n_kept=len(kept),
        n_added=sum(not slot.alive_then for slot in slots),
        n_retired=sum(not slot.alive_now for slot in slots),
        n_relabelled=sum(slot.label_then != slot.label_now for slot in kept),
        n_unknown=int(np.count_nonzero(np.isnan(errors).any(axis=(0, 1)))),
        outputs=outputs_between(then, now) if _looks_back((base, base_at), (head, head_at)) else None,
    )


def _looks_back(*sides: tuple[CandidateModel, datetime | None]) -> bool:
    return any(at is not None and not model.frozen for model, at in sides)


def _sets(
    project: Project, problems: Sequence[Problem], times: tuple[datetime | None, datetime | None]
) -> tuple[TestSet, TestSet]:
    past = [at for at in times if at is not None]
    known: dict[datetime | None, TestSet] = dict(zip(past, sets_at(project, past), strict=True))
    known[None] = set_now(problems)
    return known[times[0]], known[times[1]]


def _errors(
    slots: Sequence[Slot], said: tuple[Answers, Answers], *, same_outputs: bool
) -> NDArray[np.float64]:
    """Return the error of each pattern (NaN: unknown): by whose outputs, by whose expectations, by slot."""
    errors = np.full((2, 2, len(slots)), np.nan)
    parsed: dict[tuple[str, bool], Expectation] = {}
    labels = [_parsed([(slot.label(level), slot.has_base) for slot in slots], parsed) for level in LEVELS]
    other = [number for number, slot in enumerate(slots) if slot.label_then != slot.label_now]
    for model in LEVELS:
        if model and same_outputs:
            errors[1] = errors[0]
            break
        outputs = [said[model].get(slot.example_id) for slot in slots]
        bases = [said[model].get(slot.base_id) if slot.base_id is not None else None for slot in slots]
        errors[model, 0] = score_patterns(labels[0], outputs, bases)
        errors[model, 1] = errors[model, 0]
        errors[model, 1, other] = score_patterns(
            [labels[1][number] for number in other],
            [outputs[number] for number in other],
            [bases[number] for number in other],
        )
    return errors


def _parsed(
    texts: Sequence[tuple[str, bool]], parsed: dict[tuple[str, bool], Expectation]
) -> list[Expectation]:
    for key in texts:
        if key not in parsed:
            # Labels were checked when the pattern was accepted; the project's may have changed since.
            parsed[key] = parse_expectation(json.loads(key[0]), labels=(), has_base=key[1])
    return [parsed[key] for key in texts]


def _known(
    rows: NDArray[np.intp], alive: NDArray[np.bool_], errors: NDArray[np.float64], n_cases: int
) -> NDArray[np.float64]:
    """Return each case's largest known error in each corner; 0 where it is not in the set."""
    known = np.zeros((n_cases, len(CORNERS)))
    for corner in CORNERS:
        model, patterns, labels = (int(bool(corner & factor)) for factor in (MODEL, PATTERNS, EXPECTATIONS))
        there = alive[:, patterns]
        np.fmax.at(known[:, corner], rows[there], errors[model, labels, there])  # fmax passes over NaN
    return known


def _unknown(
    slots: Sequence[Slot], rows: NDArray[np.intp], errors: NDArray[np.float64], *, same_outputs: bool
) -> list[dict[int, int]]:
    """Return for each unknown error the cases, by row, and their corners in which it appears.

    One output that is not known, read by one expectation, is one unknown error wherever it appears; read by two, it is
    taken for two that have nothing to do with each other. Bounds hold then too, and are wider than they could be.
    """
    found: dict[tuple[int, int, int | None, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number in np.flatnonzero(np.isnan(errors).any(axis=(0, 1))).tolist():
        slot, row = slots[number], int(rows[number])
        for corner in CORNERS:
            model, now, label = (int(bool(corner & factor)) for factor in (MODEL, PATTERNS, EXPECTATIONS))
            if np.isnan(errors[model, label, number]) and (slot.alive_now if now else slot.alive_then):
                whose = 0 if same_outputs else model
                found[whose, slot.example_id, slot.base_id, slot.label(label)][row] |= 1 << corner
    return [dict(cases) for cases in found.values()]
