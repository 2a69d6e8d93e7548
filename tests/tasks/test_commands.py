"""The commands of the contract: what they print, where, and what they refuse."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as Answer
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem, make_project
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern, Problem
from tracker.projects.changes import update_project
from tracker.projects.models import Project, Token, User
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, waiting
from tracker.runs.models import Result, Run
from tracker.tasks import evaluating
from tracker.triage.activation import activate

pytestmark = pytest.mark.django_db


def run(*arguments: str, **options: Any) -> tuple[str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=stdout, stderr=stderr, **options)
    return stdout.getvalue(), stderr.getvalue()


def write(path: Path, *items: object) -> str:
    lines = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return str(path)


def test_create_project() -> None:
    run("create_project", "reviews", "--name", "Reviews", "--labels", "bad, good", "--active-users", "500")
    project = Project.objects.get(slug="reviews")
    assert (project.name, project.labels, project.active_users) == ("Reviews", ["bad", "good"], 500)
    for wrong in (["reviews", "--name", "Again"], ["Bad Slug", "--name", "X"], ["x", "--name", ""]):
        with pytest.raises(CommandError):
            run("create_project", *wrong)
    assert Project.objects.count() == 1


def test_create_token_prints_the_secret_alone_on_the_last_line(project: Project, triager: User) -> None:
    stdout, _stderr = run("create_token", "reviews", "--scopes", "read,write", "--user", "triager")
    token = Token.objects.with_secret(stdout.splitlines()[-1]).get()
    assert (token.project, token.user, token.scopes) == (project, triager, ["read", "write"])
    for wrong in (["nowhere", "--scopes", "read"], ["reviews", "--scopes", "all"]):
        with pytest.raises(CommandError):
            run("create_token", *wrong)
    with pytest.raises(CommandError):
        run("create_token", "reviews", "--scopes", "read", "--user", "nobody")


@pytest.mark.parametrize("name", ["patterns.jsonl", "patterns.jsonl.gz"])
def test_import_patterns_keeps_good_lines_and_names_bad_ones(
    project: Project, tmp_path: Path, name: str
) -> None:
    file = write(
        tmp_path / name, equals("good", problem="praise"), b"{", b"\xff\xfe", equals("fine", problem="praise")
    )
    stdout, stderr = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_patterns", "reviews", file, stdout=stdout, stderr=stderr)
    assert "2 accepted, 0 duplicates, 2 rejected; the others are stored." in stdout.getvalue()
    assert "line 2: " in stderr.getvalue()
    assert "line 3: " in stderr.getvalue()
    assert Pattern.objects.alive().count() == 2


def test_import_patterns_from_standard_input(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(write(tmp_path / "in.gz", equals("good", problem="praise")), "rb") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        stdout, _stderr = run("import_patterns", "reviews", "-")
    assert stdout.startswith("1 accepted")


def test_import_patterns_stores_nothing_of_a_file_that_breaks_off(project: Project, tmp_path: Path) -> None:
    whole = gzip.compress(
        "\n".join(json.dumps(equals(f"text {n}", problem="new")) for n in range(5_000)).encode()
    )
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="Nothing was stored"):
        run("import_patterns", "reviews", str(tmp_path / "cut.gz"))
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    ("slug", "name", "text"),
    [
        ("nowhere", "patterns.jsonl", "no project nowhere"),
        ("reviews", "missing.jsonl", "There is no file"),
        ("reviews", "not-gzip.gz", "not gzip"),
    ],
)
def test_what_cannot_be_imported(project: Project, tmp_path: Path, slug: str, name: str, text: str) -> None:
    write(tmp_path / "patterns.jsonl", equals("good", problem="praise"))
    (tmp_path / "not-gzip.gz").write_text("{}")
    for command in (["import_patterns", slug], ["import_outputs", slug, "v1"]):
        with pytest.raises(CommandError, match=text):
            run(*command, str(tmp_path / name))
    assert not Pattern.objects.exists()
    assert not CandidateModel.objects.exists()


def test_import_outputs_registers_an_unknown_version_when_a_good_line_comes(
    project: Project, tmp_path: Path
) -> None:
    bad = {"input": "x", "label": "sunny"}
    with pytest.raises(CommandError):
        run("import_outputs", "reviews", "v1", write(tmp_path / "bad.jsonl", bad))
    assert not CandidateModel.objects.exists()
    good = [{"input": text, "label": "positive"} for text in ("x", "y")]
    with pytest.raises(CommandError):
        run("import_outputs", "reviews", "v1", write(tmp_path / "good.jsonl", bad, *good))
    assert sorted(Output.objects.values_list("model__version", "example__content")) == [
        ("v1", '"x"'),
        ("v1", '"y"'),
    ]


def test_evaluate(project: Project) -> None:
    make_patterns(make_problem(project), [equals("yes"), equals("failed")])
    for version in ("v1", "v2"):
        make_outputs(make_model(project, version), {"yes": "positive"})
    Output.objects.filter(model__version="v1").update(label=None, error="timeout")

    stdout, _stderr = run("evaluate", "reviews")
    assert "2 runs queued." in stdout
    assert not Result.objects.exists()
    stdout, _stderr = run("evaluate", "reviews", "--model", "v2", "--wait")
    assert [result.model.version for result in Result.objects.all()] == ["v2"]
    stdout, _stderr = run("evaluate", "reviews", "--wait")
    assert "1 outputs are errors" in stdout
    assert Result.objects.count() == 2
    before = Run.objects.count()
    run("evaluate", "reviews", "--wait")
    assert Run.objects.count() == before


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (["nowhere"], "no project nowhere"),
        (["reviews", "--model", "v9"], "not a model of reviews"),
        (["reviews", "--timeout", "5"], "without --wait"),
        (["reviews", "--timeout", "0"], "without --wait"),
        *(
            (["reviews", "--wait", "--timeout", seconds], f"{seconds} is not a number of seconds from 0")
            for seconds in ("nan", "-1", "soon")
        ),
    ],
)
def test_a_wrong_call_of_evaluate_begins_nothing(project: Project, wrong: list[str], why: str) -> None:
    make_patterns(make_problem(project), [equals("yes")])
    make_outputs(make_model(project, "v1"), {"yes": "positive"})
    with pytest.raises(CommandError, match=why) as refused:
        run("evaluate", *wrong)
    # From the command line argparse ends with 2 by itself.
    assert refused.value.returncode == 2 or "argument --timeout" in str(refused.value)
    assert not Run.objects.exists()


class Away:
    """A server that does not answer."""

    batch_size = 4
    concurrency = 1

    def predict(self, inputs: object) -> list[Answer]:
        raise AdapterUnavailable("connection refused")

    def close(self) -> None:
        pass


def test_evaluate_says_at_each_pause_what_it_waits_for_and_ends_when_time_is_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model(project, "served", adapter={"kind": "http", "url": "https://models.example.org/"})
    make_patterns(make_problem(project), [equals("yes")])
    monkeypatch.setattr(asking, "adapter_of", lambda _model: Away())
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(evaluating, "POLL_SECONDS", 0.0)
    stdout, stderr = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="Time was up") as ended:
        call_command("evaluate", "reviews", "--wait", "--timeout", "0.5", stdout=stdout, stderr=stderr)
    assert ended.value.returncode == 3
    assert (
        "served: running; 0 asked, 0 reused, 0 failed; waiting for its server: connection refused"
        in stdout.getvalue()
    )
    lines = stderr.getvalue().splitlines()
    assert len(lines) > 1
    assert set(lines) == {"served: waiting for the model's server, asked again in 0 s: connection refused"}
    assert Run.objects.get().status == "running", "a worker goes on"


def test_patterns_and_outputs_of_one_project_stay_there(tmp_path: Path) -> None:
    ours, theirs = make_project(), make_project()
    run("import_patterns", ours.slug, write(tmp_path / "p", equals("good", problem="praise")))
    run("import_outputs", theirs.slug, "v1", write(tmp_path / "o", {"input": "good", "label": "positive"}))
    assert not theirs.problems.exists()
    assert not ours.models.exists()


def test_evaluate_puts_a_model_live_where_the_policy_says_so(project: Project) -> None:
    texts = [f"not bad at all {number}" for number in range(24)]
    problem = make_problem(project, harm="major", users_affected_percent=5, users_affected_reason="counted")
    make_patterns(problem, [equals(text) for text in texts])
    for version, label in (("v1", "negative"), ("v2", "positive")):
        make_outputs(make_model(project, version), dict.fromkeys(texts, label))
    activate(SYSTEM, project.models.get(version="v1"))
    update_project(SYSTEM, project, {"activation_policy": {"mode": "automatic"}})
    stdout, _stderr = run("evaluate", "reviews", "--wait")
    assert "v2 is the active model now, by the project's policy." in stdout
    assert project.models.get(stage="active").version == "v2"
    stdout, _stderr = run("evaluate", "reviews", "--wait")
    assert "by the project's policy" not in stdout
