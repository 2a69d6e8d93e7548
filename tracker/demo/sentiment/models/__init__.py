"""The candidate models: functions for the `python` adapter, from a list of texts to a list of outputs.

One module a package, so that only the worker that asks a model imports it. Nothing else of the product does.
"""
