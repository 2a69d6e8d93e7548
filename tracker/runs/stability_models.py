"""What runs tell of whether a model's answers stay: counts per run, and the inputs that were asked a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.drift import Nearer, Repeats, Stability
from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, read_answer
from tracker.projects.models import Example, Project

if TYPE_CHECKING:
    from collections.abc import Collection


class StabilityCheckQuerySet(models.QuerySet["StabilityCheck"]):
    def newest_of(self, model_ids: Collection[int]) -> Self:
        """The newest check of each of some models."""
        newest = self.filter(model__in=model_ids).order_by().values("model").annotate(pk_of_newest=Max("pk"))
        return self.filter(pk__in=newest.values("pk_of_newest"))


class StabilityCheck(models.Model):
    """One run's repeats, counted as `evaluation.drift.Repeats` says.

    Of a frozen model `n_asked` known inputs were asked again, and `n_changed` of them were answered otherwise than
    stored.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(CandidateModel, on_delete=models.CASCADE, related_name="stability_checks")
    run = models.OneToOneField("runs.Run", on_delete=models.CASCADE, related_name="stability_check")
    at = models.DateTimeField(default=timezone.now)
    seed = models.BigIntegerField(help_text=_("Of the draws of what was repeated."))
    stability = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Stability])
    p_value = models.FloatField(null=True, blank=True)
    n_asked = models.PositiveIntegerField()
    n_changed = models.PositiveIntegerField()
    n_nearer_new = models.PositiveIntegerField()
    n_nearer_former = models.PositiveIntegerField()
    n_kept = models.PositiveIntegerField()
    n_sampled = models.PositiveIntegerField()
    n_differing = models.PositiveIntegerField()
    n_missing = models.PositiveIntegerField(
        default=0, help_text=_("Inputs that were to be asked again, and not answered.")
    )
    n_times = models.PositiveSmallIntegerField(
        default=1, help_text=_("How often each input whose answer had changed was asked again.")
    )

    objects = StabilityCheckQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stability__in=[each.value for each in Stability]), name="stability_known"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}: {self.stability}"

    @property
    def repeats(self) -> Repeats:
        return Repeats(
            n_asked=self.n_asked,
            n_changed=self.n_changed,
            n_nearer_new=self.n_nearer_new,
            n_nearer_former=self.n_nearer_former,
            n_kept=self.n_kept,
            n_sampled=self.n_sampled,
            n_differing=self.n_differing,
            n_missing=self.n_missing,
            n_times=self.n_times,
        )


class RepeatedAnswer(models.Model):
    """What a model said the second time within a run.

    Kept of inputs whose answer had changed (`nearer` says what the repeat came to), and of those sampled ones whose
    repeat differs. Of a frozen model: of known inputs that were answered otherwise than stored.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    stability_check = models.ForeignKey(StabilityCheck, on_delete=models.CASCADE, related_name="answers")
    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="+")
    label = models.TextField(null=True, blank=True)  # noqa: DJ001 - as in an output
    scores = models.TextField(null=True, blank=True)  # noqa: DJ001
    value = models.FloatField(null=True, blank=True)
    text = models.TextField(null=True, blank=True)  # noqa: DJ001
    differs = models.BooleanField(
        help_text=_("From the answer that the run stored; if frozen, from the stored one.")
    )
    nearer = models.CharField(
        max_length=10, blank=True, choices=[(each.value, each.value) for each in Nearer]
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stability_check", "example"], name="repeated_answer_once")
        ]

    def __str__(self) -> str:
        return self.label or self.text or str(self.value)

    @property
    def answer(self) -> EngineOutput:
        return read_answer(self.label, self.scores, self.value, self.text)
