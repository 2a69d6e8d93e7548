"""What moved a score where not all outputs are known: bounds that the truth lies within."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone

from evaluation.shapley import Bounds
from tests.factories import equals, make_model, make_patterns, make_problem
from tests.triage.moved_scores import add, change, of, says, terms
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.models import Example, Project
from tracker.projects.rights import SYSTEM

pytestmark = pytest.mark.django_db


class TestUnknownOutputs:
    """Bounds, never guesses."""

    def test_of_the_new_model(self, old: CandidateModel, new: CandidateModel) -> None:
        problem = make_problem(old.project)
        add(problem, ["a", "b"])
        then = timezone.now()
        add(problem, ["c", "d"])
        says(old, ["a", "b", "c"], ["d"])
        says(new, ["a", "c", "d"])  # nothing known of b, which stands in both sets
        found = change(old, new, then)
        assert found.parts is not None
        assert found.n_unknown == 1
        assert found.parts.then == Bounds(1, 1)
        assert found.parts.now == Bounds(0.75, 1)
        # Model: ((v - 1) + (w - 3/4)) / 2 with v in 1/2..1 and w in 3/4..1, moving together.
        assert found.parts.model == Bounds(-0.25, 0.125)
        # Patterns: ((3/4 - 1) + (w - v)) / 2, and w - v is 1/4 where v is 1/2, 0 where it is 1.
        assert found.parts.patterns == Bounds(-0.125, 0)
        assert found.parts.total == Bounds(-0.25, 0)
        assert found.parts.expectations == Bounds(0, 0)

    def test_an_error_is_no_output(self, old: CandidateModel, new: CandidateModel) -> None:
        add(make_problem(old.project), ["a"])
        says(old, ["a"])
        says(new, ["a"])
        Output.objects.filter(model=new).update(label=None, error="timeout")
        found = change(old, new, timezone.now())
        assert found.parts is not None
        assert found.parts.model == found.parts.total == Bounds(-1, 0)

    def test_of_one_model_on_both_sides(self, old: CandidateModel) -> None:
        """It is the same unknown output then and now: the model did not change."""
        problem = make_problem(old.project)
        add(problem, ["a", "b"])
        then = timezone.now()
        add(problem, ["c"])
        says(old, ["a", "c"])
        found = change(old, old, then)
        assert found.parts is not None
        assert found.parts.model == Bounds(0, 0)
        # (1 + 1 + x) / 3 - (1 + x) / 2 for x from 0 to 1.
        assert found.parts.patterns.low == pytest.approx(0, abs=1e-12)
        assert found.parts.patterns.high == pytest.approx(1 / 6)

    def test_of_an_input_that_moved_to_another_problem(self, old: CandidateModel) -> None:
        """Whatever the model says of it, it said so there too: the set did not change for the better or worse."""
        first, second = make_problem(old.project), make_problem(old.project)
        add(first, ["moved", "stays"])
        says(old, ["stays"])
        then = timezone.now()
        retire_pattern(SYSTEM, of("moved"))
        add(second, ["moved"])
        found = change(old, old, then)
        assert found.parts is not None
        assert found.parts.then == found.parts.now == Bounds(0.5, 1)
        assert found.parts.total == found.parts.patterns == Bounds(0, 0)


INVARIANT = {"type": "invariant"}
NOT_POSITIVE = {"type": "not_equals", "label": "positive"}


def shared_outputs(problem: Problem) -> datetime:
    """Make a set in which one output of *a*, and one of *b*, is read by several expectations; return a moment."""
    make_patterns(
        problem,
        [
            equals("a", case="1"),
            {"input": "a", "case": "2", "expectation": NOT_POSITIVE},
            {"input": "b", "base": "a", "case": "3", "expectation": INVARIANT},
            equals("b", "negative", case="3"),
            equals("known", case="4"),
        ],
    )
    then = timezone.now()
    make_patterns(problem, [{"input": "known", "base": "b", "case": "5", "expectation": INVARIANT}])
    relabelled = Pattern.objects.select_related("project", "case", "example", "base").get(case__key="1")
    relabel_pattern(SYSTEM, relabelled, {"type": "one_of", "labels": ["negative", "neutral"]})
    retired = Pattern.objects.select_related("project", "case").get(case__key="2")
    retire_pattern(SYSTEM, retired)
    return then


@pytest.mark.parametrize("who", ["old, new", "old, old", "new, old"])
def test_whatever_the_unknown_outputs_are_the_truth_lies_within_the_bounds(
    old: CandidateModel, new: CandidateModel, who: str
) -> None:
    """Beside every answer that the old model may have given to *a* and *b*, which several expectations read."""
    then = shared_outputs(make_problem(old.project))
    base, head = ({"old": old, "new": new}[version] for version in who.split(", "))
    says(old, ["known"])
    says(new, ["a", "known"], ["b"])
    bounds = change(base, head, then).parts
    assert bounds is not None
    asked = {text: Example.objects.get(project=old.project, content=f'"{text}"') for text in ("a", "b")}
    truths = []
    for answers in product(("positive", "negative", "neutral"), repeat=2):
        told = [
            Output.objects.create(project=old.project, model=old, example=example, label=label)
            for example, label in zip(asked.values(), answers, strict=True)
        ]
        truth = change(base, head, then).parts
        assert truth is not None
        truths.append(truth)
        for output in told:
            output.delete()
    for term in ("model", "patterns", "expectations", "total", "then", "now"):
        found = [getattr(truth, term) for truth in truths]
        assert all(each.is_known for each in found)
        within = getattr(bounds, term)
        assert within.low - 1e-12 <= min(each.low for each in found), term
        assert max(each.low for each in found) <= within.high + 1e-12, term


def test_a_volatile_model_is_asked_what_it_said_then(project: Project) -> None:
    model = make_model(project, "api", frozen=False)
    add(make_problem(project), ["a", "b"])
    now = timezone.now()
    for text, label, age, current in (
        ("a", "positive", 3, False), ("a", "negative", 1, True),
        ("b", "positive", 3, False), ("b", "positive", 1, True),
    ):  # fmt: skip
        example = of(text).example
        Output.objects.create(
            project=project, model=model, example=example, label=label, is_current=current,
            created_at=now + timedelta(hours=4 - age),
        )  # fmt: skip
    found = change(model, model, now + timedelta(hours=2), None)
    assert terms(found) == [-0.5, 0, 0, -0.5]
    before_it_was_asked = change(model, model, now + timedelta(minutes=1), None)
    assert before_it_was_asked.parts is not None
    assert before_it_was_asked.parts.then == Bounds(0, 1)
    assert before_it_was_asked.parts.model == Bounds(-0.5, 0.5)
