from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tracker.tasks"
    label = "tasks"
