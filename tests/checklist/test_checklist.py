"""A real test suite and three real models, checked against numbers that CheckList's own rules give.

The data lies beside the project, in ../shared/data/checklist_sentiment (its README says what it is), and is never
committed; without it these tests are skipped and say so.
"""

import gzip
import io
import json
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.factories import LABELS, evaluate, make_project
from tracker.problems.models import Pattern
from tracker.projects.changes import create_token
from tracker.projects.models import Event, Example, Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Result, Run

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "checklist_sentiment"
VERSIONS = ["vader-3.2.1", "vader-3.3.2", "textblob-0.20.1"]

pytestmark = [
    pytest.mark.slow,
    # With real commits, as in use: at the end of one long transaction PostgreSQL checks every key at once.
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not DATA.exists(), reason=f"the CheckList data is not there: ../shared/data/{DATA.name}"
    ),
]


@pytest.fixture
def project() -> Project:
    return make_project(slug="checklist", labels=LABELS)


def expected() -> dict[str, dict[str, dict[str, int]]]:
    numbers: dict[str, dict[str, dict[str, int]]] = json.loads((DATA / "expected.json").read_text())
    return numbers


def found(project: Project) -> dict[str, dict[str, dict[str, int]]]:
    numbers: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for result in Result.objects.current().filter(project=project).select_related("problem", "model"):
        numbers[result.problem.slug][result.model.version] = {
            "n_cases": result.n_cases,
            "n_failed": result.n_failed,
        }
    return dict(numbers)


def test_the_commands_reproduce_every_number_and_repeat_without_effect(project: Project) -> None:
    def import_all() -> str:
        said = io.StringIO()
        call_command("import_patterns", project.slug, str(DATA / "patterns.jsonl.gz"), stdout=said)
        for version in VERSIONS:
            call_command(
                "import_outputs",
                project.slug,
                version,
                str(DATA / f"outputs_{version}.jsonl.gz"),
                stdout=said,
            )
        call_command("evaluate", project.slug, "--wait", stdout=said)
        return said.getvalue()

    first = import_all()
    assert "26477 accepted, 902 duplicates, 0 rejected." in first
    assert first.count("28813 accepted, 0 duplicates, 0 rejected.") == len(VERSIONS)
    assert found(project) == expected()

    def everything() -> list[object]:
        return [
            Pattern.objects.count(),
            Example.objects.count(),
            Event.objects.count(),
            Run.objects.count(),
            list(Result.objects.order_by("pk").values_list("pk", "scored_at")),
            list(project.problems.order_by("pk").values()),
        ]

    before = everything()
    second = import_all()
    assert second.count("0 accepted") == 1 + len(VERSIONS)
    assert everything() == before


def test_the_api_reproduces_every_number(project: Project) -> None:
    _token, secret = create_token(SYSTEM, project, name="import", scopes=["write"])
    client = Client(headers={"authorization": f"Bearer {secret}"})
    address = f"/api/v1/projects/{project.slug}"
    by_problem: dict[str, list[bytes]] = defaultdict(list)
    with gzip.open(DATA / "patterns.jsonl.gz") as lines:
        for line in lines:
            fields = json.loads(line)
            by_problem[fields.pop("problem")].append(json.dumps(fields).encode())
    for slug, patterns in by_problem.items():
        made = client.post(
            f"{address}/problems/", {"slug": slug, "title": slug}, content_type="application/json"
        )
        assert made.status_code == 201, made.content
        answer = client.post(
            f"{address}/problems/{slug}/patterns/", b"\n".join(patterns), content_type="application/x-ndjson"
        )
        assert answer.status_code == 200, answer.content
        assert answer.json()["rejected"] == []
    for version in VERSIONS:
        answer = client.post(
            f"{address}/models/{version}/outputs/",
            (DATA / f"outputs_{version}.jsonl.gz").read_bytes(),
            content_type="application/x-ndjson",
            headers={"content-encoding": "gzip"},
        )
        assert answer.status_code == 200, answer.content
        assert answer.json() == {"accepted": 28813, "duplicates": 0, "rejected": []}
    evaluate(project)
    assert found(project) == expected()
