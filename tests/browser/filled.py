"""A project in which something of everything has happened, one with a picture, and one where nothing has."""

from __future__ import annotations

from django.test import override_settings

from tests.board.images import colourful, uri_of
from tests.browser.conftest import REPORTED, TEXTS
from tests.factories import (
    day,
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tests.runs.conftest import CALLABLE
from tracker.candidates.model_changes import activate_model
from tracker.problems.models import Problem
from tracker.problems.revisions import retire_pattern
from tracker.problems.sample_models import Decision, SampleOrigin
from tracker.problems.sampling import cancel_sample, decide, draw_sample
from tracker.projects.changes import create_token, set_member
from tracker.projects.examples import canonical_input
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role, actor_of_user
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.open_adapters import close_adapters
from tracker.runs.requests import request_runs
from tracker.triage.comments import add_comment
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.moves import move_problem
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import dismiss_report, link_report


def fill() -> User:
    """Make the projects `shop`, `pets` and `empty`; return ada, who is an admin of each."""
    ada = User.objects.create_user("ada", password="not-secret")
    bob = User.objects.create_user("bob", password="not-secret")
    shop, empty = make_project(slug="shop", name="Shop reviews", active_users=200), make_project(slug="empty")
    pets = make_project(slug="pets", input_kind="image", labels=["cat", "dog"])
    for project in (shop, pets, empty):
        set_member(SYSTEM, project, ada, Role.ADMIN)
    set_member(SYSTEM, shop, bob, Role.VIEWER)
    create_token(SYSTEM, shop, name="web shop", scopes=["report"])
    _models(shop)
    described = _problems(shop, ada)
    evaluate(shop)
    _reports(shop, described)
    _samples(described)
    _volatile(shop)
    _runs(shop)
    file_report(SYSTEM, pets, ReportBody(input={"image": uri_of(colourful(60, 40))}, predicted="dog"))
    return ada


def _models(shop: Project) -> None:
    said = {"v1": "negative", "v2": "positive", "v3": "neutral"}
    made = [make_model(shop, version, trained_at=day(n)) for n, version in enumerate(said, start=1)]
    for model in made:
        make_outputs(model, dict.fromkeys([REPORTED, *TEXTS], said[model.version]))
    activate_model(SYSTEM, made[0])


def _problems(shop: Project, ada: User) -> Problem:
    actor = actor_of_user(ada, shop)
    described = make_problem(
        shop,
        title="Litotes read as anger",
        harm="major",
        labels=["nlp", "negation"],
        assignee="ada",
        description="“Not bad” is praise.",
    )
    make_patterns(described, [equals(text) for text in TEXTS])
    retire_pattern(actor, described.patterns.all()[0])
    described.refresh_from_db()
    move_problem(actor, described, "confirmed")
    add_comment(actor, described, "Seen again in https://example.org/chat")
    make_problem(shop, title="Not described yet")
    rejected = make_problem(shop, title="Typing errors")
    move_problem(actor, rejected, "rejected", reason="out of scope")
    fixed = make_problem(shop, title="Anger read as anger", harm="minor")
    make_patterns(fixed, [equals(text, "negative") for text in TEXTS])
    move_problem(actor, fixed, "confirmed")
    return described


def _reports(shop: Project, described: Problem) -> None:
    def report(text: str, **said: str) -> Report:
        body = ReportBody(input=text, predicted="negative", **said)  # type: ignore[arg-type]
        return file_report(SYSTEM, shop, body)[0]

    for text in [*TEXTS[:2], "Not bad at all"]:
        link_report(
            SYSTEM, report(text, expected="positive", reporter="cid", comment="Kindly meant"), described
        )
    report(REPORTED, expected="positive", reporter="dot")
    report("Could be worse")
    dismiss_report(SYSTEM, report("asdf", reporter="eve"), "a joke")


def _samples(described: Problem) -> None:
    """One is cancelled; of the other, one input is decided."""
    for pool in (["Hardly a triumph"], ["Not without charm", "Could not be kinder", "No bad thing"]):
        found = draw_sample(
            SYSTEM, described, map(canonical_input, pool), origin=SampleOrigin.PASTED, n=len(pool), seed=1,
            shared={"type": "equals"},
        )  # fmt: skip
        if len(pool) == 1:
            cancel_sample(SYSTEM, found)
    first = found.inputs.order_by("position")[0]
    decide(SYSTEM, first, Decision.LABELLED, said={"label": "positive"})


def _volatile(shop: Project) -> None:
    """A model that answers otherwise than it once did, with a lineage of every kind."""
    lineage = {
        "data": {
            "name": "reviews-2026",
            "files": ["a.csv", "b.csv"],
            "url": "https://data.example.org/reviews",
        },
        "code": "9f3c2ab41d07c55e1f20a7d3b9f3c2ab41d07c55",
        "note": "word " * 100,
        "environment": {},
    }
    adapter = {"kind": "python", "callable": CALLABLE}
    with override_settings(PYTHON_CALLABLES=[CALLABLE]):
        model = make_model(shop, "live", adapter=adapter, frozen=False, lineage=lineage)
        evaluate(shop)
        model.outputs.update(label="negative")
        work_off(request_runs(SYSTEM, shop, models=[model])[0].pk)
        close_adapters()


def _runs(shop: Project) -> None:
    model = shop.models.get(version="v3")
    Run.objects.create(
        project=shop, model=model, status="failed", error="The server did not answer.", total=9, done=4
    )
