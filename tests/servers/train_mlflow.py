"""Run in MLflow's environment: trains models, saves them as MLflow serves them, and tells what they say."""

import json
import sys
from pathlib import Path

import mlflow
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXTS = ["good one", "a bad thing", "nice and kind", "awful and rude"]
ASKED = ["a kind one", "so rude", "what a thing", "é ✓"]
# Said here, they are not searched for; they are installed already.
SAVING = {"serialization_format": "cloudpickle", "pip_requirements": ["scikit-learn"]}


def main(folder: Path) -> None:
    words = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(
        TEXTS * 5, ["positive", "negative"] * 10
    )
    mlflow.sklearn.save_model(words, folder / "words", **SAVING)
    mlflow.sklearn.save_model(words, folder / "scores", pyfunc_predict_fn="predict_proba", **SAVING)
    features, species = load_iris(return_X_y=True, as_frame=True)
    flowers = LogisticRegression(max_iter=1000).fit(features, species)
    signature = mlflow.models.infer_signature(features, flowers.predict(features))
    mlflow.sklearn.save_model(flowers, folder / "flowers", signature=signature, **SAVING)
    asked = features[::30]
    said = {
        "words": {"asked": ASKED, "labels": words.predict(ASKED).tolist()},
        "scores": {"asked": ASKED, "scores": words.predict_proba(ASKED).tolist()},
        "flowers": {"asked": asked.to_dict("records"), "labels": flowers.predict(asked).tolist()},
    }
    (folder / "said.json").write_text(json.dumps(said))


main(Path(sys.argv[1]))
