"""Labels looked up in constant time, and what is told of faults, which must not grow with what was sent."""

import pickle
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from evaluation.expectations import InvalidExpectation, parse_expectation
from evaluation.fields import FieldReader, InvalidFields
from evaluation.types import InvalidOutput, Labels, Output

MANY = [f"label {number:05}" for number in range(10_000)]


class Counting(Sequence[str]):
    """A list of labels that counts how many of them were looked at."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.looked_at = 0

    def __getitem__(self, index: Any) -> Any:
        self.looked_at += 1
        return self.names[index]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        for name in self.names:
            self.looked_at += 1
            yield name


def test_labels_are_the_sequence_they_were_made_of() -> None:
    names = ["b", "a", "c", "a"]
    labels = Labels.of(names)
    assert list(labels) == names
    assert (len(labels), labels[0], labels[-1], labels[1:3]) == (4, "b", "a", ("a", "c"))
    assert [labels.index(name) for name in names] == [names.index(name) for name in names]
    assert labels.index("a", 2) == 3
    others: list[Any] = ["d", 3, ["a"]]
    assert "a" in labels
    assert not any(other in labels for other in others)
    with pytest.raises(ValueError, match=r"not in tuple"):
        labels.index("d")
    assert not Labels()


def test_labels_are_made_once() -> None:
    labels = Labels.of(["a", "b"])
    assert Labels.of(labels) is labels
    assert labels == Labels(("a", "b")) != Labels(("b", "a"))
    assert hash(labels) == hash(Labels(("a", "b")))
    with pytest.raises(AttributeError):
        labels.names = ()  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(labels)).index("b") == 1  # noqa: S301 (our own)


def test_the_labels_are_gone_through_once_for_all_scores_of_an_output() -> None:
    labels = Counting(MANY)
    output = Output.from_json({"scores": dict.fromkeys(reversed(MANY), 0.5)}, labels)
    assert output.label == MANY[0]
    assert labels.looked_at <= 2 * len(MANY)  # one by one it would be 50 million


def test_the_labels_are_gone_through_once_for_all_labels_of_an_expectation() -> None:
    labels = Counting(MANY)
    parse_expectation({"type": "one_of", "labels": MANY}, labels=labels, has_base=False)
    assert labels.looked_at <= 2 * len(MANY)


def test_labels_made_once_are_not_gone_through_again() -> None:
    counting = Counting(MANY)
    labels = Labels.of(counting)
    looked_at = counting.looked_at
    for _ in range(3):
        Output.from_json({"scores": {MANY[-1]: 1.0}}, labels)
        parse_expectation({"type": "equals", "label": MANY[-1]}, labels=labels, has_base=False)
    assert counting.looked_at == looked_at


def test_an_unknown_label_is_told_ten_labels() -> None:
    with pytest.raises(InvalidOutput) as refusal:
        Output.from_json("x" * 5_000, MANY)
    [text] = refusal.value.errors["label"]
    assert "label 00009 and 9,990 more." in text
    assert "label 00010" not in text
    assert len(text) < 400


def test_ten_labels_are_told_whole() -> None:
    with pytest.raises(InvalidOutput) as refusal:
        Output.from_json("x", list("abcdefghij"))
    assert refusal.value.errors["label"][0].endswith("the labels are a, b, c, d, e, f, g, h, i, j.")


@pytest.mark.parametrize("score", [0.5, "high"], ids=["unknown labels", "no numbers"])
def test_a_thousand_bad_scores_are_told_shortly(score: Any) -> None:
    scores = {f"{number}{'x' * 500}" if score == 0.5 else MANY[number]: score for number in range(1_000)}
    with pytest.raises(InvalidOutput) as refusal:
        Output.from_json({"scores": scores}, MANY)
    texts = refusal.value.errors["scores"]
    assert len(texts) == 11
    assert texts[-1] == "There are more faults here."
    assert len(str(refusal.value)) < 5_000


def test_a_thousand_bad_labels_of_an_expectation_are_told_shortly() -> None:
    with pytest.raises(InvalidExpectation) as refusal:
        parse_expectation({"type": "one_of", "labels": ["?"] * 1_000}, labels=MANY, has_base=False)
    assert len(refusal.value.errors["labels"]) == 11
    assert len(str(refusal.value)) < 5_000


def unknown_in_an_output(fields: dict[str, Any]) -> None:
    Output.from_json(fields)


def unknown_in_an_object(fields: dict[str, Any]) -> None:
    reader = FieldReader(fields, allowed=["known"])
    raise InvalidFields(reader.errors)


@pytest.mark.parametrize("read", [unknown_in_an_output, unknown_in_an_object])
def test_a_thousand_unknown_fields_are_told_shortly(read: Any) -> None:
    with pytest.raises(InvalidFields) as refusal:
        read({f"{number}{'x' * 500}": 1 for number in range(1_000)})
    assert len(refusal.value.errors) == 10
    assert "990 more fields are unknown." in str(refusal.value)
    assert len(str(refusal.value)) < 5_000


def test_what_no_database_takes_is_not_told_back() -> None:
    with pytest.raises(InvalidOutput) as refusal:
        Output.from_json("a\x00\ud800", ["b"])
    assert refusal.value.errors["label"] == ["“a��” is not a label of this project; the labels are b."]
