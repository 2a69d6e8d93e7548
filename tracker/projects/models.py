"""People, projects, who may do what in them, the examples they hold, and the log of what happened."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.priority import DEFAULT_HARM_SCALE
from evaluation.types import JSON, Criterion
from tracker.projects.activation_policy import ActivationPolicy, default_activation_policy
from tracker.projects.rights import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SLUG_PATTERN = r"[a-z0-9][a-z0-9_-]{0,79}"
slug_validator = RegexValidator(
    rf"^{SLUG_PATTERN}\Z",
    _("Use small letters, digits, - and _, at most 80, beginning with a letter or digit."),
)


class User(AbstractUser):
    """A person who signs in. A model of our own, so that fields can be added without a migration of every key."""


class Task(models.TextChoices):
    CLASSIFICATION = "classification", _("classification")
    REGRESSION = "regression", _("regression")
    TEXT = "text", _("text")


class InputKind(models.TextChoices):
    TEXT = "text", _("text")
    TEXT_PAIR = "text_pair", _("pair of texts")
    CHAT = "chat", _("chat")
    TABLE = "table", _("table row")
    IMAGE = "image", _("image")
    JSON = "json", _("JSON")


def default_harm_scale() -> dict[str, float]:
    return dict(DEFAULT_HARM_SCALE)


def default_criterion() -> str:
    return criterion_text(Criterion())


def criterion_text(criterion: Criterion) -> str:
    """Return a criterion in the one spelling in which rows store and compare it."""
    return json.dumps(criterion.to_json(), sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=256)
def criterion_of(text: str) -> Criterion:
    """Return a stored criterion. A board asks for that of every problem, and they have few between them."""
    return Criterion.from_json(json.loads(text))


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(memberships__user=user)

    def with_role_of(self, user: User) -> Self:
        """Annotate `role_here`: the role that the user has in each project, null for none."""
        own = Membership.objects.filter(project=OuterRef("pk"), user=user, user__is_active=True)
        return self.annotate(role_here=Subquery(own.values("role")[:1]))

    def activating_by_themselves(self) -> Self:
        return self.filter(activation_policy__mode="automatic")

    def this_one_first(self, slug: str) -> Self:
        return self.order_by(Case(When(slug=slug, then=0), default=1), "name", "pk")


class Project(models.Model):
    """One ML task."""

    slug = models.CharField(max_length=80, unique=True, validators=[slug_validator])
    name = models.CharField(max_length=200)
    task = models.CharField(max_length=20, choices=Task, default=Task.CLASSIFICATION)
    input_kind = models.CharField(max_length=20, choices=InputKind, default=InputKind.TEXT)
    labels = models.JSONField(default=list, blank=True)
    active_users = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    window_days = models.PositiveIntegerField(default=28, validators=[MinValueValidator(1)])
    harm_scale = models.JSONField(default=default_harm_scale)
    fix_criterion = models.CharField(max_length=200, default=default_criterion)
    activation_policy = models.JSONField(default=default_activation_policy)
    next_number = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(task__in=Task.values), name="project_task_known"),
            models.CheckConstraint(
                condition=Q(input_kind__in=InputKind.values), name="project_input_kind_known"
            ),
            models.CheckConstraint(condition=Q(active_users__gte=1), name="project_active_users_positive"),
            models.CheckConstraint(condition=Q(window_days__gte=1), name="project_window_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def criterion(self) -> Criterion:
        return criterion_of(self.fix_criterion)

    @property
    def policy(self) -> ActivationPolicy:
        return ActivationPolicy(**self.activation_policy)

    @property
    def harms(self) -> list[tuple[str, float]]:
        """The harm scale from the least to the worst; a stored JSON object promises no order."""
        return sorted(self.harm_scale.items(), key=lambda harm: (harm[1], harm[0]))


class Membership(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.project}"


class TokenQuerySet(models.QuerySet["Token"]):
    def alive(self) -> Self:
        return self.filter(revoked_at=None)

    def with_secret(self, secret: str) -> Self:
        return self.alive().filter(secret_hash=Token.hash_of(secret)).select_related("project", "user")


class Token(models.Model):
    """An API token: bound to one project, stored as a hash only."""

    PREFIX: ClassVar = "mlpt_"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tokens")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=100)
    scopes = models.JSONField()
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def new_secret(cls) -> str:
        return cls.PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(secret: str) -> str:
        # The secret has 256 random bits, so a plain hash cannot be searched backwards; no slow hash is needed.
        return hashlib.sha256(secret.encode()).hexdigest()


class ExampleQuerySet(models.QuerySet["Example"]):
    def newest_of(self, project: Project) -> Self:
        return self.filter(project=project).order_by("-pk")


class Example(models.Model):
    """One input, stored once per project under the digest of its canonical JSON."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="examples")
    digest = models.CharField(max_length=64)
    content = models.TextField(help_text=_("The input's canonical JSON (RFC 8785)."))

    objects = ExampleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "digest"], name="example_once")]

    def __str__(self) -> str:
        return self.content[:80]

    @property
    def input(self) -> JSON:
        value: JSON = json.loads(self.content)
        return value


REVISION_EVENTS = (
    "patterns_added", "pattern_relabelled", "pattern_retired", "pattern_restored", "patterns_restored",
    "addition_undone",
)  # fmt: skip
"""The events that say when a problem's revision was made: each names its number."""


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)

    def changing_patterns(self) -> Self:
        """Lines about a new revision of a problem's test patterns."""
        return self.filter(kind__in=REVISION_EVENTS, evidence__has_key="revision")


class Event(models.Model):
    """One line of the log: who or what did what, with the evidence. Written once, never changed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="events")
    subject = models.CharField(
        max_length=10, choices=[(name, name) for name in ("project", "problem", "model")]
    )
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["project", "subject", "subject_id", "-id"], name="event_timeline")
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("An event is written once.")
        super().save(*args, **kwargs)
