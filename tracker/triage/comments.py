"""What people say to each other about a problem."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.strings import string_fault
from tracker.problems.models import Problem
from tracker.projects.errors import Invalid
from tracker.projects.events import log
from tracker.projects.rights import Actor, Right
from tracker.triage.models import Comment

MAX_COMMENT = 10_000


def add_comment(actor: Actor, problem: Problem, text: str) -> Comment:
    """Add a comment to a problem. Raises NotAllowed, Invalid."""
    actor.require(Right.FILE)
    text = text.strip()
    if not text or len(text) > MAX_COMMENT:
        raise Invalid({"text": [_("Give a text of 1 to 10,000 characters.")]})
    if fault := string_fault(text):
        raise Invalid({"text": [fault]})
    with transaction.atomic():
        comment = Comment.objects.create(
            project=problem.project, problem=problem, user=actor.user, author=actor.name, text=text
        )
        log(
            actor, problem.project, "commented", about="problem", subject_id=problem.pk,
            evidence={"comment": comment.pk},
        )  # fmt: skip
    return comment
