"""The filters of the list of problems."""

from __future__ import annotations

import json

from django.db import connection
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, StrIndex

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
    # SQLite keeps the list as JSON text, in which a quoted label occurs only as an element of its own.
    place = StrIndex(Cast("labels", TextField()), Value(json.dumps(label)))
    return problems.annotate(label_place=place).filter(label_place__gt=0)
