"""Problems and the test patterns that describe them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.types import JSON, Criterion
from tracker.problems import sample_models  # noqa: F401 - tables of this app in a file of their own
from tracker.projects.id_lists import exactly
from tracker.projects.models import Example, Project, criterion_of, slug_validator

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser

    from tracker.projects.models import User


class Status(models.TextChoices):
    """In the order of the board's columns; the last two are not on the board."""

    REGRESSED = "regressed", _("Regressed")
    TRIAGE = "triage", _("Triage")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_PROGRESS = "in_progress", _("In progress")
    FIX_AVAILABLE = "fix_available", _("Fix available")
    FIXED = "fixed", _("Fixed")
    REJECTED = "rejected", _("Rejected")
    DUPLICATE = "duplicate", _("Duplicate")


CLOSED = (Status.REJECTED, Status.DUPLICATE)
"""Every other problem is open: fixed ones too, else a regression would cost nothing."""


class UsersAffectedSource(models.TextChoices):
    REPORTS = "reports", _("reports")
    MANUAL = "manual", _("set by hand")
    UNKNOWN = "unknown", _("unknown")


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def open(self) -> Self:
        return self.exclude(status__in=CLOSED)

    def with_criterion(self) -> Self:
        """Annotate `criterion_in_force`: the problem's own fix criterion, else the project's, as stored text."""
        return self.annotate(criterion_in_force=Coalesce("fix_criterion", "project__fix_criterion"))

    def by_priority(self) -> Self:
        return self.order_by(F("priority").desc(nulls_last=True), "number")


class Problem(models.Model):
    """A kind of wrong prediction.

    People write the first group of fields. The second is derived: one function for the status (triage.statuses) and
    one for the priority (triage.priorities) rewrite it whenever a fact that it rests on changes.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField()
    slug = models.CharField(max_length=80, validators=[slug_validator])
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    harm_name = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 - no name is not an empty name
    harm = models.FloatField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_problems",
    )
    labels = models.JSONField(default=list, blank=True)
    fix_criterion = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - null is the project's own
    users_affected_by_hand = models.FloatField(null=True, blank=True)
    users_affected_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    status = models.CharField(max_length=20, choices=Status, default=Status.TRIAGE)
    status_since = models.DateTimeField(default=timezone.now)
    status_evidence = models.JSONField(default=dict)
    not_proven_again = models.BooleanField(default=False)
    closed_by_hand = models.BooleanField(default=False)
    legal_moves = models.JSONField(null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    users_affected_percent = models.FloatField(null=True, blank=True)
    users_affected_source = models.CharField(
        max_length=10, choices=UsersAffectedSource, default=UsersAffectedSource.UNKNOWN
    )
    users_affected_as_of = models.DateTimeField(null=True, blank=True)
    normalized_error = models.FloatField(default=1.0)
    provisional = models.BooleanField(default=True)
    priority = models.FloatField(null=True, blank=True)
    introduced_in = models.JSONField(null=True, blank=True)
    fixed_in = models.JSONField(null=True, blank=True)
    cases_count = models.PositiveIntegerField(default=0)
    reports_count = models.PositiveIntegerField(default=0)
    reports_since_fixed = models.PositiveIntegerField(default=0)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "slug"], name="problem_slug_once"),
            models.UniqueConstraint(fields=["project", "number"], name="problem_number_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="problem_status_known"),
            models.CheckConstraint(condition=Q(harm__gte=0), name="problem_harm_not_negative"),
            models.CheckConstraint(
                condition=Q(users_affected_by_hand__gte=0, users_affected_by_hand__lte=100),
                name="problem_users_by_hand_percent",
            ),
            models.CheckConstraint(
                condition=Q(users_affected_percent__gte=0, users_affected_percent__lte=100),
                name="problem_users_percent",
            ),
            models.CheckConstraint(
                condition=Q(normalized_error__gte=0, normalized_error__lte=1), name="problem_error_normalized"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DUPLICATE, duplicate_of__isnull=False)
                | (~Q(status=Status.DUPLICATE) & Q(duplicate_of__isnull=True)),
                name="problem_duplicate_names_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "status", "-priority"], name="problem_board"),
            models.Index(fields=["project", "-priority"], name="problem_priority"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"

    @property
    def criterion(self) -> Criterion:
        return criterion_of(self.fix_criterion or self.project.fix_criterion)


class CaseQuerySet(models.QuerySet["Case"]):
    def alive_at(self, revision: int) -> Self:
        """Cases that had a living pattern at that revision."""
        patterns = Pattern.objects.alive_at(revision).filter(case=OuterRef("pk"))
        return self.filter(Exists(patterns))

    def only_selected(self) -> Self:
        """Living cases that are there for what a model said of them, by all that is known of where they are from."""
        known = CaseSource.objects.filter(case=OuterRef("pk"), added_in__lte=OuterRef("problem__revision"))
        alive = Pattern.objects.alive_at(OuterRef("problem__revision")).filter(case=OuterRef("pk"))
        return self.filter(Exists(alive), ~Exists(known.exclude(kind=SourceKind.SELECTED_ON)))

    def filed_at(self, revision: int, problem_ids: Collection[int]) -> models.QuerySet[Case, tuple[int]]:
        """Ids of these problems' cases that by then had no source but the models that they were selected on."""
        elsewhere = CaseSource.objects.filter(case=OuterRef("pk"), added_in__lte=revision)
        unselected = elsewhere.exclude(kind=SourceKind.SELECTED_ON)
        return self.filter(exactly("problem_id", problem_ids), ~Exists(unselected)).values_list("pk")


