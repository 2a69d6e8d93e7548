"""The steps of loading a demo. Each is a state change that users make too, left out where it was made before.

So a load that was killed is taken up where it stopped, and nothing stands twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.candidates.model_changes import UploadedFile, register_model
from tracker.candidates.models import CandidateModel
from tracker.candidates.trained_on import add_trained_on
from tracker.demo.people import ADMIN, PEOPLE, Team
from tracker.problems.models import Problem
from tracker.problems.problem_changes import create_problem
from tracker.problems.revisions import import_patterns
from tracker.projects.changes import create_project, create_token, set_member
from tracker.projects.errors import Busy
from tracker.projects.models import Event, Project, Token
from tracker.projects.rights import Actor, Scope, actor_of_token
from tracker.runs.models import Run, RunStatus
from tracker.runs.requests import request_runs
from tracker.tasks.evaluating import evaluate_project, worked_to_its_end
from tracker.triage.activation import activate
from tracker.triage.comments import add_comment
from tracker.triage.intake import file_reports
from tracker.triage.models import Report
from tracker.triage.moves import move_problem

WAIT_SECONDS = 2.0
GIVE_UP_AFTER_SECONDS = 180.0  # longer than the lease of a bulk that was killed

Say = Callable[[str], None]


class DemoFailed(Exception):
    """The demo cannot be loaded, in words for the person who wanted it."""


def the_project(team: Team, *, slug: str, **settings: Any) -> Project:
    """Create the demo's project with its people. Raises DemoFailed where the name is somebody else's."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        project = create_project(team[ADMIN], slug=slug, **settings)
    elif not project.memberships.filter(user=team[ADMIN]).exists():
        raise DemoFailed(f"There is a project {slug} already that is not the demo's; remove it first.")
    members = set(project.memberships.values_list("user_id", flat=True))
    for person in PEOPLE:
        if team[person].pk not in members:
            set_member(team.actor(ADMIN, project), project, team[person], person.role)
    return project


def the_product(actor: Actor, project: Project, name: str) -> Actor:
    """Return the product that users report through: a token that files reports and does nothing else."""
    token = Token.objects.alive().filter(project=project, name=name).first()
    if token is None:
        token, _secret = create_token(actor, project, name=name, scopes=[Scope.REPORT.value])
    return actor_of_token(token)


def the_model(
    actor: Actor,
    project: Project,
    version: str,
    *,
    trained_on: Sequence[object],
    file: bytes | None = None,
    **fields: Any,
) -> CandidateModel:
    """Register a model, with its file if it has one, and say what it was trained on."""
    model = project.models.filter(version=version).first()
    if model is None:
        upload = UploadedFile(f"{version}.skops", file) if file is not None else None
        model = register_model(actor, project, version=version, file=upload, **fields)
    if not model.says_trained_on:
        inputs = enumerate(({"input": value} for value in trained_on), start=1)
        _accepted, _duplicates, rejected = add_trained_on(actor, model, inputs)
        _none_of(rejected)
    return model


def went_live(actor: Actor, model: CandidateModel, *, at: datetime) -> None:
    """Activate a model as of then."""
    if not model.activations.exists():
        activate(actor, model, at=at)


def the_problem(actor: Actor, project: Project, *, slug: str, **fields: Any) -> Problem:
    """Create a problem, in triage."""
    found = Problem.objects.filter(project=project, slug=slug).first()
    return found or create_problem(actor, project, slug=slug, **fields)


def described_by(actor: Actor, problem: Problem, lines: Sequence[Mapping[str, Any]], *, say: Say) -> None:
    """Add test patterns, those there are not yet. Waits until the claim of a killed import runs out."""
    deadline = time.monotonic() + GIVE_UP_AFTER_SECONDS
    while True:
        try:
            outcome = import_patterns(actor, problem.project, enumerate(lines, start=1), problem=problem)
        except Busy as busy:
            if time.monotonic() > deadline:
                raise DemoFailed(str(busy)) from busy
            say(str(busy))
            time.sleep(WAIT_SECONDS)
        else:
            return _none_of(outcome.rejected)


def found_on(problem: Problem, at: datetime) -> None:
    """Tell that a problem was found and first described at a time: like reports and activations, the demo's problems
    have a past, and what the test set was then is part of every comparison with then.
    """
    Problem.objects.filter(pk=problem.pk).update(created_at=at)
    lines = Event.objects.about("problem", problem.pk).filter(at__gt=at)
    lines.filter(kind="problem_created").update(at=at)
    lines.filter(kind="patterns_added", evidence__revision=1).update(at=at)


def reported(product: Actor, project: Project, bodies: Sequence[Mapping[str, Any]]) -> dict[str, Report]:
    """File reports, each with an external id; return them by it."""
    _none_of(file_reports(product, project, enumerate(bodies, start=1)).rejected)
    filed = Report.objects.filter(project=project, token=product.token, external_id__isnull=False)
    return {report.external_id: report for report in filed if report.external_id is not None}


def moved(
    actor: Actor, problem: Problem, to: str, *, reason: str = "", duplicate_of: Problem | None = None
) -> None:
    """Move a problem, unless somebody moved it there before."""
    if not problem.moves.filter(to=to).exists():
        move_problem(actor, problem, to, reason=reason, duplicate_of=duplicate_of)


def commented(actor: Actor, problem: Problem, text: str) -> None:
    """Add a comment."""
    if not problem.comments.filter(text=text).exists():
        add_comment(actor, problem, text)


def evaluated(project: Project, *, say: Say) -> None:
    """Bring every result up to date in this process. Raises DemoFailed where a run failed."""

    def show(run: Run) -> None:
        say(f"{run.model.version}: {run.done} of {run.total} outputs and results")

    for run in evaluate_project(project, on_progress=show):
        if run.status != "finished":
            raise DemoFailed(f"The evaluation of {run.model.version} is {run.status}: {run.error}")


def asked_again(actor: Actor, model: CandidateModel, *, times: int) -> None:
    """Ask a volatile model about everything, unless that was done so many times. Raises DemoFailed where it failed."""
    done = model.runs.filter(asks_everything=True, status=RunStatus.FINISHED)
    while done.count() < times:
        [run] = request_runs(actor, model.project, models=[model])
        ended = worked_to_its_end(run)
        if ended is not None and ended.status != RunStatus.FINISHED:
            raise DemoFailed(f"The evaluation of {model.version} is {ended.status}: {ended.error}")


def _none_of(rejected: Sequence[Mapping[str, Any]]) -> None:
    if rejected:
        raise DemoFailed(f"Line {rejected[0]['line']} was refused: {rejected[0]['errors']}")
