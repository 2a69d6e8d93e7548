"""The files that the gate on the command line writes."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from xmlschema import XMLSchema

from tests.factories import equals, make_patterns, make_problem
from tests.tasks import junit_rules
from tests.tasks.gate_calls import CASES, Told, gate, says
from tests.tasks.junit_schema import pytests_schema
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connections_stay")]


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
