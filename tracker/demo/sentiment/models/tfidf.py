"""The demo's own models: TF-IDF and logistic regression, trained on its own sentences when first asked for."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from tracker.demo.sentiment import training
from tracker.demo.sentiment.training import TrainingSet

if TYPE_CHECKING:
    from evaluation.types import JSON


WORD = r"(?u)\b\w+(?:'\w+)?\b"  # with what follows an apostrophe: "isn't" is one word


@dataclass(frozen=True, slots=True)
class Recipe:
    training_set: TrainingSet
    features: Callable[[], Any]
    strength: float  # of the fit: large is close to the training sentences


def _single_words() -> Any:
    return TfidfVectorizer()


def _words_and_letters() -> Any:
    """Up to three words in a row, so that a denial is seen, and parts of words, so that a typo is not the end."""
    return make_union(
        _words_in_a_row(), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    )


def _words_in_a_row() -> Any:
    return TfidfVectorizer(ngram_range=(1, 3), token_pattern=WORD)


RECIPES = {
    "tfidf-1": Recipe(training.FIRST_POSTS, _single_words, strength=10.0),
    "tfidf-2": Recipe(training.WITH_DENIALS_AND_TYPOS, _words_and_letters, strength=3.0),
    "tfidf-3": Recipe(training.BALANCED, _words_in_a_row, strength=3.0),
}


def tfidf_1(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return _says("tfidf-1", texts)


def tfidf_2(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return _says("tfidf-2", texts)


def tfidf_3(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return _says("tfidf-3", texts)


def lineage(version: str) -> dict[str, JSON]:
    recipe, rows = RECIPES[version], RECIPES[version].training_set.rows()
    features, _classifier = (step for _name, step in _trained(version).steps)
    return {
        "data": {"set": recipe.training_set.name, "sentences": len(rows.texts), "sha256": rows.digest},
        "code": {"module": __name__, "estimator": "TfidfVectorizer, LogisticRegression"},
        "preprocessing": [*recipe.training_set.additions, " ".join(repr(features).split())],
        "parameters": {"C": recipe.strength},
        "environment": {"python": platform.python_version(), "scikit-learn": sklearn.__version__},
    }


def trained_on(version: str) -> tuple[str, ...]:
    return RECIPES[version].training_set.rows().texts


def _says(version: str, texts: Sequence[str]) -> list[dict[str, JSON]]:
    model = _trained(version)
    labels = [str(label) for label in model.classes_]
    # Rounded: the last digits differ between machines, and a score is compared with that of another sentence.
    shares = model.predict_proba(list(texts)).round(6).tolist()
    return [{"scores": dict(zip(labels, row, strict=True))} for row in shares]


@cache
def _trained(version: str) -> Any:
    recipe = RECIPES[version]
    rows = recipe.training_set.rows()
    model = make_pipeline(recipe.features(), LogisticRegression(C=recipe.strength, max_iter=2000))
    return model.fit(list(rows.texts), list(rows.labels))
