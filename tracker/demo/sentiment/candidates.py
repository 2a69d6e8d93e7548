"""The candidate models of the demo: which functions are asked, and since when what they rest on has been published.

What they are made of is said by their own modules, which are imported only when the demo is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tracker.demo.steps import DemoFailed

if TYPE_CHECKING:
    from evaluation.types import JSON

MODULES = "tracker.demo.sentiment.models"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model. `published`: since when its word list has been public; our own have an `age` instead.

    `age`: how long before the demo is built its training is dated.
    """

    version: str
    module: str
    function: str
    published: datetime | None = None
    age: timedelta | None = None
    frozen: bool = True

    @property
    def callable(self) -> str:
        """The name under which the operator allows it."""
        return f"{MODULES}.{self.module}:{self.function}"

    def trained_at(self, now: datetime) -> datetime:
        if self.published is not None:
            return self.published
        day = now - (self.age or timedelta(0))
        return day.replace(hour=6, minute=0, second=0, microsecond=0)

    def lineage(self) -> dict[str, JSON]:
        """Say what it was made from; two models differ in what differs here."""
        made_from: dict[str, JSON] = self._module().lineage(self.version)
        return made_from

    def trained_on(self) -> Sequence[str]:
        """The sentences it was trained on; a word list was on none."""
        known: Callable[[str], Sequence[str]] | None = getattr(self._module(), "trained_on", None)
        return known(self.version) if known else ()

    def labels_of(self, texts: Sequence[str]) -> list[str]:
        """Ask it in this process."""
        return [_label(output) for output in getattr(self._module(), self.function)(texts)]

    def _module(self) -> Any:
        try:
            return import_module(f"{MODULES}.{self.module}")
        except ModuleNotFoundError as missing:
            raise DemoFailed(
                f"The package {missing.name} is not installed. `make demo` installs what the demo needs,"
                " or: python scripts/install.py demo."
            ) from missing


def _label(output: dict[str, Any]) -> str:
    scores: dict[str, float] = output["scores"]
    return str(output.get("label") or max(scores, key=lambda label: scores[label]))


CANDIDATES = (
    # F. A. Nielsen, "A new ANEW", submitted to arXiv (1103.2903) on 15 March 2011, names AFINN-96 as the list in
    # circulation; the author's blog announced the one with 2477 words, AFINN-111, the day after.
    Candidate("afinn-96", "afinn", "afinn_96", published=datetime(2011, 3, 15, tzinfo=UTC)),
    Candidate("afinn-111", "afinn", "afinn_111", published=datetime(2011, 3, 16, tzinfo=UTC)),
    # TextBlob 0.9.0 of this day updated the list (its changelog); every release since then ships the same file.
    Candidate("textblob", "textblob", "textblob", published=datetime(2014, 9, 15, tzinfo=UTC)),
    # The first release of the package afinn, 0.0.1rc1, brought AFINN-165.
    Candidate("afinn-165", "afinn", "afinn_165", published=datetime(2015, 10, 28, tzinfo=UTC)),
    # A stand-in for somebody else's server, dated by the list that answers behind it now.
    Candidate(
        "hosted-mood", "hosted", "hosted_mood", published=datetime(2015, 10, 28, 12, tzinfo=UTC), frozen=False
    ),
    # vaderSentiment 3.3.2, the day of its release and of the word list in it.
    Candidate("vader", "vader", "vader", published=datetime(2020, 5, 22, tzinfo=UTC)),
    Candidate("tfidf-1", "tfidf", "tfidf_1", age=timedelta(days=34)),
    Candidate("tfidf-2", "tfidf", "tfidf_2", age=timedelta(days=19)),
    Candidate("tfidf-3", "tfidf", "tfidf_3", age=timedelta(days=4)),
)
CALLABLES = tuple(candidate.callable for candidate in CANDIDATES)
