from typing import Any

from django.core.management.base import BaseCommand

from tracker.candidates.secrets import seal_again


class Command(BaseCommand):
    requires_system_checks = ()  # they import every page, half a second and more; `migrate` and `serve` make them
    help = "Seal the stored keys with the present SECRET_KEY, so that a former one is not needed any more."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed, unreadable = seal_again()
        self.stdout.write(f"Models whose keys are sealed with the present SECRET_KEY now: {sealed}.")
        for version in unreadable:
            self.stdout.write(f"The key of {version} cannot be read any more; enter it again.")
