"""The words and shapes of a cell: what a case came to under a model."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.triage.case_matrix import Cell, Outcome

SYMBOLS = {
    Outcome.PASS: "fixed",
    Outcome.FAIL: "failing",
    Outcome.UNSCORED: "unscored",
    Outcome.NOT_EVALUATED: "not-evaluated",
}
"""A cell is drawn by the shape of the verdict that it speaks for."""


def outcome_word(outcome: Outcome) -> str:
    words = {
        Outcome.PASS: _("passes"),
        Outcome.FAIL: _("fails"),
        Outcome.UNSCORED: _("unscored"),
        Outcome.NOT_EVALUATED: _("not evaluated"),
    }
    return words[outcome]


def cell_look(cell: Cell) -> str:
    """Return the classes that draw the cell."""
    look = f"is-{cell.outcome}"
    if cell.flips:
        look += " is-flip"
    return look if cell.judged else f"{look} is-not-judged"


def cell_words(version: str, cell: Cell) -> str:
    """Return “svm-6: fails”, with what else holds of the cell."""
    text = f"{version}: {outcome_word(cell.outcome)}"
    if cell.flips:
        text += ", " + _("other than before")
    if not cell.judged:
        text += ", " + _("not judged")
    return text
