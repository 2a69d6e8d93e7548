"""Runs, the batches they are cut into, and the results they leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.types import Criterion, Verdict
from evaluation.verdicts import Judgement, judge_counts
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs import stability_models  # noqa: F401 - tables of this app in a file of their own
from tracker.runs.id_list_field import IdListField

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser

    from tracker.projects.models import User


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def to_wait_for(self) -> Self:
        """Those under way that will come to an end: of archived models nothing is asked."""
        return self.under_way().exclude(model__stage=Stage.ARCHIVED)

    def last_ended_of(self, models: Collection[CandidateModel]) -> Self:
        """The last run of each model that is not under way any more, in the order of the models' registration."""
        ended = Run.objects.exclude(status__in=UNDER_WAY).filter(model__in=models)
        last = ended.order_by().values("model").annotate(last=Max("pk")).values("last")
        return self.filter(pk__in=last).select_related("model").order_by("model")

    def last_asking_everything(self, models: Collection[int]) -> Self:
        """The newest run of each model that asks, or was to ask, it about everything; models by id."""
        asking = Run.objects.filter(model__in=models, asks_everything=True).order_by().values("model")
        return self.filter(pk__in=asking.annotate(last=Max("pk")).values("last")).select_related("project")

    def narrowed(self, *, model: str = "", status: str = "") -> Self:
        """Runs of a model, by its version, and of a status; what is empty narrows nothing."""
        found = self.filter(model__version=model) if model else self
        return found.filter(status=status) if status else found


class Run(models.Model):
    """One evaluation of one model.

    A model has at most one queued and one running run: requests for the same work collapse into the queued one.
    `problems` lists problem ids, or is null for whatever is stale when the run starts.
    `done` of `total` counts outputs asked and results written. A run that was cancelled or failed notes in
    `left_stale` what was stale then, so that the same work is not begun again by itself. One whose server does not
    answer says in `waiting_for` why, and asks again at `ask_again_at`; `refused` ones may not ask their model at all.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    model = models.ForeignKey(CandidateModel, on_delete=models.CASCADE, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    reasons = models.JSONField(default=list)
    problems = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    reused = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    waiting_for = models.TextField(blank=True)
    ask_again_at = models.DateTimeField(null=True, blank=True)
    pauses = models.PositiveSmallIntegerField(
        default=0, help_text=_("In a row, since the server last answered.")
    )
    refused = models.BooleanField(default=False)
    planned = models.BooleanField(default=False)
    asks_everything = models.BooleanField(
        default=False, help_text=_("It asks a volatile model about every input, known or not.")
    )
    left_stale = models.CharField(max_length=64, blank=True)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model"], condition=Q(status="queued"), name="run_one_queued"),
            models.UniqueConstraint(fields=["model"], condition=Q(status="running"), name="run_one_running"),
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["project", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.model_id}"

    @property
    def is_pausing(self) -> bool:
        """Whether it waits for the time to ask its server again."""
        return self.ask_again_at is not None and self.ask_again_at > timezone.now()


class Batch(models.Model):
    """Some examples of a run, asked together. Claimed by a conditional update, finished only by the claim's holder."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    example_ids = IdListField()
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    claims = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_number_once"),
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="batch_status_known"),
        ]

    def __str__(self) -> str:
        return f"batch {self.number} of run {self.run_id}"


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def current(self) -> Self:
        """Results on their problem's newest revision."""
        return self.filter(revision=F("problem__revision"))


class Result(models.Model):
    """One model on one problem at one revision.

    The first group counts all cases, the second the judged ones. `criterion` and `facts_version` say what the verdict
    rests on besides the patterns: where they differ from what is in force the result is stale and written anew.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(CandidateModel, on_delete=models.CASCADE, related_name="results")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="results")
    revision = models.PositiveIntegerField()
    criterion = models.CharField(max_length=200)
    facts_version = models.PositiveIntegerField()
    run_id = models.BigIntegerField(null=True, blank=True)
    scored_at = models.DateTimeField(default=timezone.now)

    n_cases = models.PositiveIntegerField()
    n_scored = models.PositiveIntegerField()
    n_failed = models.PositiveIntegerField()
    error = models.FloatField(null=True, blank=True)
    interval = models.JSONField(null=True, blank=True)
    failed_cases = models.JSONField(default=list)
    unscored_cases = models.JSONField(default=list)
    partial_errors = models.JSONField(
        default=dict, help_text=_("Case id to error, where it lies between 0 and 1.")
    )

    n_judged = models.PositiveIntegerField()
    n_judged_scored = models.PositiveIntegerField()
    n_judged_failed = models.PositiveIntegerField()
    judged_error = models.FloatField(null=True, blank=True)
    judged_interval = models.JSONField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    not_judged_cases = models.JSONField(default=list)

    objects = ResultQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "problem", "revision"], name="result_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=[verdict.value for verdict in Verdict]), name="result_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(n_failed__lte=F("n_scored"), n_scored__lte=F("n_cases")),
                name="result_counts_nest",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["problem", "revision"], name="result_problem_revision")]

    def __str__(self) -> str:
        return f"{self.model_id} on {self.problem_id} at {self.revision}: {self.verdict}"

    @property
    def judgement(self) -> Judgement:
        """What the judged cases say, from the stored counts."""
        return judge_counts(
            n_judged=self.n_judged,
            n_scored=self.n_judged_scored,
            n_failed=self.n_judged_failed,
            error=self.judged_error,
            criterion=Criterion.from_json(json.loads(self.criterion)),
        )
