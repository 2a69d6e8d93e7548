"""The gate on the command line: exit codes, what it prints, the files it writes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from xmlschema import XMLSchema

from tests.factories import day, equals, make_model, make_outputs, make_patterns, make_problem
from tests.tasks import junit_rules, moody
from tests.tasks.junit_schema import pytests_schema
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run
from tracker.runs.open_adapters import close_adapters
from tracker.settings import BASE_DIR
from tracker.tasks.management.commands.gate import Command
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.django_db
N = 24
ANSWERS = "tests.tasks.moody:answers"


@pytest.fixture(autouse=True)
def _connections_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command closes its connections when it ends; here they are the test's."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def gate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Call it as from a shell; return exit status, output, error output."""
    code: object = 0
    try:
        Command().run_from_argv(["manage.py", "gate", *arguments])
    except SystemExit as end:
        code = end.code
    assert isinstance(code, int)
    told = capsys.readouterr()
    return code, told.out, told.err


def says(model: CandidateModel, right: Iterable[str], wrong: Iterable[str] = ()) -> None:
    make_outputs(model, dict.fromkeys(right, "positive") | dict.fromkeys(wrong, "negative"))


CASES = [f"text {number:02}" for number in range(N)]


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project, slug="negation", title="Negation")
    make_patterns(problem, [equals(text, case=text) for text in CASES])
    move_problem(SYSTEM, problem, "confirmed")
    return problem


@pytest.fixture
def v1(project: Project) -> CandidateModel:
    """The active one; it passes everything."""
    model = make_model(project, "v1", trained_at=day(1))
    activate_model(SYSTEM, model)
    says(model, CASES)
    return model


@pytest.fixture
def v2(project: Project) -> CandidateModel:
    return make_model(project, "v2", trained_at=day(2))


Told = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("problem", "v1")
class TestExitCodes:
    def test_pass(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES)
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 0
        assert told.startswith("v2 beside the active v1: PASS\n")
        assert "The one fixed problem stays fixed; nothing is significantly worse." in told

    def test_fail(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES[5:], CASES[:5])
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 1
        assert told.startswith("v2 beside the active v1: FAIL\n")
        assert "  negation: It is fixed and would come back with v2: 5 of 24 fail; none may." in told
        assert "    text 00, text 01, text 02, text 03, text 04\n" in told

    def test_inconclusive(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, CASES[1:], CASES[:1])
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 2
        assert "INCONCLUSIVE" in told
        assert "over 24 cases: 0 newly pass, 1 newly fails." in told
        assert "Of 24 unselected ones 0 newly pass, 1 newly fails, p = 1: unproven." in told

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("reviews",),
            ("reviews", "v9"),
            ("nowhere", "v1"),
            ("reviews", "v1", "--bogus"),
            ("reviews", "--version", "v1"),
            ("reviews", "--version=v1"),
            ("reviews", "v1", "--version"),
            ("reviews", "v1", "--timeout", "soon"),
            ("reviews", "v1", "--timeout", "nan"),
            ("reviews", "v1", "--timeout", "-1"),
            ("reviews", "v1", "--junit", "/nowhere/at/all.xml"),
            ("reviews", "v1", "--json", "/"),
        ],
    )
    def test_a_wrong_call(self, arguments: tuple[str, ...], capsys: Told) -> None:
        code, told, errors = gate(capsys, *arguments)
        assert (code, told) == (3, "")
        assert errors

    def test_the_version_given_as_an_option(self, capsys: Told) -> None:
        """It is what Django prints its own version for, with a status that here means *pass*."""
        _code, _told, errors = gate(capsys, "reviews", "--version", "v1")
        assert "the version is given without --version: manage.py gate SLUG VERSION" in errors

    @pytest.mark.parametrize(
        "error", [DatabaseError("the database is away"), ZeroDivisionError(), OSError("full")]
    )
    @pytest.mark.parametrize("traceback", [[], ["--traceback"]])
    def test_no_fault_looks_like_a_verdict(
        self, error: Exception, traceback: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Told
    ) -> None:
        def fails(*_args: Any, **_named: Any) -> None:
            raise error

        monkeypatch.setattr("tracker.tasks.management.commands.gate.evaluate_project", fails)
        code, _told, errors = gate(capsys, "reviews", "v1", *traceback)
        assert code == 3
        assert type(error).__name__ in errors

    def test_called_from_python(self, v2: CandidateModel) -> None:
        says(v2, CASES[5:], CASES[:5])
        with pytest.raises(SystemExit) as end:
            call_command("gate", "reviews", "v2", stdout=io.StringIO())
        assert end.value.code == 1
        says(make_model(v2.project, "v3"), CASES)
        call_command("gate", "reviews", "v3", stdout=io.StringIO())


