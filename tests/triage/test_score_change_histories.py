"""What changed, over random histories of a test set, beside a naive account that is kept while they happen."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import TypeVar

import numpy as np
import pytest
from django.db.models import QuerySet
from django.utils import timezone

from evaluation.shapley import EXPECTATIONS, MODEL, PATTERNS
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem
from tracker.problems.models import Pattern, Problem
from tracker.problems.restoring import restore_pattern
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.comparison import compare_models
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.django_db
T = TypeVar("T")
LABELS = ("positive", "negative", "neutral")
N_STEPS = 24


@dataclass
class Place:
    """One pattern with all that it is relabelled to: its text, its case, and what was told of it by step."""

    text: str
    problem: int
    case: str
    labels: dict[int, str]
    alive: bool = True

    def label(self, step: int) -> str:
        known = [at for at in self.labels if at <= step]
        return self.labels[max(known) if known else min(self.labels)]


@dataclass
class Account:
    """The test set step by step, by hand."""

    project: Project
    rng: np.random.Generator
    problems: list[Problem]
    places: dict[str, Place] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    past: list[tuple[datetime, dict[str, Place], set[int]]] = field(default_factory=list)

    def note(self) -> None:
        self.past.append((timezone.now(), copy.deepcopy(self.places), set(self.closed)))

    def step(self, number: int) -> None:
        alive = [place for place in self.places.values() if place.alive]
        dead = [place for place in self.places.values() if not place.alive]
        match self.rng.choice(
            ["add", "relabel", "retire", "restore", "close"], p=[0.4, 0.25, 0.2, 0.1, 0.05]
        ):
            case "relabel" if alive:
                place = self.one_of(alive)
                label = self.one_of([each for each in LABELS if each != place.label(number)])
                relabel_pattern(SYSTEM, self.pattern(place), {"type": "equals", "label": label})
                place.labels[number] = label
            case "retire" if alive:
                place = self.one_of(alive)
                retire_pattern(SYSTEM, self.pattern(place))
                place.alive = False
            case "restore" if dead:
                place = self.one_of(dead)
                # Any that ever stood there, not the last one alone.
                old = self.one_of(list(self.patterns(place)))
                restore_pattern(SYSTEM, old, standing=None)
                place.alive = True
                place.labels[number] = str(old.expectation_fields["label"])
            case "close":
                at = int(self.rng.integers(len(self.problems)))
                if at in self.closed:
                    move_problem(SYSTEM, self.problems[at], "confirmed")
                else:
                    move_problem(SYSTEM, self.problems[at], "rejected", reason="out of scope")
                self.closed ^= {at}
            case _:
                self.add(number)

    def add(self, number: int) -> None:
        at = int(self.rng.integers(len(self.problems)))
        case = f"case {self.rng.integers(4)}"
        label = self.one_of(LABELS)
        lines = []
        for which in range(int(self.rng.integers(1, 4))):
            text = f"text {number} {which}"
            self.places[text] = Place(text, at, case, {number: label})
            lines.append(equals(text, label, case=case))
        make_patterns(self.problems[at], lines)

    def patterns(self, place: Place) -> QuerySet[Pattern]:
        rows = Pattern.objects.select_related("project", "case", "example", "base")
        return rows.filter(example__content=f'"{place.text}"').order_by("pk")

    def pattern(self, place: Place) -> Pattern:
        return self.patterns(place).latest("pk")

    def one_of(self, of: Sequence[T]) -> T:
        return of[int(self.rng.integers(len(of)))]

    def score(self, said: dict[str, str], set_of: int, labels_of: int) -> float | None:
        """1 - the share of cases of open problems in which a pattern's label is not what was said."""
        _at, places, closed = self.past[set_of]
        wrong: dict[tuple[int, str], bool] = {}
        for text, place in places.items():
            if place.alive and place.problem not in closed:
                key = (place.problem, place.case)
                is_wrong = said[text] != self.places[text].label(labels_of)
                wrong[key] = wrong.get(key, False) or is_wrong
        return 1 - sum(wrong.values()) / len(wrong) if wrong else None


@pytest.mark.parametrize("seed", range(5))
def test_every_corner(project: Project, seed: int) -> None:
    rng = np.random.default_rng([2026, seed])
    account = Account(project, rng, [make_problem(project) for _ in range(3)])
    for problem in account.problems:
        move_problem(SYSTEM, problem, "confirmed")
    account.note()
    for number in range(1, N_STEPS):
        account.step(number)
        account.note()
    models = [make_model(project, version) for version in ("old", "new")]
    said = [{text: str(account.one_of(LABELS)) for text in account.places} for _model in models]
    for model, answers in zip(models, said, strict=True):
        make_outputs(model, answers)
    looked_at = 0
    for then, now in [
        (3, N_STEPS - 1),
        *((int(a), int(b)) for a, b in rng.integers(1, N_STEPS, size=(6, 2))),
    ]:
        at = account.past[then][0]
        until = None if now == N_STEPS - 1 else account.past[now][0]
        change = compare_models(project, *models, base_at=at, head_at=until).score_change
        assert change is not None
        steps = (then, now)
        scores = {
            model * MODEL | patterns * PATTERNS | labels * EXPECTATIONS: account.score(
                said[model], steps[patterns], steps[labels]
            )
            for model, patterns, labels in product((0, 1), repeat=3)
        }
        if None in scores.values():
            assert change.parts is None
            continue
        looked_at += 1
        assert change.parts is not None
        found = dict(enumerate(bounds.low for bounds in change.parts.corners))
        assert found == pytest.approx(scores, abs=1e-12)
        terms = change.parts.model.low + change.parts.patterns.low + change.parts.expectations.low
        assert terms == pytest.approx(change.parts.total.low, abs=1e-12)
    assert looked_at > 2
