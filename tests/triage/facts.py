"""Facts on which statuses and priorities rest, written straight into the database."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

from evaluation.types import Output as EngineOutput
from tracker.candidates.models import Activation, CandidateModel, Output, Stage
from tracker.problems.models import Case, CaseSource, Pattern, Problem, SourceKind, Status
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import Example, Project, criterion_text
from tracker.projects.rights import RIGHTS_OF_ROLE, Actor, Role
from tracker.runs.models import Result
from tracker.triage.models import Move, Report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_count = itertools.count(1)


def at(days: float) -> datetime:
    """Return a time `days` after NOW."""
    return NOW + timedelta(days=days)


def actor(role: Role, name: str = "") -> Actor:
    return Actor(name=name or role.value, rights=RIGHTS_OF_ROLE[role])


TRIAGER, REPORTER, VIEWER = actor(Role.TRIAGER), actor(Role.REPORTER), actor(Role.VIEWER)
STRANGER = Actor(name="stranger", rights=frozenset())


def make_project(**fields: Any) -> Project:
    number = next(_count)
    defaults = {
        "slug": f"project-{number}",
        "name": f"Project {number}",
        "labels": ["negative", "neutral", "positive"],
    }
    return Project.objects.create(**defaults | fields)


def make_problem(project: Project, **fields: Any) -> Problem:
    number = project.problems.count() + 1
    defaults = {
        "number": number,
        "slug": f"problem-{number}",
        "title": f"Problem {number}",
        "created_at": at(-100),
    }
    return Problem.objects.create(project=project, **defaults | {"status_since": at(-100)} | fields)


def make_model(
    project: Project, version: str, *, stage: str = Stage.CANDIDATE, day: float | None = None
) -> CandidateModel:
    """Create a model trained (and registered) `day` days after NOW; without, one day after the last one."""
    day = project.models.count() - 50 if day is None else day
    return CandidateModel.objects.create(
        project=project, version=version, adapter={"kind": "recorded"}, stage=stage, trained_at=at(day),
        registered_at=at(day),
    )  # fmt: skip


def activate(model: CandidateModel, day: float) -> Activation:
    """Make a model the active one from that day on; to be called in the order of days."""
    model.project.models.filter(stage=Stage.ACTIVE).update(stage=Stage.CANDIDATE)
    model.stage = Stage.ACTIVE
    model.save(update_fields=["stage"])
    return Activation.objects.create(project=model.project, model=model, at=at(day))


def make_move(problem: Problem, to: str, day: float = -90, **fields: Any) -> Move:
    reason = "because" if to in {Status.REJECTED, Status.FIXED} else ""
    return Move.objects.create(
        project=problem.project,
        problem=problem,
        to=to,
        actor="anna",
        at=at(day),
        **{"reason": reason} | fields,
    )


def make_result(
    model: CandidateModel, problem: Problem, verdict: str, *, revision: int | None = None, **fields: Any
) -> Result:
    """Store a result on the problem's revision: 10 judged cases, of which 0, 2 or (failing) 5 fail.

    The counts and errors of other cases, where `fields` names them, follow from these.
    """
    cases = list(range(1, 11))
    named: dict[str, Any] = {
        "failed_cases": cases[: {"fixed": 0, "failing": 5, "unscored": 0}.get(verdict, 2)],
        "unscored_cases": cases if verdict == "unscored" else [],
        "partial_errors": {},
        "not_judged_cases": [],
    } | fields  # fmt: skip
    failing = dict.fromkeys(named["failed_cases"], 1.0)
    failing |= {int(case): error for case, error in named["partial_errors"].items()}
    scored = [case for case in cases if case not in named["unscored_cases"]]
    judged = [case for case in scored if case not in named["not_judged_cases"]]
    counts: dict[str, Any] = {
        "n_cases": len(cases), "n_scored": len(scored),
        "n_failed": sum(case in failing for case in scored),
        "error": fmean(failing.get(case, 0.0) for case in scored) if scored else None,
        "n_judged": len(cases) - len(named["not_judged_cases"]), "n_judged_scored": len(judged),
        "n_judged_failed": sum(case in failing for case in judged),
        "judged_error": fmean(failing.get(case, 0.0) for case in judged) if judged else None,
    }  # fmt: skip
    return Result.objects.create(
        project=problem.project, model=model, problem=problem,
        revision=problem.revision if revision is None else revision,
        criterion=criterion_text(problem.criterion), facts_version=model.facts_version, verdict=verdict,
        **counts | named,
    )  # fmt: skip


def make_example(project: Project, value: Any) -> Example:
    sent = canonical_input(value)
    return Example.objects.get(pk=store_examples(project, [sent])[sent.digest])


def make_output(model: CandidateModel, sent: Any, **said: Any) -> Output:
    return Output.objects.create(
        project=model.project, model=model, example=make_example(model.project, sent), **said
    )


def make_pattern(problem: Problem, value: Any, **fields: Any) -> Pattern:
    """Add a pattern (in a case of its own, written) that lives from the problem's revision on."""
    case = Case.objects.create(
        project=problem.project, problem=problem, key=str(value), added_in=problem.revision
    )
    CaseSource.objects.create(
        project=problem.project, case=case, kind=SourceKind.WRITTEN, added_in=problem.revision
    )
    defaults = {"expectation": '{"label":"negative","type":"equals"}', "identity": f"identity {next(_count)}"}
    return Pattern.objects.create(
        project=problem.project, problem=problem, case=case, example=make_example(problem.project, value),
        **defaults | {"added_in": problem.revision} | fields,
    )  # fmt: skip


def make_report(
    project: Project, *, day: float = 0, reporter: str = "", value: Any = "so so", **fields: Any
) -> Report:
    """Store a report that speaks of, and was received on, the given day; linked if it names a problem."""
    defaults = {
        "predicted": EngineOutput(label="positive").to_json(),
        "body_digest": "0" * 64,
        "received_at": at(day),
        "occurred_at": at(day),
        "status": "linked" if fields.get("problem") else "new",
    }
    return Report.objects.create(
        project=project, example=make_example(project, value), reporter=reporter, **defaults | fields
    )
