"""`manage.py load_demo`: the demo projects, filled and evaluated. Does nothing where they stand."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.demo.credentials import demo_password, demo_token, welcome
from tracker.demo.loading import DEMOS, load, stands
from tracker.demo.people import Team, stand_up_team
from tracker.demo.steps import DemoFailed
from tracker.projects.errors import Refused
from tracker.projects.models import Project


class Command(BaseCommand):
    help = "Load the demo projects with people, models, reports and problems, and evaluate them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=sorted(DEMOS), help="this demo alone")

    def handle(self, *args: Any, **options: Any) -> None:
        password = demo_password()
        team = stand_up_team(password)
        tokens = {}
        for slug in [options["only"]] if options["only"] else DEMOS:
            self._load(slug, team)
            tokens[slug] = demo_token(team, Project.objects.get(slug=slug))
        self.stdout.write(welcome(team, password, tokens))

    def _load(self, slug: str, team: Team) -> None:
        if stands(slug):
            return
        started = time.monotonic()
        try:
            load(slug, team, say=partial(self._say, slug))
        except (DemoFailed, Refused) as failure:
            kept = "What was loaded is kept; run this again to go on."
            raise CommandError(f"{slug}: {failure} {kept}") from failure
        self._say(slug, f"loaded in {time.monotonic() - started:.0f} s")

    def _say(self, slug: str, text: str) -> None:
        self.stdout.write(f"{slug}: {text}")
        self.stdout.flush()
