from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "tracker.candidates"
    label = "candidates"
