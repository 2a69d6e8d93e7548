"""What people say: reports, moves of problems, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem, Status
from tracker.projects.models import Example, Project, Token

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.projects.models import User


class ReportStatus(models.TextChoices):
    NEW = "new", _("new")
    LINKED = "linked", _("linked")
    DISMISSED = "dismissed", _("dismissed")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def new(self) -> Self:
        return self.filter(status=ReportStatus.NEW)

    def waiting_in(self, project: Project, status: str) -> Self:
        """Reports of a project that stand so: new, linked or dismissed."""
        return self.filter(project=project, status=status)

    def of_problem(self, problem: Problem) -> Self:
        """Reports of the problem and of those merged into it."""
        return self.filter(Q(problem=problem) | Q(problem__duplicate_of=problem))


class Report(models.Model):
    """One user's complaint about one prediction.

    `reporter` is a keyed hash: it tells two people apart and never who they are.
    `external_scope` is empty, or the id of the report token under which `external_id` has to be unique.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="reports")
    model = models.ForeignKey(
        CandidateModel, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    problem = models.ForeignKey(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.NEW)
    dismissed_because = models.TextField(blank=True)
    predicted = models.JSONField()
    expected = models.JSONField(null=True, blank=True)
    reporter = models.CharField(max_length=64, blank=True)
    comment = models.TextField(blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - none is not an empty id
    external_scope = models.CharField(max_length=20, blank=True)
    body_digest = models.CharField(max_length=64)
    token = models.ForeignKey(Token, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "external_scope", "external_id"],
                condition=Q(external_id__isnull=False),
                name="report_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.LINKED, problem__isnull=False)
                | (Q(status__in=[ReportStatus.NEW, ReportStatus.DISMISSED]) & Q(problem__isnull=True)),
                name="report_linked_to_a_problem",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "status", "-id"], name="report_inbox"),
            models.Index(fields=["problem", "occurred_at"], name="report_window"),
            models.Index(fields=["project", "reporter"], name="report_reporter"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class MoveQuerySet(models.QuerySet["Move"]):
    def in_order(self) -> Self:
        return self.order_by("at", "pk")


class Move(models.Model):
    """A person moved a problem. Only added, never changed: the status is a function of the moves and the evidence."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="moves")
    to = models.CharField(max_length=20, choices=Status)
    reason = models.TextField(blank=True)
    duplicate_of = models.ForeignKey(
        Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    objects = MoveQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to__in=["triage", "confirmed", "in_progress", "rejected", "duplicate", "fixed"]),
                name="move_people_make",
            ),
            models.CheckConstraint(
                condition=Q(to="duplicate", duplicate_of__isnull=False)
                | (~Q(to="duplicate") & Q(duplicate_of__isnull=True)),
                name="move_duplicate_names_another",
            ),
            models.CheckConstraint(
                condition=~Q(to__in=["rejected", "fixed"]) | ~Q(reason=""), name="move_has_its_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["problem", "at"], name="move_order")]

    def __str__(self) -> str:
        return f"{self.problem} to {self.to}"


class Comment(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="comments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
