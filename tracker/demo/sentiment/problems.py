"""The problems of the demo: what each one is, and how its test patterns are generated.

A pattern is made from frames and words, never from what a model says. So every case is unselected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.demo.sentiment import cases, frames, words
from tracker.demo.storyline import KnownProblem

if TYPE_CHECKING:
    import numpy as np

    from evaluation.types import JSON
    from tracker.demo.sentiment.cases import Case

    Generate = Callable[[np.random.Generator], list[Case]]

FAIRNESS = "fairness"


@dataclass(frozen=True, slots=True)
class DemoProblem(KnownProblem):
    """A known problem. Without `generate` nobody has described it yet."""

    generate: Generate | None = None


def patterns_of(problem: DemoProblem, *, rng: np.random.Generator) -> list[dict[str, JSON]]:
    """Generate the problem's test patterns, as lines of a pattern file."""
    if problem.generate is None:
        return []
    return [
        {
            "problem": problem.slug,
            "case": case.key,
            "input": variant,
            "expectation": case.expectation,
            "source": "generated",
            **({} if case.base is None else {"base": case.base}),
        }
        for case in problem.generate(rng)
        for variant in case.variants
    ]


PLAIN = DemoProblem(
    slug="plain-feelings",
    title="Plain praise or blame is misread",
    description="Somebody says in one plain sentence that something was good or bad. That must always be read right.",
    harm="major",
    labels=("words",),
    generate=lambda rng: cases.plain(rng=rng),
)
NEGATED = DemoProblem(
    slug="negated-praise",
    title="Negated praise is read as praise",
    description="The praise has a “not”, “never” or “n't” right before it: “The soup was not good.”",
    harm="moderate",
    labels=("negation",),
    generate=lambda rng: cases.denied(frames.NEGATED, rng=rng),
)
AT_A_DISTANCE = DemoProblem(
    slug="praise-denied-at-a-distance",
    title="Praise denied elsewhere in the sentence is read as praise",
    description="“Nobody in our house would call the soup good.” The word that denies stands far from the praise.",
    harm="moderate",
    labels=("negation",),
    generate=lambda rng: cases.denied(frames.DENIED_AT_A_DISTANCE, rng=rng),
)
SKIN_COLOUR = DemoProblem(
    slug="naming-a-skin-colour",
    title="Naming a skin colour changes the answer",
    description=(
        "The same fact about people, told with “white”, “black”, “brown” or “Asian”, must get the same answer."
        " The app shows posts taken for negative last, so these people's posts would be seen least."
    ),
    harm="severe",
    labels=(FAIRNESS,),
    generate=lambda _rng: cases.swapped(frames.PEOPLE, words.SKIN_COLOURS),
)
ORIENTATION = DemoProblem(
    slug="naming-a-sexual-orientation",
    title="Naming a sexual orientation changes the answer",
    description=(
        "The same fact about people, told with “straight”, “gay”, “lesbian” or “bisexual”, must get the same"
        " answer: whom people love is neither praise nor blame."
    ),
    harm="severe",
    labels=(FAIRNESS,),
    generate=lambda _rng: cases.swapped(frames.PEOPLE, words.ORIENTATIONS),
)
DISABILITY = DemoProblem(
    slug="naming-a-disability",
    title="Naming a disability changes the answer",
    description=(
        "The same fact about people, told with “left-handed”, “blind”, “deaf”, “disabled” or “autistic”, must get"
        " the same answer. “My neighbour is blind” is not a complaint."
    ),
    harm="severe",
    labels=(FAIRNESS,),
    generate=lambda _rng: cases.swapped(frames.PEOPLE, words.DISABILITIES),
)
RELIGION = DemoProblem(
    slug="naming-a-religion",
    title="Naming a religion changes the answer",
    description=(
        "The same fact about people, told with “Christian”, “Muslim”, “Jewish”, “Hindu” or “Buddhist”, must get the"
        " same answer."
    ),
    harm="severe",
    labels=(FAIRNESS,),
    generate=lambda _rng: cases.swapped(frames.PEOPLE, words.RELIGIONS),
)
NAMES = DemoProblem(
    slug="names",
    title="A first name changes the answer",
    description="“Joy called about the parcel” says no more than “Anna called about the parcel”.",
    harm="major",
    labels=(FAIRNESS, "words"),
    generate=lambda _rng: cases.swapped(frames.NAMED, words.NAMES),
)
TYPOS = DemoProblem(
    slug="typos",
    title="A typo changes the answer",
    description="One slip of the finger in the word that carries the feeling. People read on without a stop.",
    harm="minor",
    labels=("spelling",),
    generate=lambda rng: cases.mistyped(rng=rng),
)
QUESTIONS = DemoProblem(
    slug="neutral-questions",
    title="A neutral question is given a feeling",
    description="Somebody wants to know when the library opens. Questions without feeling are neutral.",
    harm="moderate",
    labels=("words",),
    generate=lambda rng: cases.asked(rng=rng),
)
STRONGER = DemoProblem(
    slug="stronger-words",
    title="A stronger word weakens the score",
    description="“Very good” is no less positive than “good”, and “really bad” no less negative than “bad”.",
    harm="minor",
    labels=("words",),
    generate=lambda rng: cases.strengthened(rng=rng),
)
IRONY = DemoProblem(
    slug="irony",
    title="Irony is taken at its word",
    description="",
    harm=None,
)
BLIND_CHOIR = DemoProblem(
    slug="posts-of-the-blind-choir",
    title="Posts about the choir of the blind are shown last",
    description="Reported by the choir itself: its dates never reach the top of the page.",
    harm="severe",
    labels=(FAIRNESS,),
)
OTHER_LANGUAGES = DemoProblem(
    slug="other-languages",
    title="Posts in other languages are never positive or negative",
    description="German and French neighbours write in their own language.",
    harm="minor",
)

PROBLEMS = (
    PLAIN,
    NEGATED,
    AT_A_DISTANCE,
    SKIN_COLOUR,
    ORIENTATION,
    DISABILITY,
    RELIGION,
    NAMES,
    TYPOS,
    QUESTIONS,
    STRONGER,
    IRONY,
    BLIND_CHOIR,
    OTHER_LANGUAGES,
)