@pytest.mark.usefixtures("problem", "v1")
class TestItEvaluatesFirst:
    def test_the_model_and_the_active_one_alone(self, v2: CandidateModel, capsys: Told) -> None:
        make_model(v2.project, "v3")
        says(v2, CASES)
        gate(capsys, "reviews", "v2")
        assert sorted(Run.objects.values_list("model__version", "status")) == [
            ("v1", "finished"),
            ("v2", "finished"),
        ]

    def test_what_cannot_be_evaluated_in_time_is_inconclusive(self, v2: CandidateModel, capsys: Told) -> None:
        says(v2, [], CASES)
        code, told, _errors = gate(capsys, "reviews", "v2", "--timeout", "0")
        assert code == 2
        assert "negation: Not everything that is known now has been evaluated on it." in told
        assert "its run is queued" in told

    def test_a_server_that_is_away_is_inconclusive(
        self, project: Project, capsys: Told, settings: Any
    ) -> None:
        settings.MODEL_NETWORKS = (ip_network("127.0.0.0/8"),)
        away = {"kind": "http", "url": "http://127.0.0.1:9/", "retries": 0, "timeout_seconds": 1}
        make_model(project, "served", adapter=away)
        code, told, _errors = gate(capsys, "reviews", "served", "--timeout", "2")
        assert code == 2
        assert "served is not evaluated to the end: its run is running. " in told

    def test_a_run_that_failed_is_inconclusive(
        self, v2: CandidateModel, monkeypatch: pytest.MonkeyPatch, capsys: Told
    ) -> None:
        says(v2, CASES)

        def broken(*_args: Any) -> None:
            raise RuntimeError("scoring is broken")

        monkeypatch.setattr("tracker.runs.scoring.judge", broken)
        code, told, _errors = gate(capsys, "reviews", "v2")
        assert code == 2
        assert "its run is failed. RuntimeError: scoring is broken" in told


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