class Case(models.Model):
    """One or more patterns of a problem that stand or fall together: the unit that is counted."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="cases")
    key = models.CharField(max_length=200)
    added_in = models.PositiveIntegerField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["problem", "key"], name="case_key_once")]

    def __str__(self) -> str:
        return self.key


class SourceKind(models.TextChoices):
    WRITTEN = "written", _("written")
    SAMPLED = "sampled", _("sampled")
    GENERATED = "generated", _("generated")
    SELECTED_ON = "selected_on", _("selected on a model")


class CaseSource(models.Model):
    """One place where a case is from; a case has a set of them, counted from the revision that brought each.

    `version` names the model that a case was selected on, whether it is registered yet or not; empty for the others.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=12, choices=SourceKind)
    version = models.CharField(max_length=100, blank=True)
    added_in = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind", "version"], name="case_source_once"),
            models.CheckConstraint(
                condition=(Q(kind=SourceKind.SELECTED_ON) & ~Q(version=""))
                | (
                    Q(kind__in=[SourceKind.WRITTEN, SourceKind.SAMPLED, SourceKind.GENERATED]) & Q(version="")
                ),
                name="case_source_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}".strip()


class PatternQuerySet(models.QuerySet["Pattern"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def alive_at(self, revision: int | F | OuterRef) -> Self:
        """Patterns of the set as it was: from `added_in` up to, not including, `retired_in`."""
        return self.filter(Q(retired_in=None) | Q(retired_in__gt=revision), added_in__lte=revision)

    def seen(self) -> Self:
        """Patterns, the retired ones too, of all but the rows of an unfinished bulk."""
        return self.filter(added_in__lte=F("problem__revision"))

    def no_relabelled(self) -> Self:
        """Patterns that were added or brought back: they stand in place of none with another expectation."""
        return self.filter(Q(replaces=None) | Q(replaces__identity=F("identity")))

    def alive(self) -> Self:
        """Patterns alive at their problem's current revision; rows of an unfinished bulk are not."""
        return self.alive_at(F("problem__revision"))

    def first_of_each_case(self) -> PatternQuerySet:
        """Of these patterns the oldest of every case."""
        firsts = self.order_by().values("case").annotate(first=Min("pk")).values("first")
        return Pattern.objects.filter(pk__in=firsts)


class Pattern(models.Model):
    """An example with an expectation, optionally compared with a base. Immutable: to change it is to retire it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="patterns")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="patterns")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="patterns")
    base = models.ForeignKey(
        Example, null=True, blank=True, on_delete=models.PROTECT, related_name="patterns_as_base"
    )
    expectation = models.TextField(help_text=_("Canonical JSON."))
    identity = models.CharField(max_length=64)
    added_in = models.PositiveIntegerField()
    retired_in = models.PositiveIntegerField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    meta = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PatternQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["problem", "identity"], condition=Q(retired_in=None), name="pattern_alive_once"
            ),
            models.CheckConstraint(
                condition=Q(retired_in__gt=F("added_in")), name="pattern_lives_before_it_retires"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["problem", "identity"], name="pattern_identity")]

    def __str__(self) -> str:
        return f"pattern {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A pattern is immutable; retire it and add another.")
        super().save(*args, **kwargs)

    @property
    def expectation_fields(self) -> dict[str, JSON]:
        fields: dict[str, JSON] = json.loads(self.expectation)
        return fields


class OpenRevision(models.Model):
    """A bulk that is writing the next revision of a problem, unseen until its last transaction.

    One per problem. While `lease_until` lies ahead no other writer may begin; after that the bulk is taken for killed
    and the next writer, or the sweeper, removes what it wrote: with `creates_problem` the problem too.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.OneToOneField(Problem, on_delete=models.CASCADE, related_name="open_revision")
    revision = models.PositiveIntegerField()
    token = models.UUIDField()
    lease_until = models.DateTimeField()
    creates_problem = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.problem}, being written"
