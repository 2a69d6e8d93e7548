"""The tracker's whole job on the shared suite: import the patterns, register the model, evaluate it, in a database that
was migrated before; or the same on a suite that stands in the database.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.others.vader import LABELS
from tracker.candidates.model_changes import register_model
from tracker.problems.revisions import import_patterns
from tracker.projects.changes import create_project
from tracker.projects.json_lines import file_lines
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Result
from tracker.tasks.evaluating import evaluate_project


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: patterns, the file's path where it is to be imported; evaluate, whether to go on then."""
    started = time.perf_counter()
    if settings["patterns"]:
        project = create_project(None, slug="suite", name="suite", labels=list(LABELS))
        import_patterns(SYSTEM, project, file_lines(settings["patterns"]))
    project = Project.objects.get(slug="suite")
    imported = time.perf_counter()
    if not settings["evaluate"]:
        return {}
    adapter = {"kind": "python", "callable": "benchmarks.others.vader:classify", "batch_size": 1_000}
    register_model(SYSTEM, project, version="vader", adapter=adapter)
    runs = evaluate_project(project)
    assert [run.status for run in runs] == ["finished"], [run.error for run in runs]
    rows = Result.objects.current().filter(project=project)
    counts = {
        slug: {"n_cases": cases, "n_failed": failed}
        for slug, cases, failed in rows.values_list("problem__slug", "n_cases", "n_failed")
    }
    done = time.perf_counter()
    return {"counts": counts, "work_seconds": done - started, "import_seconds": imported - started}
