"""Facts for the tests of statuses: short ways to write them down, and strategies that draw them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from evaluation.status import Activation, ModelEvidence, Move
from evaluation.types import Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
VERSIONS = ("m1", "m2", "m3", "m4")
VERDICTS = {"+": Verdict.FIXED, "-": Verdict.FAILING, "?": Verdict.INCONCLUSIVE, "0": Verdict.UNSCORED}


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def moved(kind: Any, number: int) -> Move:
    return Move(kind, day(number), number)


def went_live(model: str | None, number: int, revision: int = 0, *, undoes: bool = False) -> Activation:
    return Activation(model, day(number), number, revision, undoes)


def model(version: str, verdicts: str, stage: Any = "candidate", order: int | None = None) -> ModelEvidence:
    """One sign per revision from 1 on: + fixed, - failing, ? inconclusive, 0 unscored, blank for none."""
    found = {number: VERDICTS[sign] for number, sign in enumerate(verdicts, start=1) if sign != " "}
    return ModelEvidence(version, int(version[1:]) if order is None else order, stage, found)


MODELS = st.lists(
    st.tuples(
        st.sampled_from(VERSIONS),
        st.integers(1, 4),
        st.sampled_from(["candidate", "shadow", "active", "archived"]),
        st.text("+-?0 ", max_size=3),
    ),
    unique_by=(lambda row: row[0], lambda row: row[1]),
    max_size=4,
).map(lambda rows: [model(version, verdicts, stage, order) for version, order, stage, verdicts in rows])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Move], list[Activation], list[ModelEvidence]]:
    """Moves and activations of one event log, so that no two share a sequence; some at the same time."""
    kinds = ["triage", "confirmed", "in_progress", "rejected", "duplicate", "fixed"]
    events = draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(kinds) | st.sampled_from([*VERSIONS, None])),
            max_size=8,
        )
    )
    moves: list[Move] = []
    activations: list[Activation] = []
    for sequence, (number, what) in enumerate(events):
        if what in kinds:
            moves.append(Move(what, day(number), sequence))  # type: ignore[arg-type]
        else:
            activations.append(
                Activation(what, day(number), sequence, draw(st.integers(0, 4)), draw(st.booleans()))
            )
    return moves, activations, draw(MODELS)
