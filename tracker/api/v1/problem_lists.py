"""The filters of the list of problems."""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from tracker.problems.models import Problem


def filtered(
    problems: QuerySet[Problem], *, status: str | None, assignee: str, label: str, text: str
) -> QuerySet[Problem]:
    """Return the problems that match everything that is given; blank is not given."""
    if status:
        problems = problems.filter(status=status)
    if assignee:
        problems = problems.filter(assignee__username=assignee)
    if label:
        problems = _with_label(problems, label)
    if text:
        found = Q(title__icontains=text) | Q(description__icontains=text) | Q(slug__icontains=text)
        problems = problems.filter(found)
    return problems


def _with_label(problems: QuerySet[Problem], label: str) -> QuerySet[Problem]:
    if connection.vendor == "postgresql":
        return problems.filter(labels__contains=[label])
    # SQLite cannot ask whether a list holds a value, but it can take the list apart. The names are our own.
    column = f"{Problem._meta.db_table}.labels"
    has_label = f"EXISTS (SELECT 1 FROM json_each({column}) AS element WHERE element.value = %s)"  # noqa: S608
    return problems.filter(RawSQL(has_label, [label], output_field=BooleanField()))  # noqa: S611
