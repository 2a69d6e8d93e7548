"""Loading the digits demo, step by step, through the functions that users' requests run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tracker.demo import steps
from tracker.demo.digits import story
from tracker.demo.digits.candidates import RECIPES, TrainedModel, train
from tracker.demo.digits.corpus import Corpus, read_scans, split
from tracker.demo.digits.crowd import ACTIVE_USERS, complaints_in
from tracker.demo.digits.problems import PROBLEMS, patterns_of
from tracker.demo.people import ADMIN, ENGINEER, OWNER, Team
from tracker.demo.storyline import eras, make_moves, sort_inbox, staged
from tracker.problems.problem_changes import update_problem
from tracker.triage.report_patterns import pattern_line_from_report

if TYPE_CHECKING:
    from tracker.demo.steps import Say
    from tracker.problems.models import Problem
    from tracker.projects.models import Project

SEED = 20
SPLIT, PATTERNS, TRAFFIC = 0, 1, 2  # streams of chance, so that one does not move when another draws more
LABELS = list("0123456789")
PRODUCT = "form reader"


def load_digits(team: Team, say: Say) -> Project:
    """Load the demo, or what is missing of it. All times count back from when its project was created."""
    project = steps.the_project(
        team,
        slug="digits",
        name="Handwritten digits",
        task="classification",
        input_kind="image",
        labels=LABELS,
        active_users=ACTIVE_USERS,
    )
    corpus = split(read_scans(), rng=_rng(SPLIT))
    models = _models(team, project, corpus, say)
    problems = _problems(team, project, corpus, say)
    _reports(team, project, corpus, models, problems, say)
    make_moves(team, problems, story.MOVES)
    say("asking every model about every test pattern")
    steps.evaluated(project, say=say)
    make_moves(team, problems, story.MOVES_AFTER_EVALUATION, say=say)
    return project


def _rng(*stream: int) -> np.random.Generator:
    return np.random.default_rng([SEED, *stream])


def _models(team: Team, project: Project, corpus: Corpus, say: Say) -> dict[str, TrainedModel]:
    engineer = team.actor(ENGINEER, project)
    models = {}
    for place, recipe in enumerate(RECIPES, start=1):
        say(f"training {recipe.version} ({place} of {len(RECIPES)})")
        models[recipe.version] = trained = train(recipe, corpus.training)
        steps.the_model(
            engineer,
            project,
            recipe.version,
            file=trained.file(),
            trained_on=trained.rows.images.tolist(),
            adapter={"kind": "skops", "input": "array"},
            trained_at=_morning(project.created_at - recipe.age),
            lineage=trained.lineage(),
        )
    staged(team, project, story.LIVE, story.IN_SHADOW)
    return models


def _morning(day: datetime) -> datetime:
    return day.replace(hour=6, minute=0, second=0, microsecond=0)


def _problems(team: Team, project: Project, corpus: Corpus, say: Say) -> dict[str, Problem]:
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
        if lines := patterns_of(known, corpus.patterns, rng=_rng(PATTERNS, number)):
            steps.described_by(owner, problem, lines, say=say)
        if known in story.FOUND:
            steps.found_on(problem, project.created_at - story.FOUND[known])
    for known, said in story.SAID_OF:
        update_problem(owner, problems[known.slug], said)
    for known, person, text in story.COMMENTS:
        steps.commented(team.actor(person, project), problems[known.slug], text)
    return problems


def _reports(
    team: Team,
    project: Project,
    corpus: Corpus,
    models: dict[str, TrainedModel],
    problems: dict[str, Problem],
    say: Say,
) -> None:
    say("users report what was misread")
    complaints = []
    for number, era in enumerate(eras(project, story.LIVE)):
        ask = models[era.version].labels_of
        complaints += complaints_in(era, corpus.traffic, ask, rng=_rng(TRAFFIC, number))
    product = steps.the_product(team.actor(ADMIN, project), project, PRODUCT)
    filed = steps.reported(product, project, [complaint.report for complaint in complaints])
    sort_inbox(team, project, complaints, filed, problems, sorted_into=story.sorted_into, inbox=story.INBOX)
    owner = team.actor(OWNER, project)
    for known in story.FROM_REPORTS:
        steps.described_by(owner, problems[known.slug], _lines_from(problems[known.slug]), say=say)


def _lines_from(problem: Problem) -> list[dict[str, object]]:
    reports = problem.reports.exclude(expected=None).select_related("example", "model").order_by("pk")
    return [dict(pattern_line_from_report(report)) for report in reports]
