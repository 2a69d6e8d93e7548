"""Run in MLServer's environment: trains models, saves them as MLServer loads them, and tells what they say."""

import json
import sys
from pathlib import Path
from typing import Any

import joblib
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXTS = ["good one", "a bad thing", "nice and kind", "awful and rude"]
ASKED = ["a kind one", "so rude", "what a thing", "é ✓"]
TENSOR = {"name": "reviews", "datatype": "BYTES", "shape": [-1, 1], "parameters": {"content_type": "str"}}


def save(folder: Path, name: str, model: Any, asked: Any, **settings: Any) -> dict[str, Any]:
    place = folder / name
    place.mkdir()
    joblib.dump(model, place / "model.joblib")
    told = {
        "name": name,
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib", "version": "v1"},
        **settings,
    }
    (place / "model-settings.json").write_text(json.dumps(told))
    return {"labels": model.predict(asked).tolist(), "scores": model.predict_proba(asked).tolist()}


def main(folder: Path) -> None:
    words = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(
        TEXTS * 5, ["positive", "negative"] * 10
    )
    features, species = load_iris(return_X_y=True)
    flowers = LogisticRegression(max_iter=1000).fit(features, species)
    asked = features[::30]
    said = {
        "words": {"asked": ASKED, **save(folder, "words", words, ASKED)},
        "described": {"asked": ASKED, **save(folder, "described", words, ASKED, inputs=[TENSOR])},
        "flowers": {"asked": asked.tolist(), **save(folder, "flowers", flowers, asked)},
    }
    (folder / "said.json").write_text(json.dumps(said))


main(Path(sys.argv[1]))
