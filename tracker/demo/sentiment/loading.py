"""Loading the sentiment demo, step by step, through the functions that users' requests run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tracker.demo import steps
from tracker.demo.people import ADMIN, ENGINEER, OWNER, Team
from tracker.demo.sentiment import exchange, story
from tracker.demo.sentiment.candidates import CANDIDATES
from tracker.demo.sentiment.crowd import ACTIVE_USERS, complaints_in
from tracker.demo.sentiment.moods import LABELS
from tracker.demo.sentiment.problems import PROBLEMS, patterns_of
from tracker.demo.storyline import eras, make_moves, sort_inbox, staged
from tracker.problems.problem_changes import update_problem

if TYPE_CHECKING:
    from tracker.demo.steps import Say
    from tracker.problems.models import Problem
    from tracker.projects.models import Project

SEED = 41
PATTERNS, TRAFFIC = 0, 1  # streams of chance, so that one does not move when another draws more
PRODUCT = "neighbourhood app"


def load_sentiment(team: Team, say: Say) -> Project:
    """Load the demo, or what is missing of it. All times count back from when its project was created."""
    project = steps.the_project(
        team,
        slug="sentiment",
        name="Mood of neighbourhood posts",
        task="classification",
        input_kind="text",
        labels=LABELS,
        active_users=ACTIVE_USERS,
    )
    _models(team, project, say)
    problems = _problems(team, project, say)
    _reports(team, project, problems, say)
    make_moves(team, problems, story.MOVES)
    say("asking every model about every test pattern")
    with exchange.as_of(exchange.BEFORE[0]):
        steps.evaluated(project, say=say)
    _ask_volatile_models_again(team, project, say)
    return project


def _ask_volatile_models_again(team: Team, project: Project, say: Say) -> None:
    """Let the engineer ask again who may answer otherwise: it varies, and then it has changed besides."""
    engineer = team.actor(ENGINEER, project)
    for model in project.models.filter(frozen=False):
        for times, week in enumerate((*exchange.BEFORE[1:], exchange.NOW), start=2):
            say(f"asking {model.version} again, as it answered in the {week.name} week")
            with exchange.as_of(week):
                steps.asked_again(engineer, model, times=times)


def _rng(*stream: int) -> np.random.Generator:
    return np.random.default_rng([SEED, *stream])


def _models(team: Team, project: Project, say: Say) -> None:
    engineer = team.actor(ENGINEER, project)
    for place, candidate in enumerate(CANDIDATES, start=1):
        say(f"registering {candidate.version} ({place} of {len(CANDIDATES)})")
        steps.the_model(
            engineer,
            project,
            candidate.version,
            trained_on=candidate.trained_on(),
            adapter={"kind": "python", "callable": candidate.callable},
            trained_at=candidate.trained_at(project.created_at),
            lineage=candidate.lineage(),
            frozen=candidate.frozen,
        )
    staged(team, project, story.LIVE, story.IN_SHADOW)


def _problems(team: Team, project: Project, say: Say) -> dict[str, Problem]:
    owner = team.actor(OWNER, project)
    problems = {}
    for number, known in enumerate(PROBLEMS):
        say(f"describing: {known.title}")
        problems[known.slug] = problem = steps.the_problem(
            owner,
            project,
            slug=known.slug,
            title=known.title,
            description=known.description,
            harm=known.harm,
            labels=list(known.labels),
        )
        if lines := patterns_of(known, rng=_rng(PATTERNS, number)):
            steps.described_by(owner, problem, lines, say=say)
    for known, said in story.SAID_OF:
        update_problem(owner, problems[known.slug], said)
    for known, person, text in story.COMMENTS:
        steps.commented(team.actor(person, project), problems[known.slug], text)
    return problems


def _reports(team: Team, project: Project, problems: dict[str, Problem], say: Say) -> None:
    say("users report what was misread")
    asked = {candidate.version: candidate.labels_of for candidate in CANDIDATES}
    complaints = []
    for number, era in enumerate(eras(project, story.LIVE)):
        complaints += complaints_in(
            era, asked[era.version], now=project.created_at, rng=_rng(TRAFFIC, number)
        )
    product = steps.the_product(team.actor(ADMIN, project), project, PRODUCT)
    filed = steps.reported(product, project, [complaint.report for complaint in complaints])
    sort_inbox(team, project, complaints, filed, problems, sorted_into=story.sorted_into, inbox=story.INBOX)
