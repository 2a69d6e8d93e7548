"""The errors of patterns, read in stretches, beside each pattern looked up by itself."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from django.db import transaction

from evaluation.expectations import parse_expectation
from evaluation.types import Output as EngineOutput
from tests.factories import LABELS, equals, make_model, make_patterns, make_problem, make_project
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_lines import Said
from tracker.candidates.output_storage import store_outputs
from tracker.problems.models import Pattern, Problem
from tracker.projects.models import Example, Project
from tracker.runs import living_patterns, pattern_errors
from tracker.runs.living_patterns import LivingPatterns
from tracker.runs.pattern_errors import PatternReader

pytestmark = pytest.mark.django_db


def some_line(chance: random.Random) -> dict[str, Any]:
    text, base = (f"text {chance.randrange(60)}" for _ in range(2))
    expectation, has_base = chance.choice(
        [
            ({"type": "equals", "label": chance.choice(LABELS)}, False),
            ({"type": "score", "label": "positive", "min": 0.4}, False),
            ({"type": "close_to", "value": 1.0, "abs_tol": 0.1, "scale": 2}, False),
            ({"type": "invariant", "tolerance": 0.2}, True),
            ({"type": "directional", "label": "positive", "direction": "increase"}, True),
        ]
    )
    line = {"input": text, "expectation": expectation, "case": str(chance.randrange(8))}
    return line | {"base": base} if has_base else line


def something_said(chance: random.Random) -> Said:
    scores = {label: chance.random() for label in LABELS}
    return chance.choice(
        [
            Said.failure("no answer"),
            Said.answer(EngineOutput(value=3 * chance.random())),
            Said.answer(EngineOutput(chance.choice(LABELS))),
            Said.answer(EngineOutput(max(LABELS, key=scores.__getitem__), scores)),
        ]
    )


def answered(model: CandidateModel, chance: random.Random) -> None:
    """Answer three times to some examples, so that some answers are replaced and some examples never asked."""
    examples = list(Example.objects.filter(project=model.project).order_by("pk").values_list("pk", flat=True))
    for _time in range(3):
        some = chance.sample(examples, len(examples) // 3)
        with transaction.atomic():
            store_outputs(model, {pk: something_said(chance) for pk in some})


def looked_up(model: CandidateModel, problem: Problem) -> tuple[Counter[tuple[int, str]], bool]:
    """Return (case, error) of the problem's patterns, each looked up by itself, and whether all was asked."""
    found: Counter[tuple[int, str]] = Counter()
    all_asked = True
    for pattern in Pattern.objects.alive_at(problem.revision).filter(problem=problem):
        output, base = (
            None if pk is None else Output.objects.current().filter(model=model, example=pk).first()
            for pk in (pattern.example_id, pattern.base_id)
        )
        all_asked &= output is not None and (pattern.base_id is None or base is not None)
        expectation = parse_expectation(
            json.loads(pattern.expectation), labels=(), has_base=pattern.base_id is not None
        )
        error = expectation.check(output.answer if output else None, base.answer if base else None)
        found[pattern.case_id, "unscored" if error is None else repr(float(error))] += 1
    return found, all_asked


@pytest.mark.parametrize("together", [7, 20_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_pattern_is_judged_by_what_the_model_says_now(
    project: Project, seed: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living_patterns, "TOGETHER", together)
    monkeypatch.setattr(pattern_errors, "CHUNK_ROWS", 3)
    chance = random.Random(seed)
    problems = [make_problem(project) for _ in range(4)]
    elsewhere = make_problem(make_project())
    for _revision in range(3):
        for problem in problems:
            make_patterns(problem, [some_line(chance) for _ in range(chance.randrange(1, 12))])
        # So that the ids of one project's examples do not simply follow one another.
        make_patterns(elsewhere, [equals(f"other {chance.randrange(99)}") for _ in range(3)])
    models = [make_model(project, "steady"), make_model(project, "volatile", frozen=False)]
    for model in models:
        answered(model, chance)
    for problem in problems:
        problem.refresh_from_db()
    # Kept through all of it, as by who plans and scores run after run.
    patterns = LivingPatterns()
    for revision in (3, 2, 1):
        for problem in problems:
            problem.revision = min(problem.revision, revision)
        for model in models:
            found = PatternReader(model, patterns).read(problems)
            for problem in problems:
                read = found[problem.pk]
                errors = ["unscored" if np.isnan(error) else repr(float(error)) for error in read.errors]
                pairs = Counter(zip(read.case_ids.tolist(), errors, strict=True))
                assert (pairs, read.all_asked) == looked_up(model, problem)
