import math
from typing import Any

import pytest

from evaluation.types import Criterion, InvalidCriterion


def test_defaults() -> None:
    assert Criterion.from_json({}) == Criterion("bound", 0.10, 0.90, 5)


def test_written_and_read_back() -> None:
    criterion = Criterion("every_case", 0.2, 0.95, 3)
    assert Criterion.from_json(criterion.to_json()) == criterion


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ([], {"fix_criterion"}),
        ({"rule": "most"}, {"rule"}),
        ({"rule": None}, {"rule"}),
        ({"max_error": 0}, {"max_error"}),
        ({"max_error": 1}, {"max_error"}),
        ({"max_error": "0.1"}, {"max_error"}),
        ({"max_error": math.nan}, {"max_error"}),
        ({"confidence": 0.4}, {"confidence"}),
        ({"confidence": 1}, {"confidence"}),
        ({"confidence": True}, {"confidence"}),
        ({"min_cases": 0}, {"min_cases"}),
        ({"min_cases": 2.5}, {"min_cases"}),
        ({"min_cases": True}, {"min_cases"}),
        ({"slack": 1, "rule": "x"}, {"slack", "rule"}),
    ],
    ids=lambda value: repr(sorted(value)) if isinstance(value, set) else repr(value),
)
def test_refused_with_the_fields_named(data: Any, fields: Any) -> None:
    with pytest.raises(InvalidCriterion) as refusal:
        Criterion.from_json(data)
    assert refusal.value.errors.keys() == fields
