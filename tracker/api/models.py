"""The answers that a repeated request gets again."""

from django.db import models
from django.utils import timezone

from tracker.projects.models import Project


class IdempotentAnswer(models.Model):
    """The first answer to a request with an `Idempotency-Key`; without a status the first is still at work.

    `identity` is the digest of who asked, the path and the key. Creating a project belongs to none yet.
    """

    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    identity = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.identity
