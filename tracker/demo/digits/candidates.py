"""The candidate models of the demo, from a weak early one to a strong late one. All are trained in seconds.

Every estimator here loads from a skops file without any type that skops does not trust by itself.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import sklearn
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer
from sklearn.svm import SVC

from tracker.demo.digits import training
from tracker.demo.digits.training import Rows, TrainingSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from evaluation.types import JSON
    from tracker.demo.digits.corpus import Scan

CELLS = 64


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one candidate model is made. `age`: how long before the demo is built its training is dated."""

    version: str
    age: timedelta
    training_set: TrainingSet
    estimator: Callable[[], Any]


@dataclass(frozen=True, eq=False, slots=True)
class TrainedModel:
    """A recipe carried out."""

    recipe: Recipe
    estimator: Any
    rows: Rows

    def labels_of(self, images: Sequence[NDArray[np.int64]]) -> list[str]:
        """Ask it in this process."""
        return [str(label) for label in self.estimator.predict(_as_rows(np.array(images)))] if images else []

    def file(self) -> bytes:
        """Return it as a skops file."""
        return bytes(skops.io.dumps(self.estimator))

    def lineage(self) -> dict[str, JSON]:
        """Say what it was made from; two models differ in what differs here."""
        steps = [step for _name, step in getattr(self.estimator, "steps", [("", self.estimator)])]
        return {
            "data": self.recipe.training_set.lineage(self.rows),
            "code": {"module": __name__, "estimator": type(steps[-1]).__name__},
            "preprocessing": [*self.recipe.training_set.copies, *(repr(step) for step in steps[:-1])],
            "parameters": steps[-1].get_params(),
            "environment": {
                "python": platform.python_version(),
                "scikit-learn": sklearn.__version__,
                "numpy": np.__version__,
            },
        }


def train(recipe: Recipe, pool: Iterable[Scan]) -> TrainedModel:
    """Carry a recipe out on the training pool. The same pool gives the same model."""
    rows = recipe.training_set.rows(pool)
    return TrainedModel(recipe, recipe.estimator().fit(_as_rows(rows.images), rows.labels), rows)


def _as_rows(images: NDArray[np.int64]) -> NDArray[np.float64]:
    return images.reshape(len(images), CELLS).astype(np.float64)


def _ink_normalised() -> Any:
    """A support vector machine that sees how dark a cell is against the darkest one of its own scan."""
    return make_pipeline(Normalizer("max"), SVC(gamma=0.3, C=5))


RECIPES = (
    Recipe("bayes-1", timedelta(days=301), training.FIRST_FORMS, MultinomialNB),
    Recipe(
        "knn-2", timedelta(days=262), training.THREE_FORMS, lambda: KNeighborsClassifier(3, algorithm="brute")
    ),
    Recipe(
        "knn-3", timedelta(days=213), training.SIX_FORMS, lambda: KNeighborsClassifier(3, algorithm="brute")
    ),
    Recipe(
        "logreg-4",
        timedelta(days=166),
        training.ALL_FORMS,
        lambda: make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=500)),
    ),
    Recipe("svm-5", timedelta(days=118), training.ALL_FORMS, lambda: SVC(gamma=0.001)),
    Recipe("svm-6", timedelta(days=33), training.CLEANED_WITH_SHIFTS, lambda: SVC(gamma=0.001)),
    Recipe("svm-7", timedelta(days=11), training.ALL_WITH_SHIFTS, _ink_normalised),
    Recipe("svm-8", timedelta(days=3), training.ALL_WITH_SHIFTS_AND_TILTS, _ink_normalised),
)
