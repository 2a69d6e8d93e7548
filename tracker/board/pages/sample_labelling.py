"""The page on which one drawn input is labelled. No model's output is read for it, so none can be shown."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.board.pages.sample_rows import SampleRow, decision_words, sample_row
from tracker.problems.sample_models import Decision, Sample, SampledInput

MOST_BUTTONS = 30


@dataclass(frozen=True, slots=True)
class LabelButton:
    """`key` is the digit that presses it, empty where there are more labels than digits."""

    label: str
    key: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LabellingPage:
    row: SampleRow
    item: SampledInput
    buttons: list[LabelButton]
    """Empty where a form asks instead."""
    negated: bool
    decided: str
    previous: int | None


def labelling_page(sample: Sample, item: SampledInput) -> LabellingPage:
    row = sample_row(Sample.objects.with_counts().get(pk=sample.pk))
    kind = sample.shared["type"]
    asks_label = kind in {"equals", "not_equals"} and 0 < len(sample.project.labels) <= MOST_BUTTONS
    return LabellingPage(
        row=row,
        item=item,
        buttons=label_buttons(sample.project.labels, item) if asks_label else [],
        negated=kind == "not_equals",
        decided="" if item.decision == Decision.UNDECIDED else decision_words(item),
        previous=item.position - 1 if item.position > 1 else None,
    )


def label_buttons(labels: list[str], item: SampledInput) -> list[LabelButton]:
    """Return a button a label, pressed by 1 to 9 in their order; where every label is a digit, by itself."""
    digits = all(len(label) == 1 and label.isascii() and label.isdigit() for label in labels)
    chosen = item.expectation_fields.get("label")
    return [
        LabelButton(label, label if digits else str(place) if place <= 9 else "", label == chosen)
        for place, label in enumerate(labels, start=1)
    ]


def next_input(sample: Sample, *, after: int = 0) -> SampledInput | None:
    """Return the next undecided input after a position, else the first; None where all are decided."""
    undecided = sample.inputs.undecided().in_order().select_related("example")
    return undecided.filter(position__gt=after).first() or undecided.first()
