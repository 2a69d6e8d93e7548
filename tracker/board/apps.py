"""The pages."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "tracker.board"
    label = "board"
