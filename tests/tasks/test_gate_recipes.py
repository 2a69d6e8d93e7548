"""The recipes of docs/compare.md: of the shape that GitHub and GitLab take, and run with stand-ins for programs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.evaluation.adapters.conftest import Handler, ModelServer, Said
from tracker.settings import BASE_DIR

pytestmark = pytest.mark.processes
BASH = ("bash", "-e")


def recipe(title: str) -> str:
    """Return the indented block under a heading of the page."""
    page = (BASE_DIR / "docs" / "compare.md").read_text()
    section = page.partition(f"### {title}\n")[2].partition("\n### ")[0]
    found = re.findall(r"(?:^(?: {4}.*)?\n)+", section, flags=re.MULTILINE)
    [block] = [text for text in found if text.strip()]
    return textwrap.dedent(block).strip() + "\n"


@dataclass
class Shell:
    """Runs scripts in a folder of their own, with programs that stand in for others and note how they were called."""

    home: Path
    programs: Path

    def stands_in(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(f'#!/bin/sh\necho "$@" >> "$CALLED"\n{script}\n')
        program.chmod(0o755)

    def run(self, script: str, *shell: str, **variables: str) -> subprocess.CompletedProcess[str]:
        called = {"PATH": f"{self.programs}:{os.environ['PATH']}", "CALLED": str(self.home / "called")}
        return subprocess.run(
            [*(shell or BASH), "-c", script],
            cwd=self.home, env=called | variables, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    @property
    def called(self) -> list[str]:
        return (self.home / "called").read_text().splitlines()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    for folder in ("home", "programs"):
        (tmp_path / folder).mkdir()
    return Shell(tmp_path / "home", tmp_path / "programs")


@pytest.mark.parametrize(
    ("title", "schema"),
    [("GitHub Actions", "vendor.github-workflows"), ("GitLab CI", "vendor.gitlab-ci")],
)
@pytest.mark.parametrize("broken", [False, True])
def test_it_is_of_the_official_shape(title: str, schema: str, broken: bool, tmp_path: Path) -> None:
    text = recipe(title)
    if broken:  # so that a check which takes anything is noticed
        text = text.replace("runs-on:", "runs_on:").replace("exit_codes:", "exit-codes:")
    file = tmp_path / "recipe.yml"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode != 0) is broken, done.stdout + done.stderr


class TestGitHub:
    @pytest.fixture
    def job(self) -> dict[str, Any]:
        return dict(yaml.safe_load(recipe("GitHub Actions"))["jobs"]["gate"])

    @staticmethod
    def filled(text: str) -> str:
        """Put in what GitHub does."""
        told = {"github.sha": "abc123", "github.workspace": "/runner/reviews"}
        return re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda found: told[found[1]], text)

    @pytest.mark.parametrize(("verdict", "ends"), [(0, 0), (1, 1), (2, 0), (3, 3), (125, 125)])
    def test_what_the_gate_says_ends_it(
        self, job: dict[str, Any], shell: Shell, verdict: int, ends: int
    ) -> None:
        shell.stands_in("docker", f'case "$*" in *" gate "*) exit {verdict};; esac')
        tracker = self.filled(job["env"]["TRACKER"])
        scripts = [self.filled(step["run"]) for step in job["steps"] if "run" in step]
        done = [shell.run(script, *BASH, TRACKER=tracker) for script in scripts]
        assert [each.returncode for each in done] == [0, ends]
        assert ("::warning::" in done[1].stdout) is (verdict == 2)
        image = (
            "run --rm --env DATABASE_URL --env SECRET_KEY --env TRACKER_HOME=/tmp/tracker "
            "--volume /runner/reviews:/mnt/ci --user root registry.example.org/ml-problem-tracker python manage.py"
        )
        assert shell.called == [
            f"{image} import_outputs reviews abc123 /mnt/ci/outputs.jsonl",
            f"{image} gate reviews abc123 --junit /mnt/ci/gate.xml --json /mnt/ci/gate.json",
        ]

    def test_outputs_that_cannot_be_recorded_end_it(self, job: dict[str, Any], shell: Shell) -> None:
        shell.stands_in("docker", "exit 2")
        record = next(step["run"] for step in job["steps"] if "import_outputs" in step.get("run", ""))
        assert shell.run(self.filled(record), *BASH, TRACKER="docker run image").returncode == 2


class TestGitLab:
    @pytest.fixture
    def job(self) -> dict[str, Any]:
        return dict(yaml.safe_load(recipe("GitLab CI"))["gate"])

    @pytest.fixture(autouse=True)
    def app(self, shell: Shell) -> Path:
        """The folder of the image in which the tracker lies."""
        folder = shell.home / "app"
        folder.mkdir()
        (folder / "manage.py").touch()
        return folder

    def ended(self, job: dict[str, Any], shell: Shell) -> int:
        """Run the lines one after the other, as GitLab's runner does; the first that fails ends them."""
        script = "\n".join(line.replace("cd /app", "cd app") for line in job["script"])
        return shell.run(
            script, *BASH, CI_COMMIT_SHA="abc123", CI_PROJECT_DIR="/builds/the reviews"
        ).returncode

    @pytest.mark.parametrize("verdict", [0, 1, 2, 3])
    def test_what_the_gate_says_ends_it(self, job: dict[str, Any], shell: Shell, verdict: int) -> None:
        shell.stands_in("python", f'case "$*" in *" gate "*) exit {verdict};; esac')
        assert self.ended(job, shell) == verdict
        assert job["allow_failure"] == {"exit_codes": 2}
        folder = "/builds/the reviews"
        assert shell.called == [
            f"manage.py import_outputs reviews abc123 {folder}/outputs.jsonl",
            f"manage.py gate reviews abc123 --junit {folder}/gate.xml --json {folder}/gate.json",
        ]

    def test_outputs_that_cannot_be_recorded_are_no_inconclusive_gate(
        self, job: dict[str, Any], shell: Shell
    ) -> None:
        """A wrong call of any other command ends with 2 as well."""
        shell.stands_in("python", 'case "$*" in *import_outputs*) exit 2;; esac')
        assert self.ended(job, shell) == 3

    @pytest.mark.parametrize("missing", ["manage.py", "folder"])
    def test_an_image_without_the_tracker_is_no_inconclusive_gate(
        self, job: dict[str, Any], shell: Shell, app: Path, missing: str
    ) -> None:
        """Python ends with 2 where the file it is to run is not there."""
        shell.stands_in("python", "exit 2")
        (app / "manage.py").unlink()
        if missing == "folder":
            app.rmdir()
        assert self.ended(job, shell) == 3


