"""The same facts, in any order, late or repeated, give the same status: through the database."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.triage.facts import (
    NOW,
    at,
    make_model,
    make_move,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.models import Event, Project
from tracker.triage.refresh import refresh_problems

pytestmark = pytest.mark.django_db

DERIVED = (
    "status",
    "status_evidence",
    "not_proven_again",
    "closed_by_hand",
    "introduced_in",
    "fixed_in",
    "cases_count",
    "reports_since_fixed",
)
VERDICTS = ("fixed", "failing", "inconclusive", "unscored")
MOVES = ("triage", "confirmed", "in_progress", "rejected", "duplicate", "fixed")
REVISIONS = (1, 2)
SEEDS = range(100, 100 + 25)

Fact = Callable[[Project, Problem, Sequence[CandidateModel]], object]


def _activation(index: int | None, day: float) -> Fact:
    def add(project: Project, _problem: Problem, models: Sequence[CandidateModel]) -> None:
        Activation.objects.create(project=project, model=None if index is None else models[index], at=at(day))
        # The stage says which one is active now, whenever we heard of it.
        live = Activation.objects.filter(project=project).order_by("at").last()
        project.models.filter(stage=Stage.ACTIVE).update(stage=Stage.CANDIDATE)
        if live and live.model_id:
            project.models.filter(pk=live.model_id).update(stage=Stage.ACTIVE)

    return add


def _move(to: str, day: float) -> Fact:
    def add(project: Project, problem: Problem, _models: Sequence[CandidateModel]) -> None:
        target = project.problems.get(slug="target") if to == "duplicate" else None
        make_move(problem, to, day, duplicate_of=target)

    return add


def _result(index: int, revision: int, verdict: str) -> Fact:
    return lambda _project, problem, models: make_result(models[index], problem, verdict, revision=revision)


def _report(index: int, day: float) -> Fact:
    return lambda project, problem, models: make_report(
        project, day=day, problem=problem, model=models[index]
    )


def _revision(number: int, day: float) -> Fact:
    """The application says in the log when a revision was made; the counter stands where it ends."""
    return lambda project, problem, _models: Event.objects.create(
        project=project, subject="problem", subject_id=problem.pk, kind="patterns_added", actor="anna",
        evidence={"revision": number, "added": 1, "new_sources": 1}, at=at(day),
    )  # fmt: skip


def _facts(rng: random.Random) -> list[Fact]:
    """Draw a history of four models over 100 days, no two facts at one moment."""
    days = iter(rng.sample(range(-100, 0), 12))
    facts = [_activation(rng.choice([None, 0, 1, 2, 3]), next(days)) for _ in range(rng.randint(0, 4))]
    facts += [_move(rng.choices(MOVES, [1, 3, 3, 2, 2, 2])[0], next(days)) for _ in range(rng.randint(0, 4))]
    facts += [
        _result(index, revision, rng.choices(VERDICTS, [3, 3, 1, 1])[0])
        for index in range(4)
        for revision in REVISIONS
        if rng.random() < 0.9
    ]
    moments = iter(day + 0.5 for day in rng.sample(range(-100, 0), 22))
    made = sorted(next(moments) for _ in REVISIONS)
    facts += [_revision(number, day) for number, day in zip(REVISIONS, made, strict=True)]
    facts += [_report(rng.randrange(4), next(moments)) for _ in range(rng.randint(0, 20))]
    return facts


def _told(facts: Sequence[Fact], rng: random.Random | None) -> dict[str, Any]:
    """Write the facts one by one (with `rng` deriving in between) and return what was derived."""
    project = make_project()
    make_problem(project, slug="target")
    problem = make_problem(project, revision=2)
    models = [make_model(project, f"v{index}", day=-200 + index) for index in range(4)]
    for fact in facts:
        fact(project, problem, models)
        if rng is not None:
            for _ in range(rng.choice([0, 1, 2])):
                refresh_problems(project, rng.choice([None, [problem.pk]]), now=NOW)
    refresh_problems(project, [problem.pk], now=NOW)
    return Problem.objects.values(*DERIVED, "duplicate_of__slug").get(pk=problem.pk)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_in_which_facts_become_known_does_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    facts = _facts(rng)
    expected = _told(facts, None)
    for _ in range(2):
        assert _told(rng.sample(facts, len(facts)), rng) == expected


def test_the_drawn_histories_reach_every_status() -> None:
    """Else the test above would say little."""
    told = [_told(_facts(random.Random(seed)), None) for seed in SEEDS]
    assert {each["status"] for each in told} == {
        "triage", "confirmed", "in_progress", "fix_available", "fixed", "regressed", "rejected", "duplicate",
    }  # fmt: skip
    assert any(each["reports_since_fixed"] for each in told)
