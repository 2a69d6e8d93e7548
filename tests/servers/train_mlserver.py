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
# A model of our own that answers in types, and in a nested form, that those of scikit-learn never do.
SUMS = """
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Sums(MLModel):
    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        [told] = payload.inputs
        values = NumpyCodec.decode_input(told)
        totals = values.reshape(len(values), -1).sum(axis=1).tolist()
        shares = [[1 - min(total, 10) / 10, min(total, 10) / 10] for total in totals]
        outputs = [
            ResponseOutput(name="total", datatype="INT64", shape=[len(totals)], data=totals),
            ResponseOutput(name="is_large", datatype="BOOL", shape=[len(totals)], data=[n > 5 for n in totals]),
            ResponseOutput(name="shares", datatype="FP64", shape=[len(totals), 2], data=shares),
            ResponseOutput(name=f"got {told.datatype} as {values.dtype}", datatype="BYTES", shape=[0], data=[]),
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
"""


def save_sums(folder: Path, name: str, **tensor: Any) -> None:
    place = folder / name
    place.mkdir()
    (place / f"{name}_code.py").write_text(SUMS)
    told = {"name": name, "implementation": f"{name}_code.Sums", "inputs": [{"name": "x", **tensor}]}
    (place / "model-settings.json").write_text(json.dumps(told))


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
    save_sums(folder, "counts", datatype="INT64", shape=[-1, 2, 2])
    save_sums(folder, "flags", datatype="BOOL", shape=[-1, 3])
    (folder / "said.json").write_text(json.dumps(said))


main(Path(sys.argv[1]))
