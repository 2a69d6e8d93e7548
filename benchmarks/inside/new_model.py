"""The cost of one more model in four projects of one database: a plain one and three in which one thing is doubled."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

from benchmarks.corpus import texts
from benchmarks.inside.stands import Snapshot, add_model, make_project, migrate, refresh_statistics
from benchmarks.inside.timing import timed
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.tasks.evaluating import evaluate_project


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: projects, slug to patterns, problems, models; rounds."""
    migrate()
    for number, (slug, size) in enumerate(settings["projects"].items()):
        written = texts(size["patterns"], seed=10 + number)
        project = make_project(slug, written, size["problems"])
        for other in range(size["models"]):
            add_model(project, f"other-{other}", "classify")
        _evaluate(project)
        add_model(project, "new", "classify")
    refresh_statistics()
    stands = Snapshot()
    rounds = []
    for number in range(settings["rounds"] + 1):
        found = {}
        # Each starts a round in its turn: what the first one pays, none pays always.
        slugs = list(settings["projects"])
        turn = number % len(slugs)
        stands.restore()
        for slug in itertools.chain(slugs[turn:], slugs[:turn]):
            project = Project.objects.get(slug=slug)
            new = CandidateModel.objects.filter(project=project, version="new")
            found[slug] = timed(partial(_evaluate, project, new))
        if number:
            rounds.append(found)
    return {"rounds": rounds}


def _evaluate(project: Project, models: Any = None) -> None:
    runs = evaluate_project(project, models=models)
    assert {run.status for run in runs} == {"finished"}, [run.error for run in runs]
