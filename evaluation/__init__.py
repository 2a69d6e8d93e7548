"""The science of the tracker: what a model must say, how it is scored, and when a bug counts as fixed.

Python, NumPy and SciPy only: no web framework, no database, no clock, no hidden randomness. Everything here
is a function of its arguments and can be used from a notebook.
"""
