"""The gate on the command line of models that may answer otherwise than yesterday."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import equals, make_model, make_patterns
from tests.tasks import moody
from tests.tasks.gate_calls import ANSWERS, CASES, Told, gate, says
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run
from tracker.runs.open_adapters import close_adapters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connections_stay")]


@pytest.mark.usefixtures("problem", "v1")
class TestVolatileModels:
    """What one said yesterday it need not say today."""

    @pytest.fixture
    def live(self, project: Project, settings: Any) -> Iterator[CandidateModel]:
        """It passes everything when it is evaluated, and then changes its mind about short texts."""
        settings.PYTHON_CALLABLES = [ANSWERS]
        moody.said.clear()
        moody.broken.clear()
        yield make_model(project, "live", adapter={"kind": "python", "callable": ANSWERS}, frozen=False)
        close_adapters()

    def test_are_asked_anew(self, live: CandidateModel, capsys: Told) -> None:
        assert gate(capsys, "reviews", "live")[0] == 0
        moody.said.append("negative")
        code, told, _errors = gate(capsys, "reviews", "live")
        assert code == 1
        assert "negation: It is fixed and would come back with live: 24 of 24 fail; none may." in told

    def test_the_active_one_too(self, live: CandidateModel, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES)
        activate_model(SYSTEM, live)
        assert gate(capsys, "reviews", "v2")[0] == 0
        moody.said.append("negative")
        assert "24 newly pass" in gate(capsys, "reviews", "v2")[1]

    def test_that_cannot_be_asked_are_no_way_through(self, live: CandidateModel, capsys: Told) -> None:
        assert gate(capsys, "reviews", "live")[0] == 0
        code, told, _errors = gate(capsys, "reviews", "live", "--timeout", "0")
        assert code == 2
        assert "all problems: live: volatile, and not asked again to the end" in told
        assert "its run is queued" in told

    def test_that_answer_nothing_today_are_no_way_through(self, live: CandidateModel, capsys: Told) -> None:
        """Their run is finished, and yesterday's answers stand."""
        assert gate(capsys, "reviews", "live")[0] == 0
        moody.broken.append(True)
        code, told, _errors = gate(capsys, "reviews", "live")
        assert Run.objects.latest("pk").status == "finished"
        assert code == 2
        assert "all problems: live: volatile, and when it was last asked 24 answers did not come" in told

    def test_nor_is_an_active_one_that_does_not_answer(
        self, live: CandidateModel, v2: CandidateModel, capsys: Told
    ) -> None:
        says(v2, CASES)
        activate_model(SYSTEM, live)
        assert gate(capsys, "reviews", "v2")[0] == 0
        moody.broken.append(True)
        assert gate(capsys, "reviews", "v2")[0] == 2
        moody.broken.clear()
        assert gate(capsys, "reviews", "v2")[0] == 0

    def test_an_input_that_was_never_answered_is_unscored_and_no_older_answer_stands(
        self, live: CandidateModel, problem: Problem, capsys: Told
    ) -> None:
        """Of 25 the other 24 pass, which proves the fix as before: one time-out changes nothing."""
        make_patterns(problem, [equals(moody.UNREADABLE)])
        found = gate(capsys, "reviews", "live")
        assert Run.objects.filter(model=live).latest("pk").failed == 1
        assert "volatile" not in found[1]

    def test_that_cannot_be_asked_keep_no_other_from_being_evaluated(
        self, live: CandidateModel, v2: CandidateModel, capsys: Told, settings: Any
    ) -> None:
        settings.PYTHON_CALLABLES = []
        activate_model(SYSTEM, live)
        says(v2, CASES)
        assert gate(capsys, "reviews", "v2")[0] == 2
        assert sorted(Run.objects.values_list("model__version", "status")) == [
            ("live", "failed"),
            ("v2", "finished"),
        ]

    def test_of_which_only_records_are_there_are_not_asked(self, project: Project, capsys: Told) -> None:
        says(make_model(project, "told", frozen=False), CASES)
        assert gate(capsys, "reviews", "told")[0] == 0
        n_runs = Run.objects.count()
        assert gate(capsys, "reviews", "told")[0] == 0
        assert Run.objects.count() == n_runs
