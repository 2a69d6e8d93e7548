"""Whether a model's answers stay: the section of its page, and the page of the answers that changed in a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.adapters import ADAPTERS
from evaluation.drift import Nearer, Repeats, Stability
from evaluation.types import JSON
from evaluation.types import Output as Answer
from tracker.board.counted_pages import counted_page
from tracker.board.expectation_words import output_words
from tracker.board.figures import count, plain
from tracker.board.stability_words import SYMBOLS, stability_lead, stability_sentence, stability_word
from tracker.candidates.models import CandidateModel, Stage
from tracker.runs.answer_changes import AnswerChange, answer_changes, changed_rows
from tracker.runs.models import Run
from tracker.runs.schedule import last_asked_at, turn_of
from tracker.runs.stability_models import StabilityCheck
from tracker.triage.stability_words import p_words

CHECKS_SHOWN = 10
CHANGES_SHOWN = 5
CHANGES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One input that was answered otherwise: before, after, and how the second answer within the run was."""

    input: JSON
    before: str
    after: str
    scores: str
    """Where the label is the same: the score that moved most."""
    repeat: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    check: StabilityCheck
    repeats: Repeats
    word: str
    symbol: str
    p: str

    @property
    def n_compared(self) -> int:
        """How many repeats were nearer to the one answer or to the other; of a frozen model, all that changed."""
        check = self.check
        return check.n_changed if check.run.model.frozen else check.n_nearer_new + check.n_nearer_former

    @property
    def n_keeping(self) -> int:
        return self.check.n_kept if self.check.run.model.frozen else self.check.n_nearer_new

    @property
    def missing(self) -> str:
        """The words for repeats that did not come; empty where all did."""
        n = self.check.n_missing
        text = ngettext("%(n)s input was not answered again", "%(n)s inputs were not answered again", n)
        return text % {"n": count(n)} if n else ""


@dataclass(frozen=True, slots=True)
class StabilityPart:
    """The section of the model's page. `is_volatile` and `asks` say which of the words hold."""

    is_volatile: bool
    asks: bool
    last_asked_at: datetime | None
    next_at: datetime | None
    rows: list[CheckRow]
    sentence: str
    flakiness: Repeats | None
    """Of the newest run with a sample."""
    changed: CheckRow | None
    """The newest of the rows in which answers changed, and the first of them."""
    changes: list[ChangeRow]


def stability_part(model: CandidateModel) -> StabilityPart | None:
    """Return the section; None for a model of which nothing can be asked twice."""
    kind = ADAPTERS[model.adapter["kind"]]
    asks = kind.asks and (not model.frozen or kind.asks_server)
    rows = _rows(model)
    if not asks and not rows:
        return None
    asked_at = None if model.frozen else last_asked_at(model)
    changed = next((row for row in rows if row.check.n_changed), None)
    run = changed.check.run if changed else None
    return StabilityPart(
        is_volatile=not model.frozen,
        asks=asks,
        last_asked_at=asked_at,
        next_at=turn_of(model, asked_at) if model.stage != Stage.ARCHIVED else None,
        rows=rows,
        sentence=stability_sentence(rows[0].check, model) if rows else "",
        flakiness=next((row.repeats for row in rows if row.repeats.n_sampled), None),
        changed=changed,
        changes=[_change(each) for each in answer_changes(run, changed_rows(run)[:CHANGES_SHOWN])]
        if run
        else [],
    )


def _rows(model: CandidateModel) -> list[CheckRow]:
    checks = list(model.stability_checks.select_related("run")[:CHECKS_SHOWN])
    for check in checks:
        check.run.model = model
    return [_row(check) for check in checks]


def _row(check: StabilityCheck) -> CheckRow:
    stability = Stability(check.stability)
    p = p_words(check.p_value)
    return CheckRow(check, check.repeats, stability_word(stability), SYMBOLS[stability], p)


def check_of(run: Run) -> CheckRow | None:
    """Return what a run told; None where nothing was repeated in it."""
    check = StabilityCheck.objects.filter(run=run).first()
    if check is None:
        return None
    check.run = run
    return _row(check)


@dataclass(frozen=True, slots=True)
class ChangesPage:
    run: Run
    check: StabilityCheck | None
    lead: str
    page: Page[object]
    rows: list[ChangeRow]


def changes_page(model: CandidateModel, run: Run, number: str | None) -> ChangesPage:
    """Return a page of the answers that a run found changed."""
    run.model = model
    page = counted_page(changed_rows(run), CHANGES_A_PAGE, number)
    check = StabilityCheck.objects.filter(run=run).first()
    rows = [_change(each) for each in answer_changes(run, page.object_list)]
    return ChangesPage(run, check, stability_lead(check, model), page, rows)


def _change(change: AnswerChange) -> ChangeRow:
    return ChangeRow(
        input=change.example.input,
        before=_words(change.before),
        after=_words(change.after),
        scores=_moved_score(change.before, change.after),
        repeat=_repeat_words(change),
    )


def _words(answer: Answer | None) -> str:
    return output_words(answer.to_json()) if answer else ""


def _moved_score(before: Answer | None, after: Answer | None) -> str:
    if before is None or after is None or not before.scores or not after.scores:
        return ""
    old, new = before.scores, after.scores
    both = [label for label in new if label in old]
    if not both or before.label != after.label:
        return ""
    most = max(both, key=lambda label: (abs(new[label] - old[label]), label == after.label))
    told = {"label": most, "before": plain(old[most]), "after": plain(new[most])}
    return _("score of %(label)s: %(before)s, now %(after)s") % told


def _repeat_words(change: AnswerChange) -> str:
    words = {
        Nearer.NEW: _("asked again, it kept to it"),
        Nearer.FORMER: _("asked again, it went back"),
        Nearer.NEITHER: _("asked again, it said something else"),
    }
    return words[change.nearer] if change.nearer else ""
