"""Writing very many patterns in a minute: the rows that `import_patterns` would write, without its checks."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.corpus import Text
from benchmarks.inside.stands import refresh_statistics
from evaluation.canonical import canonical_json
from tracker.problems.models import Case, CaseSource, Pattern, Problem
from tracker.problems.problem_changes import create_problem
from tracker.projects.bulk_rows import CHUNK_ROWS, insert_rows
from tracker.projects.id_lists import Among
from tracker.projects.models import Example, Project
from tracker.projects.rights import SYSTEM


def fill(project: Project, texts: Iterable[Text], problems: int) -> None:
    """Store each text as a case of its own with one pattern, in turn in each of so many problems."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Of this process alone, which is not the one that is measured.
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
    rows = [create_problem(SYSTEM, project, title=f"Problem {number}") for number in range(problems)]
    numbered = enumerate(texts)
    while chunk := list(itertools.islice(numbered, CHUNK_ROWS)):
        with transaction.atomic():
            _write(project, rows, chunk)
    Problem.objects.filter(project=project).update(revision=1)
    refresh_statistics()


def _write(project: Project, problems: list[Problem], chunk: list[tuple[int, Text]]) -> None:
    now = timezone.now()
    contents = [canonical_json(text.words) for _number, text in chunk]
    digests = [hashlib.sha256(content.encode()).hexdigest() for content in contents]
    insert_rows(
        Example,
        ["project_id", "digest", "content"],
        [(project.pk, digest, content) for digest, content in zip(digests, contents, strict=True)],
    )
    examples = dict(
        Example.objects.filter(Among("digest", digests), project=project).values_list("digest", "pk")
    )
    homes = [problems[number % len(problems)].pk for number, _text in chunk]
    keys = [f"case-{number}" for number, _text in chunk]
    insert_rows(
        Case,
        ["project_id", "problem_id", "key", "added_in"],
        [(project.pk, home, key, 1) for home, key in zip(homes, keys, strict=True)],
    )
    cases = dict(Case.objects.filter(Among("key", keys), problem__in=set(homes)).values_list("key", "pk"))
    insert_rows(
        CaseSource,
        ["project_id", "case_id", "kind", "version", "added_in"],
        [(project.pk, cases[key], "written", "", 1) for key in keys],
    )
    patterns = []
    for (_number, text), home, key, digest in zip(chunk, homes, keys, digests, strict=True):
        expectation = canonical_json({"type": "equals", "label": text.label})
        identity = hashlib.sha256(f"{key} {digest}".encode()).hexdigest()
        patterns.append(
            (project.pk, home, cases[key], examples[digest], None, expectation, identity, 1, "{}", now)
        )
    insert_rows(
        Pattern,
        [
            "project_id", "problem_id", "case_id", "example_id", "base_id", "expectation", "identity", "added_in",
            "meta", "created_at",
        ],
        patterns,
    )  # fmt: skip
