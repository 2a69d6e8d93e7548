"""What would become of a bulk of test patterns, without storing any."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.problems.models import Pattern, Problem
from tracker.problems.pattern_lines import PatternLine, PatternReader, RejectedLine
from tracker.problems.revisions import BulkOutcome, problem_errors

CHUNK = 500


def preview_patterns(problem: Problem, items: Iterable[tuple[int, object]]) -> BulkOutcome:
    """Return the outcome that `import_patterns` would have on this problem now."""
    outcome = BulkOutcome()
    seen: set[str] = set()
    chunk: list[str] = []
    for read in PatternReader(problem.project).read_all(items):
        errors = read.errors if isinstance(read, RejectedLine) else problem_errors(read, problem)
        if errors:
            outcome.reject(read.line, errors)
        elif isinstance(read, PatternLine):
            chunk.append(read.identity)
        if len(chunk) >= CHUNK:
            _count(problem, chunk, seen, outcome)
            chunk = []
    _count(problem, chunk, seen, outcome)
    return outcome


def _count(problem: Problem, chunk: list[str], seen: set[str], outcome: BulkOutcome) -> None:
    stored = Pattern.objects.filter(problem=problem, identity__in=chunk, added_in__lte=problem.revision)
    new = set(chunk) - seen - set(stored.values_list("identity", flat=True))
    outcome.accepted += len(new)
    outcome.duplicates += len(chunk) - len(new)
    seen.update(chunk)
