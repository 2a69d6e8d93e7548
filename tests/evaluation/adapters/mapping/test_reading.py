"""Predictions in all the forms that servers give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.mapping.answer import AnswerMap
from evaluation.adapters.mapping.faults import Unreadable
from evaluation.adapters.mapping.paths import Path
from evaluation.adapters.mapping.reading import Reading
from evaluation.labels import Labels
from evaluation.types import Output

LABELS = Labels.of(["no", "yes"])
PLAIN = Reading(LABELS)
SCORES = {"no": 0.25, "yes": 0.75}


@pytest.mark.parametrize(
    ("prediction", "output"),
    [
        ("yes", Output(label="yes")),
        (3, Output(value=3.0)),
        (True, Output(value=1.0)),
        (["yes"], Output(label="yes")),
        ([[2.5]], Output(value=2.5)),
        ([0.25, 0.75], Output(label="yes", scores=SCORES)),
        ([[0.25, 0.75]], Output(label="yes", scores=SCORES)),
        (SCORES, Output(label="yes", scores=SCORES)),
        ({"label": "no", "scores": SCORES}, Output(label="no", scores=SCORES)),
        ({"label": "no", "scores": [0.25, 0.75]}, Output(label="no", scores=SCORES)),
        ({"label": "no", "score": 0.9}, Output(label="no")),
        (
            [{"label": "yes", "score": 0.75}, {"label": "no", "score": 0.25}],
            Output(label="yes", scores=SCORES),
        ),
        ({"prediction": "yes"}, Output(label="yes")),
        ({"text": "hm", "error": None}, Output(text="hm")),
        ({"label": ["yes"], "value": None}, Output(label="yes")),
    ],
)
def test_a_prediction_is_read(prediction: object, output: Output) -> None:
    assert PLAIN.output(prediction) == output


@pytest.mark.parametrize(
    ("prediction", "words"),
    [
        (None, "The answer is null"),
        ("maybe", "not a label of this project"),
        ([0.1, 0.2, 0.7], "The answer has 3 scores for 2 labels."),
        ([["a"], ["b"]], "something else than numbers"),
        ({"a": 1, "b": 2}, "Unknown field"),
        ({"error": "too short"}, "too short"),
        ({"label": {"name": "yes"}}, "The label is an object"),
        ({"label": "yes", "scores": "high"}, "The scores are a text"),
        ({"label": "yes", "scores": {"no": 0.25, "yes": None}}, "finite number"),
        ({"label": ["no", "yes"], "scores": SCORES}, "The label is a list"),
        ([], "0 scores for 2 labels"),
        ({}, "at least one of"),
    ],
)
def test_what_is_no_prediction_says_why(prediction: object, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        PLAIN.output(prediction)


@pytest.mark.parametrize(
    ("numbers", "prediction", "output"),
    [
        ("label_index", 1, Output(label="yes")),
        ("label_index", 1.0, Output(label="yes")),
        ("label_index", True, Output(label="yes")),
        ("label_index", {"label": 0}, Output(label="no")),
        ("label", 7, Output(label="7")),
        ("label", 7.0, Output(label="7")),
        ("label", True, Output(label="true")),
    ],
)
def test_what_a_number_means_is_a_setting(numbers: str, prediction: object, output: Output) -> None:
    labels = Labels.of(["7", "true"]) if numbers == "label" else LABELS

    assert Reading(labels, numbers=numbers).output(prediction) == output


@pytest.mark.parametrize("place", [2, -1, 0.5])
def test_a_label_that_has_no_such_place_is_named(place: float) -> None:
    with pytest.raises(Unreadable, match="the labels have the numbers 0 to 1"):
        Reading(LABELS, numbers="label_index").output(place)


def test_the_servers_names_and_order_of_labels() -> None:
    """The server counts yes first, and calls it POS."""
    renamed = Reading(LABELS, label_names={"POS": "yes", "NEG": "no", "1": "yes"}, numbers="label")
    ordered = Reading(LABELS, score_labels=["yes", "no"], numbers="label_index")

    assert renamed.output("POS") == renamed.output(1) == Output(label="yes")
    assert renamed.output({"POS": 0.75, "NEG": 0.25}) == Output(label="yes", scores=SCORES)
    assert ordered.output([0.75, 0.25]) == Output(label="yes", scores=SCORES)
    assert ordered.output(0) == Output(label="yes")


def test_scores_without_known_labels_ask_for_them() -> None:
    with pytest.raises(Unreadable, match="score_labels must say"):
        Reading(Labels()).output([0.1, 0.9])


@given(
    st.sampled_from(["no", "yes", "maybe", None]),
    st.dictionaries(
        st.sampled_from(["no", "yes", "maybe"]),
        st.floats() | st.sampled_from([0.5, 1, True, None]),
    ),
)
def test_the_quick_way_reads_as_the_careful_one(label: str | None, scores: dict[str, object]) -> None:
    """Output.from_json is the judge of what a good output is."""
    prediction: dict[str, object] = (
        {"scores": scores} if label is None else {"label": label, "scores": scores}
    )
    try:
        careful: Output | None = Output.from_json(prediction, LABELS)
    except ValueError:
        careful = None
    try:
        quick: Output | None = PLAIN.output(prediction)
    except Unreadable:
        quick = None

    assert quick == careful


def test_paths_lead_to_the_parts_of_each_prediction() -> None:
    answers = AnswerMap(
        PLAIN,
        answers=Path.parse("results"),
        fields={"label": Path.parse("top.name"), "scores": Path.parse("all")},
    )
    good = {"top": {"name": "yes"}, "all": [0.25, 0.75]}

    first, second = answers.read({"results": [good, {"top": {}}]}, 2)

    assert first == Output(label="yes", scores=SCORES)
    assert isinstance(second, Unreadable)
    assert second.why == "The path top.name needs “name”, where there is an object with nothing."


def test_paths_lead_through_lists_beside_each_other() -> None:
    answers = AnswerMap(
        PLAIN, fields={"label": Path.parse("labels[*]"), "scores": Path.parse("out.probabilities[*]")}
    )
    answer = {"labels": ["yes", "no"], "out": {"probabilities": [[0.25, 0.75], [0.75, 0.25]]}}

    assert answers.read(answer, 2) == [
        Output(label="yes", scores=SCORES),
        Output(label="no", scores={"no": 0.75, "yes": 0.25}),
    ]
    with pytest.raises(Unreadable, match="2 outputs for 3 inputs"):
        answers.read(answer, 3)


def test_one_answer_may_come_alone_or_in_a_list() -> None:
    answers = AnswerMap(PLAIN, answers=Path.parse("out"))

    assert answers.read_one({"out": "yes"}) == answers.read_one({"out": ["yes"]}) == [Output(label="yes")]
