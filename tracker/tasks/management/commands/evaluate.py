import math
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.runs.models import UNDER_WAY, Run, RunStatus
from tracker.runs.requests import catch_up
from tracker.runs.staleness import stale_models
from tracker.tasks.evaluating import evaluate_project
from tracker.tasks.time_limit import time_limit
from tracker.triage.activation_by_policy import activate_by_policy

WRONG_CALL = 2
TIME_IS_UP = 3


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = (
        "Bring every result of a project up to date. Exit status with --wait: 0 they are, 1 a run failed or was "
        "cancelled, 2 wrong call, 3 time was up before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project's name in addresses")
        parser.add_argument("--model", metavar="VERSION", help="this model only")
        parser.add_argument("--wait", action="store_true", help="work it off in this process")
        parser.add_argument(
            "--timeout", metavar="SECONDS", type=time_limit,
            help="with --wait: for at most so long, as a server may not come back; without it, until all is done",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["timeout"] is not None and not options["wait"]:
            raise CommandError(
                "--timeout limits what --wait does: without --wait runs are queued for workers, who take their time.",
                returncode=WRONG_CALL,
            )
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.", returncode=WRONG_CALL)
        models = list(project.models.taking_part().in_model_order())
        if options["model"]:
            models = [model for model in models if model.version == options["model"]]
            if not models:
                raise CommandError(
                    f"{options['model']} is not a model of {project.slug}, or it is archived.",
                    returncode=WRONG_CALL,
                )
        if not options["wait"]:
            chosen = {model.pk for model in models}
            runs = catch_up(model for model in stale_models(project) if model.pk in chosen)
            self.stdout.write(f"{len(runs)} runs queued." if runs else "Every result is up to date.")
            return
        until = math.inf if options["timeout"] is None else time.monotonic() + options["timeout"]
        with tqdm(unit=" outputs and results", disable=not sys.stderr.isatty(), leave=False) as bar:
            told: set[tuple[int, int]] = set()

            def show(run: Run) -> None:
                _show(bar, run)
                if run.waiting_for and (run.pk, run.pauses) not in told:
                    told.add((run.pk, run.pauses))
                    bar.clear()
                    self.stderr.write(_waiting(run))

            runs = evaluate_project(
                project, models=models, on_progress=show, keep_on=lambda: time.monotonic() < until
            )
        self._say_what_came_of_it(runs, models)
        activated = activate_by_policy(project)
        if activated is not None:
            self.stdout.write(f"{activated.version} is the active model now, by the project's policy.")

    def _say_what_came_of_it(self, runs: list[Run], models: list[CandidateModel]) -> None:
        for run in runs:
            self.stdout.write(
                f"{run.model.version}: {run.status}; {run.asked} asked, {run.reused} reused, {run.failed} failed"
                + (f"; {run.error}" if run.error else "")
                + (f"; waiting for its server: {run.waiting_for}" if run.waiting_for else "")
            )
        if any(run.status in UNDER_WAY for run in runs):
            raise CommandError(
                "Time was up before every result is up to date. What was asked is kept; a worker goes on, or run this "
                "again.",
                returncode=TIME_IS_UP,
            )
        if any(run.status != RunStatus.FINISHED for run in runs):
            raise CommandError(
                "Not every result is up to date. What was asked is kept; run this again to go on."
            )
        unanswered = Output.objects.current().filter(model__in=models, error__isnull=False).count()
        self.stdout.write(
            f"Every result is up to date; {unanswered} outputs are errors, which leave their cases unscored."
            if unanswered
            else "Every result is up to date."
        )


def _waiting(run: Run) -> str:
    again = run.ask_again_at or timezone.now()
    seconds = max(0, round((again - timezone.now()).total_seconds()))
    return (
        f"{run.model.version}: waiting for the model's server, asked again in {seconds} s: {run.waiting_for}"
    )


def _show(bar: "tqdm[Any]", run: Run) -> None:
    bar.set_description(run.model.version)
    bar.total, bar.n = run.total, run.done
    bar.refresh()
