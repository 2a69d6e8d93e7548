from __future__ import annotations

import json
import sys
import time
import traceback
from argparse import SUPPRESS, Action, ArgumentParser
from pathlib import Path
from typing import IO, Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evaluation.gate import GateVerdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.runs.models import Run, RunStatus
from tracker.tasks.evaluating import evaluate_project
from tracker.tasks.gate_report import gate_report
from tracker.tasks.junit_report import write_junit
from tracker.tasks.time_limit import time_limit
from tracker.tasks.whole_files import write_whole
from tracker.triage.gate import GateOutcome, gate

EXIT_CODES = {GateVerdict.PASS: 0, GateVerdict.FAIL: 1, GateVerdict.INCONCLUSIVE: 2}
NO_VERDICT = 3
"""Nothing that goes wrong may look like a verdict: neither a wrong call nor a database that is away."""


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        if not self.called_from_command_line:
            raise CommandError(f"Error: {message}", returncode=NO_VERDICT)
        self.print_usage(sys.stderr)
        self.exit(NO_VERDICT, f"{self.prog}: error: {message}\n")


class _NoOption(Action):
    """Django's own `--version` prints its version and ends with 0, which here means that a model may go live."""

    def __call__(self, parser: ArgumentParser, *_args: Any, **_named: Any) -> NoReturn:
        parser.error("the version is given without --version: manage.py gate SLUG VERSION")


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = (
        "Say whether a model may replace the active one; evaluates both first, and asks volatile ones anew. "
        "Exit status: 0 pass, 1 fail, 2 inconclusive, 3 no verdict (wrong call, unknown model, or a fault)."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = _Parser
        return parser

    def add_base_argument(self, parser: CommandParser, *args: str, **kwargs: Any) -> None:
        if "--version" in args:
            kwargs = {"action": _NoOption, "help": SUPPRESS}
        super().add_base_argument(parser, *args, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project's name in addresses")
        parser.add_argument("version", help="the model's version")
        parser.add_argument("--junit", metavar="FILE", type=Path, help="write each case as a test, JUnit XML")
        parser.add_argument("--json", metavar="FILE", type=Path, help="write the verdict and its reasons")
        parser.add_argument(
            "--timeout", metavar="SECONDS", type=time_limit, default=3600.0,
            help="evaluate for at most so long (3600); what is stale then leaves the gate inconclusive",
        )  # fmt: skip

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except Exception:  # `--traceback` lets them through, and Python would exit with 1
            traceback.print_exc()
            sys.exit(NO_VERDICT)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            error.returncode = NO_VERDICT
            raise
        except Exception as error:
            raise CommandError(f"{type(error).__name__}: {error}", returncode=NO_VERDICT) from error

    def handle(self, *args: Any, **options: Any) -> None:
        project, model = _named(options["slug"], options["version"])
        files = [file for file in (options["junit"], options["json"]) if file is not None]
        for file in files:
            if not file.parent.is_dir() or file.is_dir():
                raise CommandError(f"{file} cannot be written: there is no such directory.")
        runs = self._evaluate(project, model, options["timeout"])
        model.refresh_from_db()
        outcome = gate(project, model)
        _write_files(outcome, options["junit"], options["json"])
        for line in [*_unfinished(runs), *gate_report(outcome)]:
            self.stdout.write(line)
        if code := EXIT_CODES[outcome.verdict]:
            sys.exit(code)

    def _evaluate(self, project: Project, model: CandidateModel, seconds: float) -> list[Run]:
        active = project.models.filter(stage=Stage.ACTIVE)
        until = time.monotonic() + seconds
        with tqdm(unit=" outputs and results", disable=not sys.stderr.isatty(), leave=False) as bar:
            return evaluate_project(
                project,
                models=[model, *active],
                anew=True,
                on_progress=lambda run: _show(bar, run),
                keep_on=lambda: time.monotonic() < until,
            )


def _named(slug: str, version: str) -> tuple[Project, CandidateModel]:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project {slug}.")
    model = project.models.filter(version=version).first()
    if model is None:
        raise CommandError(f"{version} is not a model of {slug}.")
    return project, model


def _write_files(outcome: GateOutcome, junit: Path | None, as_json: Path | None) -> None:
    def write_json(stream: IO[bytes]) -> None:
        stream.write(json.dumps(outcome.to_json(), ensure_ascii=False, indent=2).encode() + b"\n")

    if junit is not None:
        write_whole(junit, lambda stream: write_junit(stream, outcome))
    if as_json is not None:
        write_whole(as_json, write_json)


def _unfinished(runs: list[Run]) -> list[str]:
    return [
        f"{run.model.version} is not evaluated to the end: its run is {run.status}. "
        + (run.error or run.waiting_for)
        for run in runs
        if run.status != RunStatus.FINISHED
    ]


def _show(bar: tqdm[Any], run: Run) -> None:
    bar.set_description(run.model.version)
    bar.total, bar.n = run.total, run.done
    bar.refresh()
