"""Where a case is from, as a file spells it."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.problems.models import CaseSource
from tracker.problems.pattern_lines import SelectedOn

SourceShown = str | SelectedOn


def shown_sources(sources: Iterable[CaseSource]) -> SourceShown | list[SourceShown]:
    """Return the sources as a file spells them: one as it is, several as a list."""
    shown: list[SourceShown] = [
        SelectedOn(source.version) if source.version else source.kind
        for source in sorted(sources, key=lambda source: source.pk)
    ]
    return shown[0] if len(shown) == 1 else shown
