"""Candidate models, their stages and activations, and what they said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.types import Output as EngineOutput
from tracker.problems.models import Pattern
from tracker.projects.id_lists import Among
from tracker.projects.models import Example, Project

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from tracker.projects.models import User

MAX_TRIES = 3
"""An error is asked again by the next runs until it has been tried so often; after that by hand."""


class Stage(models.TextChoices):
    CANDIDATE = "candidate", _("candidate")
    SHADOW = "shadow", _("shadow")
    ACTIVE = "active", _("active")
    ARCHIVED = "archived", _("archived")


class ModelFile(models.Model):
    """An uploaded model file, stored once per project. In the database, so that every worker host has it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="model_files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "sha256"], name="model_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class CandidateModelQuerySet(models.QuerySet["CandidateModel"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def taking_part(self) -> Self:
        """Models that are asked and counted: all but the archived ones."""
        return self.exclude(stage=Stage.ARCHIVED)

    def volatile(self) -> Self:
        """Those taking part that may answer otherwise each time they are asked."""
        return self.taking_part().filter(frozen=False)

    def with_last_activation(self) -> Self:
        """Annotate `live_at`: when each last went live, null where it never was."""
        own = Activation.objects.filter(model=OuterRef("pk")).newest_first()
        return self.annotate(live_at=Subquery(own.values("at")[:1]))

    def in_model_order(self) -> Self:
        """By `trained_at`, else the time of registration; ties by registration."""
        return self.order_by(Coalesce("trained_at", "registered_at"), "registered_at", "pk")


class CandidateModel(models.Model):
    """One version of the model under test.

    `facts_version` counts what was learned about the model outside runs (imported outputs, answers that replaced
    errors, what it was trained on); results made under an older count are stale.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="models")
    version = models.CharField(max_length=100)
    adapter = models.JSONField()
    # What `adapter` hides; see tracker/candidates/secrets.py.
    sealed_secrets = models.TextField(default="", blank=True, editable=False)
    file = models.ForeignKey(
        ModelFile, null=True, blank=True, on_delete=models.PROTECT, related_name="models"
    )
    trained_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(default=timezone.now)
    frozen = models.BooleanField(default=True)
    ask_again_every = models.PositiveSmallIntegerField(
        null=True, blank=True, default=24, help_text=_("Hours; only volatile models are asked again.")
    )
    lineage = models.JSONField(default=dict, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.CANDIDATE)
    facts_version = models.PositiveIntegerField(default=0)
    says_trained_on = models.BooleanField(default=False)

    objects = CandidateModelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "version"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(stage=Stage.ACTIVE), name="model_one_active"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="model_stage_known"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def order_key(self) -> tuple[datetime, datetime, int]:
        return (self.trained_at or self.registered_at, self.registered_at, self.pk)


class ActivationQuerySet(models.QuerySet["Activation"]):
    def about(self, model: CandidateModel) -> Self:
        """A model's own, and the undo of one of them after which no model was active."""
        left_none = Q(project=model.project_id, model=None, evidence__undoes=model.version)
        return self.filter(Q(model=model) | left_none)

    def in_order(self) -> Self:
        return self.order_by("at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Activation(models.Model):
    """A model went live (or, without a model, none was live any more) at a time.

    `evidence` is what it rested on when it was made. One that was undone (`undone_at`) did happen all the same: its
    model was live, so it stays a formerly active one, and the undo is an activation of its own.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activations")
    model = models.ForeignKey(
        CandidateModel, null=True, blank=True, on_delete=models.CASCADE, related_name="activations"
    )
    at = models.DateTimeField(default=timezone.now)
    evidence = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ActivationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.model} live at {self.at:%Y-%m-%d %H:%M}"


_NO_TEXT = Value("", output_field=models.TextField())
_NO_ANSWER = {"label": _NO_TEXT, "scores": _NO_TEXT, "value": Value(0.0), "text": _NO_TEXT}
"""What stands for a missing part of an answer where two answers are compared; null equals nothing, not even null."""


class OutputQuerySet(models.QuerySet["Output"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(is_current=True)

    def for_examples(self, examples: Collection[int]) -> Self:
        """Of one model's outputs those for these examples. A look at their stretch, where often nothing is yet, comes
        before looking up each.
        """
        if not examples or not self.filter(example__gte=min(examples), example__lte=max(examples)).exists():
            return self.none()
        return self.filter(Among("example_id", examples))

    def past(self) -> Self:
        """What others have replaced. By its model it is found by an index of its own, as what is current is."""
        return self.filter(is_current=False)

    def answers(self) -> Self:
        return self.current().filter(error=None)

    def for_patterns_of(self, project: Project) -> Self:
        """Outputs, those of the past too, for examples that a project's patterns use or used."""
        patterns = Pattern.objects.filter(project=project)
        bases = patterns.exclude(base=None).values("base")
        return self.filter(Q(example__in=patterns.values("example")) | Q(example__in=bases), project=project)

    def errors_of_run(self, model: int, run: int) -> Self:
        """Errors that a run left and that no later answer has replaced."""
        return self.current().filter(model=model, run_id=run, error__isnull=False)

    def of_models_for(self, models: Collection[int], examples: Collection[int]) -> Self:
        """Answers of these models for these examples, those of the past too: each of both has an index of its own."""
        told = self.filter(model__in=models, example__in=examples, error=None)
        return told.past().union(told.current(), all=True)

    def beside(self, by: int, than: int) -> Self:
        """Answers of one model to examples that the other answered too, with the parts of the other's as `other_label`
        and so on.
        """
        others = Q(example__outputs__model=than, example__outputs__is_current=True)
        parts = {f"other_{name}": F(f"other__{name}") for name in ("pk", "error", *_NO_ANSWER)}
        pairs = (
            self.answers()
            .filter(model=by)
            .alias(other=FilteredRelation("example__outputs", condition=others))
        )
        return pairs.annotate(**parts).filter(other_pk__isnull=False, other_error=None)

    def answered_otherwise(self, by: int, than: int) -> Self:
        """Of what two models answered beside each other that which is not the same to the last digit, and some pair at
        all: where there is none, there is no example that both answered.
        """
        pairs = self.beside(by, than)
        same = Q(Value(True))
        for name, nothing in _NO_ANSWER.items():
            same &= Q(Exact(Coalesce(F(name), nothing), Coalesce(F(f"other_{name}"), nothing)))
        return pairs.filter(~same | Q(pk=Subquery(pairs.values("pk")[:1])))

    def told_by(self, model: int, run: int) -> Self:
        """The answers of a model that a run got, those too that it had before."""
        return self.answers().filter(Q(run_id=run) | Q(confirmed_run_id=run), model=model)

    def changed_in(self, model: int, run: int) -> Self:
        """The answers that a run got of a volatile model in place of others."""
        return self.filter(model=model, run_id=run, replaces__isnull=False)

    def settled(self) -> Self:
        """What is not asked again: answers, and errors tried often enough."""
        return self.current().filter(Q(error=None) | Q(tries__gte=MAX_TRIES))


class Output(models.Model):
    """What a model said for an example, or the error that came instead.

    Frozen models have one current row per example; for volatile ones the older rows are the history. A new row says in
    `replaces` which one it came after. The same answer again makes no row: `confirmed_run_id` is the last run that got
    it.

    By far the most rows, and written in bulk: the database does not look up a row's model and project once more, since
    whoever writes one holds the model's lock (`output_storage.lock_model`), and what it would find rows by, it has.
    """

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    model = models.ForeignKey(
        CandidateModel, on_delete=models.CASCADE, related_name="outputs", db_constraint=False, db_index=False
    )
    # Examples are never deleted. A constraint without an index of its own would make the database look through all
    # outputs for each that is.
    example = models.ForeignKey(
        Example, on_delete=models.PROTECT, related_name="outputs", db_constraint=False, db_index=False
    )
    label = models.TextField(null=True, blank=True)  # noqa: DJ001 - missing is not an empty label
    scores = models.TextField(null=True, blank=True, help_text=_("JSON object, label to score."))  # noqa: DJ001
    value = models.FloatField(null=True, blank=True)
    text = models.TextField(null=True, blank=True)  # noqa: DJ001 - a model may well answer with an empty text
    error = models.TextField(null=True, blank=True)  # noqa: DJ001
    tries = models.PositiveSmallIntegerField(default=1)
    run_id = models.BigIntegerField(null=True, blank=True)
    confirmed_run_id = models.BigIntegerField(null=True, blank=True)
    replaces = models.BigIntegerField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OutputQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model", "example"], condition=Q(is_current=True), name="output_current_once"
            ),
            models.CheckConstraint(
                condition=Q(error=None)
                & (
                    Q(label__isnull=False)
                    | Q(scores__isnull=False)
                    | Q(value__isnull=False)
                    | Q(text__isnull=False)
                )
                | Q(error__isnull=False, label=None, scores=None, value=None, text=None),
                name="output_answer_or_error",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["model", "example"], condition=Q(is_current=False), name="output_history"),
            models.Index(
                fields=["run_id"], condition=Q(replaces__isnull=False), name="output_changed_in_run"
            ),
        ]

    def __str__(self) -> str:
        return self.error or self.label or self.text or str(self.value)

    @property
    def answer(self) -> EngineOutput | None:
        """The output as the engine reads it; None where an error came instead."""
        return None if self.error is not None else read_answer(self.label, self.scores, self.value, self.text)


def read_answer(label: str | None, scores: str | None, value: float | None, text: str | None) -> EngineOutput:
    """Return an answer from the columns it is stored in."""
    read = json.loads(scores) if scores is not None else None
    return EngineOutput(label=label, scores=read, value=value, text=text)


class TrainedOn(models.Model):
    """The digest of an input that a model says it was trained on; the input itself need not be known."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(CandidateModel, on_delete=models.CASCADE, related_name="trained_on")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["model", "digest"], name="trained_on_once")]

    def __str__(self) -> str:
        return self.digest