@pytest.mark.usefixtures("problem", "v1")
class TestFiles:
    def test_json(self, v2: CandidateModel, tmp_path: Path, capsys: Told) -> None:
        says(v2, CASES[5:], CASES[:5])
        code, _told, _errors = gate(capsys, "reviews", "v2", "--json", str(tmp_path / "gate.json"))
        found = json.loads((tmp_path / "gate.json").read_text())
        assert code == 1
        assert (found["verdict"], found["model"], found["active"], found["n_protected"]) == (
            "fail",
            "v2",
            "v1",
            1,
        )
        assert [(each["problem"], each["kind"], each["cases"]) for each in found["reasons"]] == [
            ("negation", "protected_failing", CASES[:5])
        ]
        assert list(tmp_path.iterdir()) == [tmp_path / "gate.json"]

    def test_junit(self, v2: CandidateModel, tmp_path: Path, capsys: Told) -> None:
        says(v2, CASES[5:], CASES[2:5])
        Output.objects.filter(model=v2, example__content=f'"{CASES[4]}"').update(label=None, error="timeout")
        # Of a text alone no expectation about labels can be read.
        Output.objects.filter(model=v2, example__content=f'"{CASES[3]}"').update(label=None, text="well")
        file = tmp_path / "gate.xml"
        gate(capsys, "reviews", "v2", "--junit", str(file))
        suites = ET.parse(file).getroot()  # noqa: S314 - our own
        junit_rules.check(suites)
        (suite,) = suites
        assert suite.attrib == {
            "name": "negation", "tests": "24", "failures": "1", "errors": "3", "skipped": "1",
        }  # fmt: skip
        assert suites.attrib == {"name": "v2", "tests": "24", "failures": "1", "errors": "3"}
        found = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
        assert list(found) == CASES
        assert [found[case] for case in CASES[:6]] == [
            ["error"],
            ["error"],
            ["failure"],
            ["skipped"],
            ["error"],
            [],
        ]
        failure, *_others = suite.iter("failure")
        assert failure.get("message") == 'expected {"label":"positive","type":"equals"}, got negative'
        assert 'input: "text 02"' in (failure.text or "")
        properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
        assert (properties["gate"], properties["status"]) == ("inconclusive", "fixed")

    def test_whole_or_not_at_all(
        self, v2: CandidateModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
    ) -> None:
        says(v2, CASES)
        file = tmp_path / "gate.xml"
        file.write_text("from before")

        def full(stream: Any, _outcome: Any) -> None:
            stream.write(b"<testsuites>")
            raise OSError("No space left on device")

        monkeypatch.setattr("tracker.tasks.management.commands.gate.write_junit", full)
        code, told, errors = gate(capsys, "reviews", "v2", "--junit", str(file))
        assert (code, told) == (3, "")
        assert "No space left" in errors
        assert file.read_text() == "from before"
        assert list(tmp_path.iterdir()) == [file]

    def test_a_file_can_be_read_by_others(self, v2: CandidateModel, tmp_path: Path, capsys: Told) -> None:
        says(v2, CASES)
        before = os.umask(0o022)
        try:
            gate(capsys, "reviews", "v2", "--json", str(tmp_path / "gate.json"))
        finally:
            os.umask(before)
        assert (tmp_path / "gate.json").stat().st_mode & 0o777 == 0o644


def test_texts_that_xml_cannot_hold_and_very_long_ones(
    project: Project, v1: CandidateModel, v2: CandidateModel, tmp_path: Path, capsys: Told
) -> None:
    problem = make_problem(project, slug="odd", title='A "title" with <tags> & \x07 bells')
    texts = ["\x01\x1f]]> <b>&amp;</b> \ufffe", "long " * 30_000, "line\nbreak\ttab", "emoji 😀"]
    make_patterns(problem, [equals(text) for text in texts[1:]])
    make_patterns(problem, [equals(texts[0], case="key \x02")])
    says(v1, texts)
    says(v2, [], texts)
    file = tmp_path / "gate.xml"
    gate(capsys, "reviews", "v2", "--junit", str(file))
    suites = ET.parse(file).getroot()  # noqa: S314 - our own
    junit_rules.check(suites)
    texts_written = [failure.text or "" for failure in suites.iter("failure")]
    assert len(texts_written) == 4
    for part in ("\\u0001", "<b>&amp;</b> \\ufffe", "line\\nbreak\\ttab", "emoji 😀"):
        assert any(part in text for text in texts_written), part
    assert {case.get("name") for case in suites.iter("testcase")} >= {"key \\u0002"}
    assert [each.get("value") for each in suites.iter("property") if each.get("name") == "problem"] == [
        'A "title" with <tags> & \\u0007 bells'
    ]
    assert file.stat().st_size < 30_000


