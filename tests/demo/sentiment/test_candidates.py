from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluation.adapters import Policy, open_adapter
from evaluation.canonical import canonical_json
from evaluation.types import Output
from scripts.start import DEMO_CALLABLES
from tracker.demo.sentiment import frames
from tracker.demo.sentiment.candidates import CALLABLES, CANDIDATES, Candidate
from tracker.demo.sentiment.moods import LABELS
from tracker.demo.steps import DemoFailed

NOW = datetime(2026, 11, 1, tzinfo=UTC)
every_candidate = pytest.mark.parametrize(
    "candidate", CANDIDATES, ids=[candidate.version for candidate in CANDIDATES]
)


def package_file(package: str, *path: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*path)


def test_where_the_demo_is_served_its_models_may_be_called_and_nothing_else() -> None:
    assert DEMO_CALLABLES == CALLABLES


def test_they_are_listed_in_model_order() -> None:
    dates = [candidate.trained_at(NOW) for candidate in CANDIDATES]
    assert dates == sorted(dates)
    assert len({candidate.version for candidate in CANDIDATES}) == len(CANDIDATES)


@every_candidate
def test_the_adapter_gets_a_label_and_all_scores(candidate: Candidate) -> None:
    adapter = open_adapter(
        {"kind": "python", "callable": candidate.callable},
        labels=LABELS,
        policy=Policy(python_callables=frozenset({candidate.callable})),
        file=None,
    )
    texts = ["The soup was good.", "The soup was terrible.", *(frame.format("Joy") for frame in frames.NAMED)]
    outputs = adapter.predict(texts)
    for output in outputs:
        assert isinstance(output, Output)
        assert output.scores is not None
        assert sorted(output.scores) == LABELS
        assert sum(output.scores.values()) == pytest.approx(1, abs=1e-5)
        assert output.label == max(output.scores, key=output.scores.__getitem__)
    labels = [output.label for output in outputs if isinstance(output, Output)]
    if candidate.frozen:
        assert labels == candidate.labels_of(texts)
    assert labels[:2] == ["positive", "negative"]


@every_candidate
def test_lineage_can_be_kept_and_tells_models_apart(candidate: Candidate) -> None:
    canonical_json(candidate.lineage())
    others = [other.lineage() for other in CANDIDATES if other is not candidate]
    assert candidate.lineage() not in others


@pytest.mark.parametrize(
    ("version", "file"),
    [
        ("afinn-96", package_file("afinn", "data", "AFINN-96.txt")),
        ("afinn-111", package_file("afinn", "data", "AFINN-111.txt")),
        ("afinn-165", package_file("afinn", "data", "AFINN-en-165.txt")),
        ("vader", package_file("vaderSentiment", "vader_lexicon.txt")),
    ],
)
def test_the_size_of_a_word_list_is_the_number_of_words_in_its_file(version: str, file: Path) -> None:
    [candidate] = [candidate for candidate in CANDIDATES if candidate.version == version]
    words = {line.split("\t")[0] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()}
    stated = candidate.lineage()["data"]
    assert isinstance(stated, dict)
    assert stated["words and phrases"] == len(words)


def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tracker.demo.sentiment.models.vader", raising=False)
    monkeypatch.setitem(sys.modules, "vaderSentiment", None)
    monkeypatch.delitem(sys.modules, "vaderSentiment.vaderSentiment", raising=False)
    [vader] = [candidate for candidate in CANDIDATES if candidate.version == "vader"]
    with pytest.raises(DemoFailed, match="make demo"):
        vader.lineage()


@pytest.mark.processes
def test_nothing_but_a_worker_that_asks_them_imports_their_packages() -> None:
    code = (
        "import sys, django; django.setup()\n"
        "import tracker.urls, tracker.wsgi, tracker.tasks.jobs, tracker.demo.loading\n"
        "import tracker.demo.sentiment.loading\n"
        "print(sorted({'afinn', 'vaderSentiment', 'textblob', 'nltk'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
