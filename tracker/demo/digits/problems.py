"""The problems of the demo: what each one is, and the rule by which its test patterns are drawn.

A rule looks at the true label or at the scan itself, never at what a model says, and draws from scans that no
model was trained on and no user reported. So every case is unselected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.demo.digits.copies import (
    cut_off_at_top,
    on_grey_paper,
    shifted,
    tilted,
    white_on_black,
    with_pressure,
    with_specks,
)
from tracker.demo.digits.strokes import has_room_beside, is_straight_nine, is_wide_one
from tracker.demo.storyline import KnownProblem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evaluation.types import JSON
    from tracker.demo.digits.corpus import Scan

    Copies = Callable[[NDArray[np.int64], np.random.Generator], list[NDArray[np.int64]]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How test patterns are drawn: at most `cases` scans that fit `rule`, and what `copies` makes of each.

    Without `copies` it is the scan itself. What is made of one scan is one case. Where `compared`, it has the
    scan as its base.
    """

    rule: Callable[[Scan], bool]
    expectation: Callable[[Scan], dict[str, JSON]]
    copies: Copies | None = None
    compared: bool = False
    cases: int = 60


@dataclass(frozen=True, slots=True)
class DemoProblem(KnownProblem):
    """A known problem. Without a drawing nobody has described it yet."""

    drawing: Drawing | None = None


def patterns_of(
    problem: DemoProblem, pool: Sequence[Scan], *, rng: np.random.Generator
) -> list[dict[str, JSON]]:
    """Draw the problem's test patterns, as lines of a pattern file."""
    drawing = problem.drawing
    if drawing is None:
        return []
    fitting = [scan for scan in pool if drawing.rule(scan)]
    drawn = sorted(rng.permutation(len(fitting))[: drawing.cases])
    return [line for place in drawn for line in _case(problem.slug, drawing, fitting[place], rng)]


def _case(slug: str, drawing: Drawing, scan: Scan, rng: np.random.Generator) -> list[dict[str, JSON]]:
    images = [scan.image] if drawing.copies is None else drawing.copies(scan.image, rng)
    line: dict[str, JSON] = {
        "problem": slug,
        "case": f"scan-{scan.number}",
        "expectation": drawing.expectation(scan),
        "source": "sampled" if drawing.copies is None else "generated",
        "meta": {"scan": scan.number, "form": scan.form, "digit": scan.label},
    }
    if drawing.compared:
        line["base"] = scan.image.tolist()
    return [{**line, "input": image.tolist()} for image in images]


def _any_digit(_scan: Scan) -> bool:
    return True


def _digit(label: str) -> Callable[[Scan], bool]:
    return lambda scan: scan.label == label


def _is_read_right(scan: Scan) -> dict[str, JSON]:
    return {"type": "equals", "label": scan.label}


def _stays_the_same(_scan: Scan) -> dict[str, JSON]:
    return {"type": "invariant"}


WIDE_ONES = DemoProblem(
    slug="ones-with-flag-or-foot",
    title="Ones with a flag or a foot are misread",
    description="A one can be more than an upright stroke: many give it a flag at the top or a foot below.",
    harm="major",
    labels=("handwriting",),
    drawing=Drawing(is_wide_one, _is_read_right),
)
EIGHTS = DemoProblem(
    slug="eights-read-as-ones",
    title="Eights read as ones",
    description="Eights with a thin waist or loops filled with ink come out as ones.",
    harm="major",
    labels=("handwriting",),
    drawing=Drawing(_digit("8"), lambda scan: {"type": "not_equals", "label": "1"}, cases=80),
)
STRAIGHT_NINES = DemoProblem(
    slug="nines-with-a-straight-leg",
    title="Nines with a straight leg are misread",
    description="Some people draw a nine as a ring on a stick, without the curl to the left.",
    harm="moderate",
    labels=("handwriting",),
    drawing=Drawing(is_straight_nine, _is_read_right),
)
FIVES = DemoProblem(
    slug="fives-read-as-nines",
    title="Fives read as nines",
    description="",
    harm=None,
)
OFF_CENTRE = DemoProblem(
    slug="off-centre",
    title="A digit one cell off centre gets another answer",
    description="The same digit, one cell further left or right with all its ink, must get the same answer.",
    harm="major",
    labels=("scanner",),
    drawing=Drawing(
        has_room_beside,
        _stays_the_same,
        copies=lambda image, rng: [shifted(image, right=-1), shifted(image, right=1)],
        compared=True,
    ),
)
FAINT = DemoProblem(
    slug="faint-strokes",
    title="Faint strokes are misread",
    description="A pen that runs dry leaves less than half of the ink. People still read it without effort.",
    harm="moderate",
    labels=("pen",),
    drawing=Drawing(
        _any_digit, _is_read_right, copies=lambda image, rng: [with_pressure(image, pressure=0.4)]
    ),
)
TILTED = DemoProblem(
    slug="tilted-digits",
    title="Tilted digits are misread",
    description="A form that lies askew: the digit is turned by 20 degrees, to the left or to the right.",
    harm="moderate",
    labels=("scanner",),
    drawing=Drawing(
        _any_digit,
        _is_read_right,
        copies=lambda image, rng: [tilted(image, degrees=20.0), tilted(image, degrees=-20.0)],
    ),
)
LEANING_RIGHT = DemoProblem(
    slug="digits-leaning-right",
    title="Digits that lean to the right come out wrong",
    description="Reported by the branch with the old feeder.",
    harm="moderate",
    labels=("scanner",),
)
GREY_PAPER = DemoProblem(
    slug="grey-paper",
    title="Grey paper changes the answer",
    description="Recycled paper is grey all over. A digit must get the same answer on it as on white paper.",
    harm="minor",
    labels=("scanner", "paper"),
    drawing=Drawing(
        _any_digit, _stays_the_same, copies=lambda image, rng: [on_grey_paper(image, grey=6)], compared=True
    ),
)
DUST = DemoProblem(
    slug="dust-on-the-glass",
    title="Dust on the glass changes what is read",
    description="Three black specks anywhere in the picture.",
    harm="minor",
    labels=("scanner",),
    drawing=Drawing(
        _any_digit, _is_read_right, copies=lambda image, rng: [with_specks(image, specks=3, rng=rng)]
    ),
)
CUT_OFF_SEVENS = DemoProblem(
    slug="cut-off-sevens",
    title="Sevens cut off at the top are taken for something else",
    description="Without its top bar a seven may pass for a one; both are accepted, other digits are wrong.",
    harm="minor",
    labels=("scanner",),
    drawing=Drawing(
        _digit("7"),
        lambda scan: {"type": "one_of", "labels": ["1", "7"]},
        copies=lambda image, rng: [cut_off_at_top(image)],
    ),
)
WHITE_ON_BLACK = DemoProblem(
    slug="white-on-black",
    title="White digits on black paper are misread",
    description="Chalk on slate, or a scan with its colours swapped.",
    harm="negligible",
    labels=("paper",),
    drawing=Drawing(_any_digit, _is_read_right, copies=lambda image, rng: [white_on_black(image)], cases=30),
)

PROBLEMS = (
    WIDE_ONES,
    EIGHTS,
    STRAIGHT_NINES,
    FIVES,
    OFF_CENTRE,
    FAINT,
    TILTED,
    LEANING_RIGHT,
    GREY_PAPER,
    DUST,
    CUT_OFF_SEVENS,
    WHITE_ON_BLACK,
)
