"""Which entries of a problem's timeline changed its test patterns and can be taken back now, and where."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import CharField, Value
from django.urls import reverse

from tracker.problems.models import Pattern, Problem
from tracker.projects.models import Project
from tracker.triage.timeline import TimelineEntry

Facts = set[tuple[str, int]]


def pattern_undos(project: Project, problem: Problem, entries: Sequence[TimelineEntry]) -> dict[int, str]:
    """Return the address that takes an entry back, by the entry's id; one query."""
    facts = _facts(problem, entries)
    found = {entry.id: _address(project, problem, entry, facts) for entry in entries}
    return {pk: address for pk, address in found.items() if address}


def _facts(problem: Problem, entries: Sequence[TimelineEntry]) -> Facts:
    """Return (“alive”, pattern), (“gone”, pattern), (“added”, revision) and (“retired”, revision) that hold.

    Gone is what was retired and nothing took the place of since.
    """
    told = [entry.evidence for entry in entries if entry.kind in _ADDRESSES]
    mentioned = [each["pattern"] for each in told if "pattern" in each]
    added = [each["revision"] for each in told if each.get("added") or "restored" in each]
    retired = [each["revision"] for each in told if "retired" in each]
    if not told:
        return set()
    patterns = Pattern.objects.filter(problem=problem).order_by()
    alive, gone = patterns.filter(retired_in=None), patterns.exclude(retired_in=None).filter(replaced_by=None)
    parts = [
        (alive.filter(pk__in=mentioned), "alive", "pk"),
        (gone.filter(pk__in=mentioned), "gone", "pk"),
        (alive.no_relabelled().filter(added_in__in=added), "added", "added_in"),
        (gone.filter(retired_in__in=retired), "retired", "retired_in"),
    ]
    first, *others = [
        rows.annotate(fact=Value(fact, output_field=CharField())).values_list("fact", column)
        for rows, fact, column in parts
    ]
    return set(first.union(*others))


def _address(project: Project, problem: Problem, entry: TimelineEntry, facts: Facts) -> str:
    made = _ADDRESSES.get(entry.kind)
    if made is None:
        return ""
    fact, key, name, subject = made
    evidence = entry.evidence
    if (fact, evidence.get(key)) not in facts:
        return ""
    address = reverse(f"board:{name}", args=[project.slug, problem.number, evidence[subject]])
    return address + (f"?standing={evidence['pattern']}" if entry.kind == "pattern_relabelled" else "")


_ADDRESSES = {
    # kind: (fact that must hold, what of the evidence it speaks of, page that takes it back, its argument)
    "pattern_retired": ("gone", "pattern", "restore_pattern", "pattern"),
    "pattern_relabelled": ("alive", "pattern", "restore_pattern", "replaces"),
    "pattern_restored": ("alive", "pattern", "retire_pattern", "pattern"),
    "patterns_added": ("added", "revision", "undo_addition", "revision"),
    "patterns_restored": ("added", "revision", "undo_addition", "revision"),
    "addition_undone": ("retired", "revision", "restore_revision", "revision"),
}
