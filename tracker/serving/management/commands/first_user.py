"""`manage.py first_user`: the first-run set-up. Does nothing once there is a user."""

import secrets
import sys

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Make the first user: asks on a terminal, else takes `admin` and a random password."

    def handle(self, *args: object, **options: object) -> None:
        users = get_user_model()
        if users.objects.exists():
            return
        if sys.stdin.isatty():
            self.stdout.write(_("There is no user yet. Choose a name and a password to sign in with."))
            call_command("createsuperuser", email="", stdout=self.stdout, stderr=self.stderr)
            return
        password = secrets.token_urlsafe(12)
        users.objects.create_superuser(username="admin", email="", password=password)
        self.stdout.write(_("Made the first user. It is shown this once: name admin, password %s") % password)