def test_every_open_problem_is_a_suite(
    project: Project, problem: Problem, v1: CandidateModel, v2: CandidateModel, tmp_path: Path, capsys: Told
) -> None:
    for slug in ("second", "closed"):
        make_patterns(make_problem(project, slug=slug), [equals(slug)])
    move_problem(SYSTEM, project.problems.get(slug="closed"), "rejected", reason="label error")
    make_problem(project, slug="not-described")
    says(v2, CASES)
    gate(capsys, "reviews", "v2", "--junit", str(tmp_path / "gate.xml"))
    suites = ET.parse(tmp_path / "gate.xml").getroot()  # noqa: S314 - our own
    assert [suite.get("name") for suite in suites] == ["negation", "second"]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> XMLSchema:
    return pytests_schema(tmp_path_factory.mktemp("schema"))


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestPytestsSchema:
    """What is written is valid against it: everything that a case can come to, and nothing at all."""

    def test_it_refuses_what_it_does_not_know(self, schema: XMLSchema) -> None:
        """And so do the rules that the other tests go by, which need no network."""
        suite = '<testsuite name="a" tests="1" failures="0" errors="0">{}</testsuite>'
        for inside, is_valid in (
            ('<testcase name="b" />', True),
            ("<testcase />", False),
            ('<testcase name="b"><passed /></testcase>', False),
        ):
            text = f"<testsuites>{suite.format(inside)}</testsuites>"
            assert schema.is_valid(text) is is_valid
            with nullcontext() if is_valid else pytest.raises(AssertionError):
                junit_rules.check(ET.fromstring(text))  # noqa: S314 - our own

    def test_every_kind_of_case(
        self, schema: XMLSchema, project: Project, v1: CandidateModel, v2: CandidateModel, problem: Problem,
        tmp_path: Path, capsys: Told,
    ) -> None:  # fmt: skip
        odd = make_problem(project, slug="odd", title='A "title" with <tags> & \x07 bells')
        texts = ["\x01\x1f]]> <b>&amp;</b> \ufffe", "long " * 30_000, "line\nbreak\ttab", "emoji 😀"]
        make_patterns(odd, [equals(text, case=f"key \x02 {number}") for number, text in enumerate(texts)])
        base = {"input": CASES[0], "base": CASES[1], "expectation": {"type": "invariant"}}
        make_patterns(make_problem(project, slug="compared"), [base])
        make_problem(project, slug="not-described")
        says(v1, CASES + texts)
        says(v2, CASES[5:], [*CASES[2:5], *texts])
        Output.objects.filter(model=v2, example__content=f'"{CASES[4]}"').update(
            label=None, error="time\x01out"
        )
        Output.objects.filter(model=v2, example__content=f'"{CASES[3]}"').update(label=None, text="well")
        file = tmp_path / "gate.xml"
        gate(capsys, "reviews", "v2", "--junit", str(file))
        schema.validate(file)
        kinds = {child.tag for case in ET.parse(file).iter("testcase") for child in case}  # noqa: S314 - our own
        assert kinds == {"failure", "error", "skipped"}

    def test_what_was_never_evaluated(
        self, schema: XMLSchema, v1: CandidateModel, v2: CandidateModel, problem: Problem,
        tmp_path: Path, capsys: Told,
    ) -> None:  # fmt: skip
        file = tmp_path / "gate.xml"
        gate(capsys, "reviews", "v2", "--junit", str(file), "--timeout", "0")
        schema.validate(file)

    def test_a_project_without_problems(
        self, schema: XMLSchema, v1: CandidateModel, v2: CandidateModel, tmp_path: Path, capsys: Told
    ) -> None:
        file = tmp_path / "gate.xml"
        gate(capsys, "reviews", "v2", "--junit", str(file))
        schema.validate(file)


@pytest.mark.processes
def test_without_the_packages() -> None:
    """As where the wrong Python is called: it finds no site-packages."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", "manage.py", "gate", "reviews", "v1"],
        cwd=BASE_DIR, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert "No module named 'django'" in done.stderr


@pytest.mark.processes
@pytest.mark.parametrize("settings", [{"DATABASE_URL": "postgres://x:y@127.0.0.1:1/none"}, {"DEBUG": "frog"}])
def test_from_a_shell(settings: dict[str, str]) -> None:
    """Wrong settings end it before the command is even found."""
    done = subprocess.run(
        [sys.executable, "manage.py", "gate", "reviews", "v1"],
        cwd=BASE_DIR, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
