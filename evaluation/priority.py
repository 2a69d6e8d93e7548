"""Priority of a problem."""

DEFAULT_HARM_SCALE = {"negligible": 1.0, "minor": 2.0, "moderate": 3.0, "major": 5.0, "severe": 8.0}
