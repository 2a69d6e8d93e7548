"""Which two models, at which moments, an address asks to compare; links to the same with one thing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.triage.comparison import moment_in_utc

DIRECTIONS = ("newly_failing", "newly_passing")
LONGEST = 120
"""Nothing that makes sense has more characters: a version has a hundred."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address says: versions and moments as they were written, empty where it says none.

    The form has a field for the day and, where an exact time was asked for, that time beside it: it stands as long as
    its day does.
    """

    base: str = ""
    head: str = ""
    base_at: str = ""
    head_at: str = ""
    show: str = ""
    page: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        told = {
            name: query.get(name, "").strip()[:LONGEST]
            for name in ("base", "head", "base_at", "head_at", "page")
        }
        for side in ("base", "head"):
            time_of_day = query.get(f"{side}_exact", "").strip()
            found = _named(time_of_day)
            if found is not None and str(found.begin.date()) == told[f"{side}_at"]:
                told[f"{side}_at"] = time_of_day
        show = query.get("show", "")
        return cls(**told, show=show if show in DIRECTIONS else "")

    def query(self) -> str:
        told = {
            name: getattr(self, name)
            for name in ("base", "head", "base_at", "head_at", "show")
            if getattr(self, name)
        }
        return urlencode(told)


@dataclass(frozen=True, slots=True)
class Preset:
    """A pair of moments that people often ask for."""

    text: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models, each at a moment (None: now)."""

    base: CandidateModel
    head: CandidateModel
    base_at: datetime | None
    head_at: datetime | None

    @property
    def is_one_model(self) -> bool:
        return self.base.pk == self.head.pk

    @property
    def looks_back(self) -> bool:
        return self.base_at is not None or self.head_at is not None

    @property
    def is_one_and_the_same(self) -> bool:
        return self.is_one_model and self.base_at == self.head_at


def models_to_compare(project: Project) -> list[CandidateModel]:
    """Return all models, the newest first and archived ones last, with the time each last went live. One query."""
    models = list(project.models.with_last_activation().in_model_order().reverse())
    return sorted(models, key=lambda model: model.stage == Stage.ARCHIVED)


def pair_of(models: Sequence[CandidateModel], asked: Asked, now: datetime) -> Pair | None:
    """Return what is compared: what was asked for; of what was not, the active model with the newest other one.

    None where there are not two models or the address names one that is not there.
    """
    by_version = {model.version: model for model in models}
    base = by_version.get(asked.base) if asked.base else _usual_base(models, asked.head)
    if base is None:
        return None
    others = [model for model in models if model.pk != base.pk and model.stage != Stage.ARCHIVED]
    head = by_version.get(asked.head) if asked.head else next(iter(others), None)
    if head is None:
        return None
    return Pair(base, head, moment_of(asked.base_at, now), moment_of(asked.head_at, now))


def _usual_base(models: Sequence[CandidateModel], head: str) -> CandidateModel | None:
    active = [model for model in models if model.stage == Stage.ACTIVE and model.version != head]
    others = [model for model in models if model.version != head and model.stage != Stage.ARCHIVED]
    return next(iter([*active, *others[-1:]]), None)


class Span(NamedTuple):
    """What a text names, in UTC: a day from its begin to its end, or a time, which begins and ends at once."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class FieldMoment:
    """A moment as the form shows it: its day, the exact time where one was asked for, and what a day is taken as."""

    day: str = ""
    exact: datetime | None = None
    note: str = ""


def moment_of(text: str, now: datetime) -> datetime | None:
    """Return a moment of the past that an address names: a time, or the end of a day in UTC. None for now, for what
    is none, and for what is not past yet.
    """
    found = _named(text)
    return found.end if found is not None and found.end < now else None


def field_moment(text: str, now: datetime) -> FieldMoment:
    """Return what the form shows for what an address says; nothing for what is none."""
    found = _named(text)
    if found is None or found.begin > now:
        return FieldMoment()
    day = str(found.begin.date())
    if found.begin == found.end:
        return FieldMoment(day, exact=found.begin)
    is_over = found.end < now
    note = _("The end of that day, in UTC.") if is_over else _("Today is not over yet, so this is now.")
    return FieldMoment(day, note=note)


def faults_of(asked: Asked, now: datetime) -> list[str]:
    """Return what is wrong with the moments that an address names."""
    return [fault for text in (asked.base_at, asked.head_at) if (fault := _fault_of(text, now))]


def _fault_of(text: str, now: datetime) -> str:
    if not text:
        return ""
    found = _named(text)
    if found is None:
        return _("“%(text)s” is no day, so the comparison is of now.") % {"text": text}
    if found.begin > now:
        return _("“%(text)s” lies in the future, so the comparison is of now.") % {"text": text}
    return ""


def _named(text: str) -> Span | None:
    """Return what a text names; None where it names nothing."""
    try:
        found = parse_datetime(text) if "T" in text else None
        day = parse_date(text) if found is None else None
    except ValueError:
        return None
    if day is not None:
        return Span(datetime.combine(day, time.min, UTC), moment_in_utc(datetime.combine(day, time.max, UTC)))
    if found is None:
        return None
    moment = moment_in_utc(found if found.tzinfo is not None else found.replace(tzinfo=UTC))
    return Span(moment, moment)


def compare_url(project: Project, asked: Asked) -> str:
    return f"{reverse('board:compare', args=[project.slug])}?{asked.query()}"


def swapped_url(project: Project, pair: Pair, asked: Asked) -> str:
    return compare_url(
        project,
        Asked(pair.head.version, pair.base.version, asked.head_at, asked.base_at),
    )


def presets(project: Project, pair: Pair, asked: Asked) -> list[Preset]:
    """Return moments that people often compare with: the second side is always now."""
    today = timezone.now().astimezone(UTC).date()
    moments = [
        (_("now"), ""),
        (_("a week ago"), str(today - timedelta(days=7))),
        (_("a month ago"), str(today - timedelta(days=30))),
    ]
    live_at = pair.base.live_at  # type: ignore[attr-defined]
    if live_at is not None:
        text = _("when %(version)s went live") % {"version": pair.base.version}
        moments.append((text, live_at.astimezone(UTC).isoformat()))
    named = replace(asked, base=pair.base.version, head=pair.head.version, head_at="", show="")
    return [
        Preset(
            text,
            compare_url(project, replace(named, base_at=moment)),
            is_chosen=asked.base_at == moment and not asked.head_at,
        )
        for text, moment in moments
    ]
