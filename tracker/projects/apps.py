import atexit
import gc

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "tracker.projects"
    label = "projects"

    def ready(self) -> None:
        # Python looks once more for cycles when it ends, at all that was ever imported: a fifth of a second in every
        # command, to free memory that is given back a moment later anyway.
        atexit.register(gc.freeze)
