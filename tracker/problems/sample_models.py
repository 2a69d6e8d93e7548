"""Samples: unlabelled inputs drawn by chance, labelled while the models' outputs are hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.projects.models import Example, Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.projects.models import User


class SampleOrigin(models.TextChoices):
    """Where the inputs are from that a sample is drawn from."""

    PASTED = "pasted", _("a pasted list")
    FILE = "file", _("a file")
    OTHER_PROBLEMS = "other_problems", _("reports of other problems")
    INBOX = "inbox", _("reports in the inbox")
    REPORTS = "reports", _("all other reports")


class SampleStatus(models.TextChoices):
    OPEN = "open", _("being labelled")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class Decision(models.TextChoices):
    """What a person said of a drawn input. Dropping one is no bias while nobody has looked at outputs."""

    UNDECIDED = "undecided", _("not decided yet")
    LABELLED = "labelled", _("labelled")
    CANNOT_BE_SAID = "cannot_be_said", _("cannot be said")
    NOT_THIS_PROBLEM = "not_this_problem", _("not of this problem")


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(status=SampleStatus.OPEN)

    def with_counts(self) -> Self:
        """Annotate how many inputs were drawn, and how many of them each decision has."""
        decided = {
            f"n_{decision.value}": Count("inputs", filter=Q(inputs__decision=decision))
            for decision in Decision
        }
        added = Count("inputs", filter=Q(inputs__added_in__isnull=False))
        return self.annotate(n_drawn=Count("inputs"), n_added=added, **decided)


class Sample(models.Model):
    """One draw: `pool` distinct inputs, those drawn in the order of their chance under `seed`.

    `pool_digest` tells whether a later list is the one that was drawn from. `expectation` holds the type of what is
    expected and what all inputs share of it (tolerances); the rest is said input by input.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="samples")
    origin = models.CharField(max_length=20, choices=SampleOrigin)
    seed = models.PositiveIntegerField()
    pool = models.PositiveIntegerField()
    pool_digest = models.CharField(max_length=64)
    known = models.PositiveIntegerField()
    """Inputs that were left out of the pool, since they are here already."""
    expectation = models.JSONField()
    status = models.CharField(max_length=10, choices=SampleStatus, default=SampleStatus.OPEN)
    drawn_by = models.CharField(max_length=200)
    drawn_at = models.DateTimeField(default=timezone.now)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            # Whoever draws twice at once, or sends a form twice, labels one sample.
            models.UniqueConstraint(fields=["problem"], condition=Q(status="open"), name="sample_one_open"),
            models.CheckConstraint(condition=Q(status__in=SampleStatus.values), name="sample_status_known"),
            models.CheckConstraint(condition=Q(origin__in=SampleOrigin.values), name="sample_origin_known"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="sample_closed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"sample {self.pk}"

    @property
    def shared(self) -> dict[str, Any]:
        """What every input's expectation has in common, its type among it."""
        fields: dict[str, Any] = self.expectation
        return fields


class SampledInputQuerySet(models.QuerySet["SampledInput"]):
    def in_order(self) -> Self:
        return self.order_by("position")

    def undecided(self) -> Self:
        return self.filter(decision=Decision.UNDECIDED)

    def to_add(self) -> Self:
        """Labelled, and no test pattern yet."""
        return self.filter(decision=Decision.LABELLED, added_in=None)


class SampledInput(models.Model):
    """One drawn input and what was decided of it; `changes` counts the decisions, so that a stale page is noticed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="inputs")
    position = models.PositiveIntegerField()
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=20, choices=Decision, default=Decision.UNDECIDED)
    selected_on = models.JSONField(default=list)
    """The models on whose failure the input was reported, where it was drawn from reports."""
    expectation = models.TextField(blank=True, help_text=_("Canonical JSON."))
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    changes = models.PositiveIntegerField(default=0)
    added_in = models.PositiveIntegerField(null=True, blank=True)

    objects = SampledInputQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "position"], name="sampled_position_once"),
            models.UniqueConstraint(fields=["sample", "example"], name="sampled_input_once"),
            models.CheckConstraint(
                condition=Q(decision=Decision.LABELLED.value) & ~Q(expectation="")
                | Q(decision__in=["undecided", "cannot_be_said", "not_this_problem"], expectation=""),
                name="sampled_label_or_none",
            ),
            models.CheckConstraint(
                condition=Q(added_in=None) | Q(decision="labelled", added_in__gt=0),
                name="sampled_added_when_labelled",
            ),
        ]

    def __str__(self) -> str:
        return f"input {self.position} of sample {self.sample_id}"

    @property
    def expectation_fields(self) -> dict[str, Any]:
        """What is expected of it; empty until it is labelled."""
        fields: dict[str, Any] = json.loads(self.expectation) if self.expectation else {}
        return fields