@dataclass
class Tracker:
    """Stands in for the API: answers by path, of several answers one after the other, the last for ever."""

    answers: dict[str, list[Said]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def answer(self, path: str, *bodies: Any, status: int = 200) -> None:
        self.answers[path] = [Said(status, {}, json.dumps(body).encode()) for body in bodies]

    def script(self, handler: Handler, sent: Any) -> Said:
        assert handler.headers["Authorization"] == "Bearer secret"
        path = handler.path.removeprefix("/api/v1/projects/reviews/")
        self.asked.append((handler.command, path, sent))
        said = self.answers[path]
        return said.pop(0) if len(said) > 1 else said[0]


GATE = "models/v2/gate/"


class TestOverTheAPI:
    @pytest.fixture
    def tracker(self) -> Tracker:
        made = Tracker()
        made.answer(GATE, {"verdict": "inconclusive", "active": "v1"}, {"verdict": "pass", "active": "v1"})
        made.answer("runs/", [{"id": 7}, {"id": 8}])
        made.answer("runs/7/", {"status": "queued"}, {"status": "running"}, {"status": "finished"})
        made.answer("runs/8/", {"status": "finished"})
        return made

    @pytest.fixture
    def address(self, tracker: Tracker) -> Iterator[str]:
        for program in ("curl", "jq"):
            if shutil.which(program) is None:
                (pytest.fail if "CI" in os.environ else pytest.skip)(f"The recipe uses {program}.")
        server = ModelServer()
        server.script = tracker.script
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()

    def ended(self, shell: Shell, address: str) -> subprocess.CompletedProcess[str]:
        shell.stands_in("sleep", "")
        script = recipe("Anywhere, over the API").replace("https://tracker.example.org", address)
        return shell.run(script, "sh", TRACKER_TOKEN="secret", VERSION="v2")

    @pytest.mark.parametrize(
        ("verdict", "ends"), [("pass", 0), ("fail", 1), ("inconclusive", 2), ("perhaps", 3)]
    )
    def test_what_the_gate_says_ends_it(
        self, tracker: Tracker, address: str, shell: Shell, verdict: str, ends: int
    ) -> None:
        reasons = [{"problem": None, "detail": "worse"}, {"problem": "irony", "detail": "back"}]
        tracker.answer(GATE, {"active": "v1"}, {"verdict": verdict, "reasons": reasons})
        done = self.ended(shell, address)
        assert done.returncode == ends, done.stderr
        assert done.stdout == ("all problems: worse\nirony: back\n" if verdict == "fail" else "")
        assert [(verb, path) for verb, path, _sent in tracker.asked] == [
            ("GET", GATE), ("POST", "runs/"), *[("GET", "runs/7/")] * 3, ("GET", "runs/8/"), ("GET", GATE),
        ]  # fmt: skip
        assert tracker.asked[1][2] == {"models": ["v2", "v1"]}
        assert shell.called == ["5", "5"]

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    def test_of_a_run_that_came_to_nothing_the_gate_tells(
        self, tracker: Tracker, address: str, shell: Shell, status: str
    ) -> None:
        """It is no verdict of its own: the gate is inconclusive then, or fails on what it knows."""
        tracker.answer("runs/8/", {"status": status})
        tracker.answer(GATE, {"active": "v1"}, {"verdict": "inconclusive", "reasons": []})
        assert self.ended(shell, address).returncode == 2

    def test_without_an_active_model_it_alone_is_evaluated(
        self, tracker: Tracker, address: str, shell: Shell
    ) -> None:
        tracker.answer(GATE, {"verdict": "inconclusive", "active": None})
        assert self.ended(shell, address).returncode == 2
        assert tracker.asked[1][2] == {"models": ["v2"]}

    @pytest.mark.parametrize("path", [GATE, "runs/", "runs/7/"])
    def test_what_cannot_be_asked_is_no_verdict(
        self, tracker: Tracker, address: str, shell: Shell, path: str
    ) -> None:
        tracker.answer(path, {"title": "Forbidden"}, status=403)
        done = self.ended(shell, address)
        assert done.returncode == 3
        assert "Forbidden" in done.stderr
