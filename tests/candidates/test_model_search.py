"""Looking for models by version and lineage."""

from __future__ import annotations

import pytest

from tests.factories import make_model
from tracker.candidates.model_search import fields_found, found_models
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def models(project: Project) -> list[CandidateModel]:
    return [
        make_model(
            project,
            "svm-3",
            lineage={
                "data": {"name": "reviews-2026", "files": ["a.csv", "b.csv"]},
                "parameters": {"C": 1.0, "class weight": None},
                "note": "Second try with longer texts",
            },
        ),
        make_model(project, "svm-4", lineage={"data": "reviews-2025", "code": "reviews-2026-fix"}),
        make_model(project, "reviews-2026", lineage={"url": "https://data.example.org/Größe"}),
    ]


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("", ["svm-3", "svm-4", "reviews-2026"]),
        ("   ", ["svm-3", "svm-4", "reviews-2026"]),
        ("svm", ["svm-3", "svm-4"]),
        ("SVM-3", ["svm-3"]),
        ("reviews-2026", ["svm-3", "svm-4", "reviews-2026"]),
        # In that field only, and in what is nested in it.
        ("data:reviews-2026", ["svm-3"]),
        ("data:reviews", ["svm-3", "svm-4"]),
        ("data.name:reviews", ["svm-3"]),
        ("data.files:b.csv", ["svm-3"]),
        ("parameters.C:1", ["svm-3"]),
        ("nam:reviews", []),
        # Every word counts; quotes keep them together.
        ("svm reviews-2025", ["svm-4"]),
        ("try second", ["svm-3"]),
        ('"try second"', []),
        ('note:"second try"', ["svm-3"]),
        ('"second try', ["svm-3"]),
        # What is no field is looked for as it is written.
        ("https://data.example.org", ["reviews-2026"]),
        ("größe", ["reviews-2026"]),
        (":", ["svm-3", "svm-4", "reviews-2026"][2:]),
        # Names of fields are found too.
        ("files", ["svm-3"]),
        ("nothing", []),
    ],
)
def test_what_is_found(models: list[CandidateModel], query: str, versions: list[str]) -> None:
    assert [model.version for model in found_models(models, query)] == versions


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", []),
        ("svm", []),
        ("data:reviews-2026", ["data.name"]),
        ("b.csv", ["data.files[1]"]),
        ("second svm", ["note"]),
    ],
)
def test_why_it_is_found_is_told_by_its_fields(
    models: list[CandidateModel], query: str, names: list[str]
) -> None:
    assert [field.name for field in fields_found(models[0], query)] == names
