from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.projects.changes import create_project
from tracker.projects.errors import Refused
from tracker.projects.models import User


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = "Create a project: one ML task."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="its name in addresses: small letters, digits, - and _")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--labels", default="", help="the task's labels, separated by commas; none: any label"
        )
        parser.add_argument("--active-users", type=int, help="how many people use the product")
        parser.add_argument("--admin", help="user name of the project's first admin")

    def handle(self, *args: Any, **options: Any) -> None:
        settings: dict[str, Any] = {
            "labels": [part.strip() for part in options["labels"].split(",") if part.strip()]
        }
        if options["active_users"] is not None:
            settings["active_users"] = options["active_users"]
        try:
            admin = User.objects.get(username=options["admin"]) if options["admin"] else None
            project = create_project(admin, slug=options["slug"], name=options["name"], **settings)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {options['admin']}.") from error
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Project {project.slug} created.")
