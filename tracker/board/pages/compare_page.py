"""The page that puts two models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.board.pages.compare_address import (
    Asked,
    FieldMoment,
    Pair,
    Preset,
    faults_of,
    field_moment,
    models_to_compare,
    pair_of,
    presets,
    swapped_url,
)
from tracker.board.pages.compare_change import WhatChangedSteps, what_changed_steps
from tracker.board.pages.compare_flips import FlipGroup, flip_groups
from tracker.board.pages.compare_rows import CompareRow, compare_rows, dumbbell_numbers
from tracker.board.pages.compare_words import (
    beyond_words,
    by_problem_words,
    compared_cases_words,
    comparison_sentence,
    left_behind_words,
    provable_words,
)
from tracker.board.pages.lineage_rows import LineageRow, lineage_rows
from tracker.board.pages.work import Work, project_work
from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.triage.comparison import Comparison, compare_models
from tracker.triage.gate import GateOutcome, gate


@dataclass(frozen=True, slots=True)
class Compared:
    """Two models side by side, with all that the page says of them.

    `outcome` is the gate's, None where the first model is not the active one and so no gate is asked. `cases` says on
    which cases both impacts are summed, where these are not all.
    """

    pair: Pair
    comparison: Comparison
    outcome: GateOutcome | None
    sentence: str
    by_problem: str
    beyond: str
    provable: str
    steps: WhatChangedSteps
    rows: list[CompareRow]
    dumbbell: dict[str, Any]
    flips: list[FlipGroup]
    lineage: list[LineageRow]
    work: Work | None
    left_behind: list[str]
    cases: str

    @property
    def n_stale(self) -> int:
        """On how many problems one of the two is not evaluated as they stand now."""
        return len(self.comparison.base_stale | self.comparison.head_stale)


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`compared` is None where there is nothing to compare; `wrong` says what of the address made no sense."""

    models: Sequence[CandidateModel]
    asked: Asked
    pair: Pair | None
    base_moment: FieldMoment
    head_moment: FieldMoment
    presets: list[Preset]
    swap_url: str
    wrong: list[str]
    compared: Compared | None

    @property
    def base_version(self) -> str:
        """What the form shows as chosen: kept also where the other side makes no sense."""
        return self.pair.base.version if self.pair else self.asked.base

    @property
    def head_version(self) -> str:
        return self.pair.head.version if self.pair else self.asked.head


def compare_page(project: Project, asked: Asked) -> ComparePage:
    models = models_to_compare(project)
    now = timezone.now()
    pair = pair_of(models, asked, now)
    return ComparePage(
        models=models,
        asked=asked,
        pair=pair,
        base_moment=field_moment(asked.base_at, now),
        head_moment=field_moment(asked.head_at, now),
        presets=presets(project, pair, asked) if pair else [],
        swap_url=swapped_url(project, pair, asked) if pair else "",
        wrong=_wrong(models, asked, now),
        compared=_compared(project, pair, asked) if pair and not pair.is_one_and_the_same else None,
    )


def compared_pair(project: Project, asked: Asked) -> tuple[Pair, Comparison] | None:
    """Return the two models and what speaks for which, for the files of the page; None where it names no two.

    Whoever reads a file does not see what the page says of a moment that is none.
    """
    now = timezone.now()
    faults = faults_of(asked, now)
    if faults:
        raise BadRequest(faults[0])
    pair = pair_of(models_to_compare(project), asked, now)
    return (pair, _comparison(project, pair)) if pair is not None else None


def _comparison(project: Project, pair: Pair) -> Comparison:
    return compare_models(project, pair.base, pair.head, base_at=pair.base_at, head_at=pair.head_at)


def _compared(project: Project, pair: Pair, asked: Asked) -> Compared:
    comparison = _comparison(project, pair)
    rows = compare_rows(comparison)
    # The gate speaks of what would happen now; a look back needs its queries for the past.
    asks_gate = pair.base.stage == Stage.ACTIVE and pair.base.pk != pair.head.pk
    return Compared(
        pair=pair,
        comparison=comparison,
        outcome=gate(project, pair.head, comparison=comparison) if asks_gate else None,
        sentence=comparison_sentence(comparison),
        by_problem=by_problem_words(comparison),
        beyond=beyond_words(comparison),
        provable=provable_words(comparison),
        steps=what_changed_steps(comparison, pair),
        rows=rows,
        dumbbell=dumbbell_numbers(comparison, rows),
        flips=flip_groups(comparison, asked.show, asked.page),
        lineage=lineage_rows(comparison.lineage),
        work=project_work(project) if comparison.is_stale and not pair.looks_back else None,
        left_behind=left_behind_words(comparison),
        cases=compared_cases_words(comparison),
    )


def _wrong(models: Sequence[CandidateModel], asked: Asked, now: datetime) -> list[str]:
    versions = {model.version for model in models}
    return [
        *(
            _("There is no model “%(version)s” in this project: choose one from the list.")
            % {"version": version}
            for version in (asked.base, asked.head)
            if version and version not in versions
        ),
        *faults_of(asked, now),
    ]
