"""A project in which models go live, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.changes import update_project
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.activation import activate
from tracker.triage.activation_by_policy import activate_by_policy
from tracker.triage.moves import move_problem

N = 24
TEXTS = [f"not bad at all {number}" for number in range(N)]
OTHERS = [f"what a joy {number}" for number in range(N)]


@dataclass
class World:
    """v1 is active and fails all 24 cases of *negation* but none of *joy*, which is fixed and so protected."""

    project: Project
    negation: Problem
    joy: Problem
    v1: CandidateModel


def answering(
    project: Project, version: str, n_failed: int, n_joy_failed: int = 0, **fields: int
) -> CandidateModel:
    """Register a model that fails so many of the cases of each problem."""
    model = make_model(project, version, trained_at=day(fields.get("trained", project.models.count() + 1)))
    labels = {text: "negative" if number < n_failed else "positive" for number, text in enumerate(TEXTS)}
    labels |= {
        text: "negative" if number < n_joy_failed else "positive" for number, text in enumerate(OTHERS)
    }
    make_outputs(model, labels)
    return model


def make_world(project: Project) -> World:
    problems: dict[str, Problem] = {}
    for slug, texts in (("negation", TEXTS), ("joy", OTHERS)):
        problem = make_problem(
            project, title=slug, slug=slug, harm="moderate", users_affected_percent=10.0,
            users_affected_reason="counted",
        )  # fmt: skip
        make_patterns(problem, [equals(text) for text in texts])
        move_problem(SYSTEM, problem, "confirmed")
        problems[slug] = problem
    v1 = answering(project, "v1", N)
    activate(SYSTEM, v1)
    evaluate(project)
    return World(project, problems["negation"], problems["joy"], v1)


def automatic(project: Project, min_cut: float = 0.1) -> None:
    update_project(SYSTEM, project, {"activation_policy": {"mode": "automatic", "min_cut": min_cut}})
    project.refresh_from_db()


def active(project: Project) -> str | None:
    found = project.models.filter(stage=Stage.ACTIVE).first()
    return found.version if found else None


def statuses(world: World) -> dict[str, str]:
    return dict(world.project.problems.values_list("slug", "status"))


def policy(world: World) -> str | None:
    world.project.refresh_from_db()
    found = activate_by_policy(world.project)
    return found.version if found else None
