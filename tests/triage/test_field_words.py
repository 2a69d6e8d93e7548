"""The words for stored fields."""

import pytest

from evaluation.adapters import ADAPTERS
from tracker.triage.field_words import FIELD_WORDS


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_setting_of_an_adapter_has_a_word(kind: str) -> None:
    assert set(ADAPTERS[kind].fields) <= set(FIELD_WORDS)
