"""Where in an answer the predictions are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from evaluation.adapters.mapping.faults import ANSWER_TOO_DEEP, NOTHING, Unreadable
from evaluation.adapters.mapping.paths import Path
from evaluation.adapters.mapping.reading import Reading, named
from evaluation.plain_outputs import plain_outputs
from evaluation.types import Output

ROOT = Path("", ())


@dataclass(frozen=True)
class AnswerMap:
    """Paths into an answer.

    `answers` leads to the list of predictions (one input a request: to the prediction, or a list of one). `fields`
    lead on from there, or from the whole answer where they go through `[*]`. Without any, a prediction is read whole.
    """

    reading: Reading
    answers: Path = ROOT
    fields: Mapping[str, Path] = field(default_factory=dict)

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """One entry for each of `count` inputs. Raises Unreadable where they cannot be told apart."""
        for path in self.fields.values():
            if path.has_each:
                entries_of(path.up_to_each().get(answer), count)
        if self.fields and all(path.has_each for path in self.fields.values()):
            predictions = [NOTHING] * count
        else:
            predictions = entries_of(self.answers.get(answer), count)
        if not self.fields and not self.reading.label_names:
            plain = plain_outputs(predictions, self.reading.labels)
            if plain is not None:
                return list(plain)
        return [
            attempt(self._prediction, answer, prediction, place)
            for place, prediction in enumerate(predictions)
        ]

    def read_one(self, answer: object) -> list[Output | Unreadable]:
        """The answer to a request with one input."""
        found = self.answers.get(answer)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        return [attempt(self._prediction, answer, found, 0)]

    def _prediction(self, answer: object, prediction: object, place: int) -> Output:
        if not self.fields:
            return self.reading.output(prediction)
        try:
            return self.reading.fields(
                {
                    name: path.get(answer if path.has_each else prediction, place)
                    for name, path in self.fields.items()
                }
            )
        except Unreadable as error:
            raise Unreadable(error.why, prediction if error.near is NOTHING else error.near) from None


def entries_of(found: object, count: int) -> list[object]:
    """`found` as the list with one entry for each of `count` inputs. Raises Unreadable."""
    if not isinstance(found, list):
        raise Unreadable(f"The answer is {named(found)}; a list of outputs is needed.", found)
    if len(found) != count:
        raise Unreadable(f"The answer has {len(found)} outputs for {count} inputs.", found)
    return found


def attempt(read: Callable[..., Output], *arguments: object) -> Output | Unreadable:
    """What `read` reads, or why it cannot: a bad prediction fails alone."""
    try:
        return read(*arguments)
    except Unreadable as error:
        return error
    except RecursionError:
        return Unreadable(ANSWER_TOO_DEEP)
