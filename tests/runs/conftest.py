from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import make_model
from tests.runs import answering
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.runs.execution import work_off
from tracker.runs.models import Result, Run
from tracker.runs.open_adapters import close_adapters

CALLABLE = "tests.runs.answering:by_length"
ADAPTER = {"kind": "python", "callable": CALLABLE, "batch_size": 4}


@pytest.fixture(autouse=True)
def asked(settings: Any) -> Iterator[list[list[object]]]:
    """What the model was asked, with nothing left over from other tests."""
    settings.PYTHON_CALLABLES = [CALLABLE]
    for kept in (answering.asked, answering.interrupt, answering.broken):
        kept.clear()
    yield answering.asked
    close_adapters()


@pytest.fixture
def model(project: Project) -> CandidateModel:
    return make_model(project, "by-length", adapter=ADAPTER)


def worked_off(run: Run) -> Run:
    """Work off a run that has something to do."""
    done = work_off(run.pk)
    assert done is not None
    return done


def result(model: CandidateModel) -> Result:
    return Result.objects.current().get(model=model)
