"""One project, evaluated from nothing in each round, beside the model alone and a script without a framework."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings as django_settings
from django.db import connection

from benchmarks import models
from benchmarks.corpus import texts
from benchmarks.inside import bare
from benchmarks.inside.stands import Snapshot, add_model, maintenance_address, make_project, migrate
from benchmarks.inside.timing import timed
from tracker.candidates.model_changes import UploadedFile, register_model
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Result, ResultQuerySet
from tracker.runs.open_adapters import close_adapters
from tracker.tasks.evaluating import evaluate_project

SLUG = "cold"
VERSIONS = ("python", "skops")


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: patterns, problems, rounds, inputs_a_call (by version)."""
    written = list(texts(settings["patterns"], seed=1))
    migrate()
    project = make_project(SLUG, written, settings["problems"])
    add_model(project, "python", "classify", batch_size=settings["inputs_a_call"]["python"])
    content = (Path(os.environ[models.FILES]) / f"{models.CLASSIFIER}.skops").read_bytes()
    register_model(
        SYSTEM,
        project,
        version="skops",
        adapter={"kind": "skops", "input": "text", "batch_size": settings["inputs_a_call"]["skops"]},
        file=UploadedFile("classifier.skops", content),
    )
    small = make_project("small", texts(60, seed=6), 3)
    add_model(small, "small", "classify")
    stands = Snapshot()
    script = _bare_database()
    bare.prepare(script, written, settings["problems"])
    words = [text.words for text in written]
    rounds: list[dict[str, Any]] = []
    # The first round loads the models and is not counted.
    for number in range(settings["rounds"] + 1):
        found: dict[str, Any] = {}
        for version in VERSIONS:
            stands.restore()
            # On a connection that has worked before, as a worker's has, and the script's.
            runs = evaluate_project(small)
            assert [run.status for run in runs] == ["finished"], [run.error for run in runs]
            # Right before each: what slows the machine down for a moment should slow down both.
            alone = timed(partial(models.loaded().predict_proba, words))
            found[version] = {"alone": alone, "ours": timed(partial(_evaluate, version))}
        failed = _failed_cases()
        if number == 0:
            _check(len(written), settings["problems"], failed)
        failed_bare: list[int] = []
        bare.forget(script)
        alone = timed(partial(models.loaded().predict_proba, words))
        ours = timed(lambda: failed_bare.append(bare.evaluate(script, models.classify_by_object)))  # noqa: B023
        found["bare"] = {"alone": alone, "ours": ours}
        assert failed_bare == [failed], (failed_bare, failed)
        if number:
            rounds.append(found)
    script.close()
    close_adapters()
    return {"rounds": rounds, "failed_cases": failed}


def _evaluate(version: str) -> None:
    project = Project.objects.get(slug=SLUG)
    runs = evaluate_project(project, models=CandidateModel.objects.filter(project=project, version=version))
    assert [run.status for run in runs] == ["finished"], [run.error for run in runs]


def _check(patterns: int, problems: int, failed: int) -> None:
    """That the whole work was done."""
    assert Output.objects.answers().filter(project__slug=SLUG).count() == patterns
    assert _results().count() == problems
    assert 0 < failed < patterns


def _failed_cases() -> int:
    return sum(_results().values_list("n_failed", flat=True))


def _results() -> ResultQuerySet:
    return Result.objects.current().filter(project__slug=SLUG)


def _bare_database() -> bare.BareSqlite | bare.BarePostgres:
    if connection.vendor != "postgresql":
        return bare.BareSqlite(Path(django_settings.HOME) / "bare.sqlite3")
    with psycopg.connect(maintenance_address(), autocommit=True) as server:
        server.execute("CREATE DATABASE bare")
    return bare.BarePostgres(urlsplit(os.environ["DATABASE_URL"])._replace(path="/bare").geturl())
