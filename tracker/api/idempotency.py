"""Safe repeats: a POST with an `Idempotency-Key` does its work once, and the repeat gets the first answer.

Only what succeeded is kept. A refused request did nothing, so its repeat is tried like a first one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from tracker.api.authentication import person_of
from tracker.api.models import IdempotentAnswer
from tracker.projects.errors import Busy, Conflict, Invalid
from tracker.projects.models import Token
from tracker.projects.sealing import seal, unseal

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from tracker.projects.models import Project

KEPT_FOR = timedelta(hours=24)
TAKEN_OVER_AFTER = timedelta(minutes=15)
"""A bulk that has not answered by then was killed; its repeat takes over, and finds duplicates."""

MAX_KEY = 255
FORGOTTEN_AT_ONCE = 100


class Storing(Enum):
    """How the answer is stored beside what the request changed."""

    WITH_THE_EFFECT = auto()
    """In one transaction: both stand or neither."""

    AFTER_THE_EFFECT = auto()
    """For long bulks in many transactions, whose lines are duplicates when sent again."""


def once(
    request: Request,
    digest: str,
    work: Callable[[], Response],
    *,
    storing: Storing,
    project: Project | None = None,
) -> Response:
    """Do the work unless it was done under this key.

    Raises Conflict for another body under the key, Busy while the first request is at work.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise Invalid({"Idempotency-Key": [_("Give 1 to 255 printable characters.")]})
    claim = _Claim(f"{_owner(request)}\0{request.path}", key, digest, project)
    if storing is Storing.WITH_THE_EFFECT:
        with transaction.atomic():
            # A second request with the key waits here, in the database, until the first has ended.
            return claim.first_answer() or claim.keep(work())
    first = claim.first_answer()
    if first is not None:
        return first
    try:
        return claim.keep(work())
    except BaseException:
        claim.give_up()
        raise


class _Claim:
    """The right of one request to do the work of a key."""

    def __init__(self, scope: str, key: str, digest: str, project: Project | None) -> None:
        # An answer may hold a token's secret: only whoever knows the key reads it again.
        self._purpose = f"tracker.api.sealing {key}"
        # One column of fixed size instead of three long ones, and the key itself is not written down.
        self._identity = hashlib.sha256(f"{scope}\0{key}".encode()).hexdigest()
        self._digest = digest
        self._project = project

    def first_answer(self) -> Response | None:
        """Claim the key and return None, or return the answer of whoever had it first."""
        now = timezone.now()
        rows = IdempotentAnswer.objects.filter(identity=self._identity)
        forget_old_answers(now)
        rows.filter(created_at__lte=now - KEPT_FOR).delete()
        rows.filter(status=None, created_at__lte=now - TAKEN_OVER_AFTER).delete()
        try:
            with transaction.atomic():
                IdempotentAnswer.objects.create(
                    identity=self._identity, body_digest=self._digest, project=self._project, created_at=now
                )
        except IntegrityError:
            return self._repeated(rows.first())
        return None

    def keep(self, answer: Response) -> Response:
        content = seal(msgspec.json.encode(answer.data), self._purpose)
        self._unanswered().update(status=answer.status_code, answer=content)
        return answer

    def give_up(self) -> None:
        self._unanswered().delete()

    def _unanswered(self) -> QuerySet[IdempotentAnswer]:
        return IdempotentAnswer.objects.filter(identity=self._identity, status=None)

    def _repeated(self, first: IdempotentAnswer | None) -> Response:
        if first is not None and first.body_digest != self._digest:
            raise Conflict(_("This Idempotency-Key was used for another body; take a new key."))
        if first is None or first.status is None or first.answer is None:
            raise Busy(_("The first request with this Idempotency-Key is still at work; try again."))
        content = unseal(bytes(first.answer), self._purpose)
        if content is None:
            raise Conflict(_("The request was carried out, but its first answer can no longer be read."))
        return Response(msgspec.Raw(content), status=first.status, headers={"Idempotency-Replayed": "true"})


def forget_old_answers(now: datetime) -> int:
    """Delete some of the answers that are no longer promised; return how many there were.

    Each new key pays for it: a few rows a time, and none that another request is deleting just now.
    """
    old = IdempotentAnswer.objects.filter(created_at__lte=now - KEPT_FOR)
    with transaction.atomic():
        some = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        deleted, _by_model = IdempotentAnswer.objects.filter(pk__in=some).delete()
    return deleted


def _owner(request: Request) -> str:
    if isinstance(request.auth, Token):
        return f"token {request.auth.pk}"
    person = person_of(request)
    return f"user {person.pk}" if person else ""
