from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.projects.changes import create_token
from tracker.projects.errors import Refused
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Scope


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = "Create an API token and print its secret, once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project's name in addresses")
        parser.add_argument("--scopes", required=True, help=f"of {', '.join(Scope)}, separated by commas")
        parser.add_argument(
            "--user", help="a member of the project; the token can then do no more than this person"
        )
        parser.add_argument("--name", default="command line", help="what the token is for")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [part.strip() for part in options["scopes"].split(",") if part.strip()]
        try:
            project = Project.objects.get(slug=options["slug"])
            user = User.objects.get(username=options["user"]) if options["user"] else None
            _token, secret = create_token(SYSTEM, project, name=options["name"], scopes=scopes, user=user)
        except Project.DoesNotExist as error:
            raise CommandError(f"There is no project {options['slug']}.") from error
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {options['user']}.") from error
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stderr.write("The token is shown this once; only its hash is stored.")
        self.stdout.write(secret)
