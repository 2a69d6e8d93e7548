"""What is shown of cases in lists: the input of the first pattern, the key, where the case is from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from tracker.board.revisions import AtRevision
from tracker.problems.models import Case, CaseSource, Pattern

UNNAMED = "sha256:"
"""How the key of a case begins that nobody gave one."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    first: Pattern
    """The oldest living pattern, with its example, base and case."""
    n_patterns: int
    sources: list[CaseSource]

    @property
    def key(self) -> str:
        return shown_key(self.first.case)


def shown_key(case: Case) -> str:
    """Return the key that somebody gave; empty for one made of the input."""
    return "" if case.key.startswith(UNNAMED) else case.key


def sources_at(at: AtRevision, case_ids: Sequence[int]) -> Mapping[int, list[CaseSource]]:
    """Return where these cases are from, as of the revision, by case; one query."""
    sources: defaultdict[int, list[CaseSource]] = defaultdict(list)
    for source in CaseSource.objects.filter(case__in=case_ids, added_in__lte=at.revision).order_by("pk"):
        sources[source.case_id].append(source)
    return sources


def case_facts(at: AtRevision, case_ids: Sequence[int]) -> dict[int, CaseFacts]:
    """Return these cases by id, as of the revision; three queries."""
    alive = Pattern.objects.alive_at(at.revision).filter(problem=at.problem, case__in=case_ids)
    counts = dict(alive.values_list("case").annotate(n=Count("pk")).order_by())
    firsts = alive.first_of_each_case().select_related("case", "example", "base")
    sources = sources_at(at, case_ids)
    return {
        first.case_id: CaseFacts(first, counts[first.case_id], sources[first.case_id]) for first in firsts
    }
