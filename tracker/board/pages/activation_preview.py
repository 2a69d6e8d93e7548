"""The page that says what would change if a model went live now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.pages.activation_words import impact_words
from tracker.board.pages.compare_words import compared_cases_words
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.triage.activation_outlook import ActivationOutlook, OutlookRow, outlook_of
from tracker.triage.gate import GateOutcome, gate

KINDS = ("regressed", "fixed", "other", "unknown")


@dataclass(frozen=True, slots=True)
class PreviewGroup:
    """Problems that would be `fixed`, `regressed` or change in an `other` way; `unknown`: nothing can be told."""

    kind: str
    rows: list[OutlookRow]


@dataclass(frozen=True, slots=True)
class ActivationPreview:
    outlook: ActivationOutlook
    groups: list[PreviewGroup]
    sentence: str
    impact_sentence: str
    impact_cases: str
    """Over which cases both impacts are summed, where these are not all: on the board the active model's is."""
    gate: GateOutcome


def activation_preview(project: Project, model: CandidateModel) -> ActivationPreview:
    outcome = gate(project, model)
    outlook = outlook_of(outcome)
    groups = [PreviewGroup(kind, outlook.of_kind(kind)) for kind in KINDS]
    counts = {group.kind: len(group.rows) for group in groups}
    now = outlook.impact_now
    return ActivationPreview(
        outlook=outlook,
        groups=[group for group in groups if group.rows],
        sentence=_sentence(model, counts, len(outlook.rows)),
        impact_sentence=impact_words(now.total if now else None, outlook.impact_then.total, outlook.cut),
        impact_cases=compared_cases_words(outcome.comparison) if outcome.comparison else "",
        gate=outcome,
    )


def _sentence(model: CandidateModel, counts: Mapping[str, int], n: int) -> str:
    """Return what would happen, counted, in one sentence."""
    fixed, regressed, other, unknown = (counts[kind] for kind in ("fixed", "regressed", "other", "unknown"))
    same = n - fixed - regressed - other - unknown
    parts = [
        ngettext("%(n)s problem would be fixed", "%(n)s problems would be fixed", fixed) % {"n": fixed},
        ngettext("%(n)s would regress", "%(n)s would regress", regressed) % {"n": regressed},
        *(
            [ngettext("%(n)s would change otherwise", "%(n)s would change otherwise", other) % {"n": other}]
            if other
            else []
        ),
        ngettext("%(n)s stays unknown", "%(n)s stay unknown", unknown) % {"n": unknown},
        ngettext("%(n)s stays as it is", "%(n)s stay as they are", same) % {"n": same},
    ]
    return _("With %(version)s active, %(what)s.") % {"version": model.version, "what": ", ".join(parts)}
