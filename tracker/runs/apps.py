from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "tracker.runs"
    label = "runs"
