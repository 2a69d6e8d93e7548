"""How a model does on every case, as JUnit XML: a suite per open problem, a test per case.

It is valid against pytest's own schema (junit-10). A wrong output is a `failure`, an unanswered one an `error`, and one
that lacks what the expectation reads is `skipped`: the pattern does not apply to such a model.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Case, Pattern, Problem
from tracker.runs.models import Result
from tracker.triage.gate import GateOutcome
from tracker.triage.pattern_answers import Said, answers_to

AT_ONCE = 500
"""Of so many cases the outputs are held in memory together."""
LONGEST = 2_000
# What XML 1.0 has no way to write, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Finding:
    """Why a test did not pass: the element's name, its type, one line, and the rest."""

    element: str
    type: str
    message: str
    text: str = ""


def write_junit(stream: IO[bytes], outcome: GateOutcome) -> None:
    """Write the report of the gate's model. Suites are written one by one: memory does not grow with their number."""
    totals: Counter[str] = Counter()
    with TemporaryFile() as suites:
        xml = XMLGenerator(suites, encoding="utf-8", short_empty_elements=True)
        for problem in outcome.problems:
            totals += _write_suite(xml, problem, outcome)
        suites.seek(0)
        counts = {name: str(totals[name]) for name in ("tests", "failures", "errors")}
        whole = XMLGenerator(stream, encoding="utf-8")
        whole.startDocument()
        whole.startElement("testsuites", _plain({"name": outcome.model.version} | counts))
        whole.characters("\n")
        stream.flush()
        shutil.copyfileobj(suites, stream)
        whole.endElement("testsuites")


def _write_suite(xml: XMLGenerator, problem: Problem, outcome: GateOutcome) -> Counter[str]:
    result = outcome.results.get(problem.pk)
    cases = Case.objects.filter(problem=problem).alive_at(problem.revision).order_by("pk")
    keys = dict(cases.values_list("pk", "key"))
    findings = _findings(problem, outcome.model, result, keys)
    elements = Counter(finding.element for finding in findings.values())
    counts = Counter(
        tests=len(keys), failures=elements["failure"], errors=elements["error"], skipped=elements["skipped"]
    )
    xml.startElement(
        "testsuite", _plain({"name": problem.slug} | {name: str(counts[name]) for name in counts})
    )
    _write_properties(xml, problem, outcome, result)
    for pk, key in keys.items():
        xml.startElement("testcase", _plain({"classname": problem.slug, "name": key}))
        if pk in findings:
            _write_finding(xml, findings[pk])
        xml.endElement("testcase")
    for reason in outcome.reasons:
        if reason.problem == problem or reason.problem is None:
            xml.startElement("system-out", _plain({}))
            xml.characters(_shown(reason.detail))
            xml.endElement("system-out")
    xml.endElement("testsuite")
    xml.characters("\n")
    return counts


def _write_properties(
    xml: XMLGenerator, problem: Problem, outcome: GateOutcome, result: Result | None
) -> None:
    facts = {
        "gate": outcome.verdict.value,
        "model": outcome.model.version,
        "active model": outcome.active.version if outcome.active else "",
        "problem": problem.title,
        "status": problem.status,
        "verdict": result.verdict if result else "",
    }
    xml.startElement("properties", _plain({}))
    for name, value in facts.items():
        xml.startElement("property", _plain({"name": name, "value": value}))
        xml.endElement("property")
    xml.endElement("properties")


def _write_finding(xml: XMLGenerator, finding: _Finding) -> None:
    xml.startElement(finding.element, _plain({"type": finding.type, "message": finding.message}))
    xml.characters(_shown(finding.text))
    xml.endElement(finding.element)


def _findings(
    problem: Problem, model: CandidateModel, result: Result | None, keys: Mapping[int, str]
) -> dict[int, _Finding]:
    """Return what is to be said of each case that does not pass, by its id."""
    if result is None:
        never = _Finding(
            "error", "not evaluated", f"{model.version} has not been evaluated on this revision."
        )
        return dict.fromkeys(keys, never)
    named = [*result.failed_cases, *result.unscored_cases]
    failed = set(result.failed_cases)
    found: dict[int, _Finding] = {}
    for start in range(0, len(named), AT_ONCE):
        for case, said in _answers(problem, model, named[start : start + AT_ONCE]):
            found[case] = _failure(said) if case in failed else _unscored(said)
    return found


Answers = list[tuple[Pattern, Said]]


def _answers(problem: Problem, model: CandidateModel, cases: Sequence[int]) -> Iterator[tuple[int, Answers]]:
    alive = Pattern.objects.alive_at(problem.revision).filter(case__in=cases).order_by("pk")
    patterns = list(alive.select_related("example", "base"))
    (said,) = answers_to(patterns, [model])
    by_case: dict[int, Answers] = defaultdict(list)
    for pattern in patterns:
        by_case[pattern.case_id].append((pattern, said[pattern.pk]))
    yield from by_case.items()


def _failure(answers: Answers) -> _Finding:
    failing = [(pattern, said) for pattern, said in answers if said.error] or answers
    pattern, said = failing[0]
    message = f"expected {pattern.expectation}, got {_output(said.output)}"
    return _Finding("failure", str(pattern.expectation_fields["type"]), message, _text(failing))


def _unscored(answers: Answers) -> _Finding:
    unscored = [(pattern, said) for pattern, said in answers if said.error is None] or answers
    for pattern, said in unscored:
        for example, output in ((pattern.example_id, said.output), (pattern.base_id, said.base_output)):
            if example is not None and (output is None or output.error is not None):
                return _Finding("error", "no output", _output(output), _text(unscored))
    pattern, said = unscored[0]
    message = f"not applicable: {pattern.expectation} cannot be read from {_output(said.output)}"
    return _Finding("skipped", "not applicable", message, _text(unscored))


def _text(answers: Answers) -> str:
    lines = []
    for pattern, said in answers:
        lines.append(f"input: {_cut(pattern.example.content)}")
        lines.append(f"output: {_output(said.output)}")
        if pattern.base is not None:
            lines.append(f"base: {_cut(pattern.base.content)}")
            lines.append(f"output for the base: {_output(said.base_output)}")
        lines.append(f"expected: {pattern.expectation}")
    return "\n".join(lines)


def _output(output: Output | None) -> str:
    if output is None:
        return "no output"
    answer = output.answer
    if answer is None:
        return f"an error: {_cut(output.error or '')}"
    fields = answer.to_json()
    return _cut(str(answer.label) if set(fields) == {"label"} else json.dumps(fields, ensure_ascii=False))


def _plain(attributes: Mapping[str, str]) -> AttributesImpl[str]:
    return AttributesImpl({name: _shown(value) for name, value in attributes.items()})


def _shown(text: str) -> str:
    """Cut a text and write out what XML cannot hold."""
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", _cut(text, LONGEST * 5))


def _cut(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
