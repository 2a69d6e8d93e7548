from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.problems.bulk_report import write_outcome
from tracker.problems.revisions import import_patterns
from tracker.projects.errors import Refused
from tracker.projects.json_lines import file_lines
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = "Import test patterns from a file of JSON lines, plain or gzip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project's name in addresses")
        parser.add_argument("file", help="- reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            outcome = import_patterns(SYSTEM, project, file_lines(options["file"]))
        except Refused as error:
            raise CommandError(f"{error} Nothing was stored.") from error
        except CommandError as error:
            raise CommandError(f"{error} Nothing was stored.") from error
        write_outcome(outcome, self.stdout, self.stderr)
        if outcome.rejected:
            raise CommandError("Some lines were rejected.")
