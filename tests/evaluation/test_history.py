from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.status import changes
from evaluation.types import Verdict
from tests.evaluation.facts import VERDICTS


def spell(signs: str) -> list[tuple[str, Verdict | None]]:
    return [(f"m{number}", VERDICTS.get(sign)) for number, sign in enumerate(signs, start=1)]


def span(after: int | None, by: int) -> dict[str, str | None]:
    return {"after": None if after is None else f"m{after}", "by": f"m{by}"}


@pytest.mark.parametrize(
    ("signs", "introduced_in", "fixed_in"),
    [
        ("", None, None),
        ("?0 ", None, None),
        ("+", None, None),
        ("-", span(None, 1), None),
        ("+-", span(1, 2), None),
        ("-+", span(None, 1), span(1, 2)),
        ("+--+", span(1, 2), span(3, 4)),
        ("+?0-", span(1, 4), None),
        ("-? +", span(None, 1), span(1, 4)),
        ("?-", span(None, 2), None),
        ("+-+-", span(3, 4), None),
        ("+-+-+", span(3, 4), span(4, 5)),
        ("-+-+", span(2, 3), span(3, 4)),
        ("+-++?", span(1, 2), span(2, 3)),
        ("-++-", span(3, 4), None),
    ],
)
def test_changes(signs: str, introduced_in: Any, fixed_in: Any) -> None:
    assert changes(spell(signs)) == (introduced_in, fixed_in)


@given(st.text("+-?0 ", max_size=8))
def test_against_looking_at_every_pair(signs: str) -> None:
    decided = [(number, sign) for number, sign in enumerate(signs, start=1) if sign in "+-"]
    falls = [span(a, b) for (a, x), (b, y) in pairwise(decided) if x + y == "+-"]
    rises = [span(a, b) for (a, x), (b, y) in pairwise(decided) if x + y == "-+"]
    introduced_in, fixed_in = changes(spell(signs))
    always = span(None, decided[0][0]) if decided and decided[0][1] == "-" else None
    assert introduced_in == (falls[-1] if falls else always)
    assert fixed_in == (rises[-1] if rises and decided[-1][1] == "+" else None)
