"""What an output must satisfy: one file per group of types, all of them in `EXPECTATIONS`."""

from evaluation.expectations.base import Expectation, InvalidExpectation
from evaluation.expectations.registry import EXPECTATIONS, parse_expectation

__all__ = ["EXPECTATIONS", "Expectation", "InvalidExpectation", "parse_expectation"]
