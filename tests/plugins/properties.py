"""How hypothesis looks for counter-examples: the same ones on every run, however slow the machine is."""

from hypothesis import settings

settings.register_profile("tracker", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("tracker")
