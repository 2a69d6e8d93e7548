"""Writers that bring the same new things in opposite order neither lose any nor wait for each other for ever."""

import pytest

from tests.factories import equals, make_model, make_problem, make_project
from tests.triage.at_once import at_once
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import Activation, Output, TrainedOn
from tracker.candidates.output_import import import_outputs
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.models import Pattern
from tracker.problems.revisions import import_patterns
from tracker.projects.models import Example
from tracker.projects.rights import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [f"text {number}" for number in range(1_500)]


def in_order(writer: int) -> list[str]:
    return TEXTS if writer % 2 else TEXTS[::-1]


def test_outputs() -> None:
    project = make_project()
    models = [make_model(project) for _number in range(2)]

    def give(writer: int) -> None:
        lines = [{"input": text, "label": "positive"} for text in in_order(writer)]
        import_outputs(SYSTEM, models[writer], enumerate(lines, start=1))

    at_once(give, 2)
    assert (Example.objects.count(), Output.objects.count()) == (len(TEXTS), 2 * len(TEXTS))


def test_patterns_of_two_problems() -> None:
    project = make_project()
    problems = [make_problem(project) for _number in range(2)]

    def describe(writer: int) -> None:
        lines = [equals(text) for text in in_order(writer)]
        import_patterns(SYSTEM, project, enumerate(lines, start=1), problem=problems[writer])

    at_once(describe, 2)
    assert (Example.objects.count(), Pattern.objects.count()) == (len(TEXTS), 2 * len(TEXTS))


def test_trained_on() -> None:
    model = make_model(make_project())
    at_once(
        lambda writer: add_trained_on(
            SYSTEM, model, enumerate(({"input": text} for text in in_order(writer)), 1)
        ),
        2,
    )
    assert TrainedOn.objects.count() == len(TEXTS)


def test_the_active_model_is_the_last_activation_s() -> None:
    project = make_project()
    models = [make_model(project) for _number in range(4)]
    at_once(lambda writer: activate_model(SYSTEM, models[writer]), 4)
    assert Activation.objects.order_by("at", "pk").last().model == project.models.get(stage="active")  # type: ignore[union-attr]
    assert Activation.objects.count() == 4
