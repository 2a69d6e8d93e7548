"""Many patterns and many models stand; then a few patterns with new inputs are added."""

from __future__ import annotations

from typing import Any

from benchmarks import models
from benchmarks.corpus import texts
from benchmarks.inside.stands import add_model, make_project, migrate
from benchmarks.inside.timing import timed
from tracker.candidates.models import Output
from tracker.problems.revisions import import_patterns
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Result, Run
from tracker.tasks.evaluating import evaluate_project


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`: patterns, problems, models, added, rounds."""
    migrate()
    wanted = settings["patterns"] + settings["added"] * settings["rounds"]
    written = texts(wanted, seed=2)
    standing = (next(written) for _ in range(settings["patterns"]))
    project = make_project("incremental", standing, settings["problems"])
    for number in range(settings["models"]):
        models.loaded(models.numbered(number))
        add_model(project, f"model-{number:02}", f"classify_{number:02}")
    cold = timed(lambda: _evaluate(project))
    assert Output.objects.count() == settings["patterns"] * settings["models"]
    rounds = []
    for number in range(settings["rounds"]):
        before = _asked()
        problem = f"problem-{number * 7 % settings['problems']}"
        lines = [_line(problem, text.words, text.label) for text in _take(written, settings["added"])]
        outcome = import_patterns(SYSTEM, project, enumerate(lines, start=1))
        assert outcome.accepted == settings["added"], outcome
        found = timed(lambda: _evaluate(project))
        rounds.append(found | {"asked": _asked() - before})
    return {"cold": cold, "rounds": rounds}


def _take(written: Any, count: int) -> list[Any]:
    return [next(written) for _ in range(count)]


def _line(problem: str, words: str, label: str) -> dict[str, Any]:
    return {"problem": problem, "input": words, "expectation": {"type": "equals", "label": label}}


def _evaluate(project: Project) -> None:
    runs = evaluate_project(project)
    assert {run.status for run in runs} == {"finished"}, [run.error for run in runs]
    stale = project.problems.count() * project.models.count() - Result.objects.current().count()
    assert stale == 0, f"{stale} results are missing"


def _asked() -> int:
    return sum(Run.objects.values_list("asked", flat=True))
