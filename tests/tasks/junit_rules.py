"""The rules of pytest's own schema of JUnit XML (junit-10.xsd), written out: which element holds what."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Rule:
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    has_text: bool = False


def rule(required: str = "", optional: str = "", children: str = "", *, has_text: bool = False) -> Rule:
    return Rule(
        required=frozenset(required.split()),
        optional=frozenset(optional.split()),
        children=frozenset(children.split()),
        has_text=has_text,
    )


RERUN = rule("type", "message", "stackTrace system-out system-err", has_text=True)
FOUND = rule(optional="type message", has_text=True)
TEXT = rule(has_text=True)
RULES = {
    "testsuites": rule(optional="name time tests failures errors", children="testsuite"),
    "testsuite": rule(
        "name tests failures errors",
        "group time skipped timestamp hostname id package file log url version",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": rule(children="property"),
    "property": rule("name value"),
    "testcase": rule(
        "name",
        "time classname group",
        "skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err",
    ),
    "failure": FOUND, "error": FOUND, "skipped": FOUND, "system-out": TEXT, "system-err": TEXT, "stackTrace": TEXT,
    "rerunFailure": RERUN, "rerunError": RERUN, "flakyFailure": RERUN, "flakyError": RERUN,
}  # fmt: skip


def check(element: ET.Element) -> None:
    """Raise AssertionError where an element, or one in it, breaks the rules."""
    known = RULES[element.tag]
    given = set(element.attrib)
    assert known.required <= given <= known.required | known.optional, (element.tag, given)
    if not known.has_text:
        assert not (element.text or "").strip(), element.tag
    for child in element:
        assert child.tag in known.children, (element.tag, child.tag)
        if not known.has_text:
            assert not (child.tail or "").strip(), element.tag
        check(child)
