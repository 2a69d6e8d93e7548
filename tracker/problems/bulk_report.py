"""What an import command says at its end."""

from django.core.management.base import OutputWrapper

from tracker.problems.revisions import BulkOutcome

SHOWN_LINES = 20


def write_outcome(outcome: BulkOutcome, stdout: OutputWrapper, stderr: OutputWrapper) -> None:
    """Say how many lines were accepted, and name the rejected ones."""
    for rejected in outcome.rejected[:SHOWN_LINES]:
        errors = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in rejected["errors"].items())
        stderr.write(f"line {rejected['line']}: {errors}")
    if len(outcome.rejected) > SHOWN_LINES:
        stderr.write(f"... and {len(outcome.rejected) - SHOWN_LINES} more rejected lines")
    stdout.write(
        f"{outcome.accepted} accepted, {outcome.duplicates} duplicates, {len(outcome.rejected)} rejected"
        + ("; the others are stored." if outcome.rejected and outcome.accepted else ".")
    )
