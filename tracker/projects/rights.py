"""Who may do what: roles of people, scopes of tokens, and the actor that a state change is asked by.

A right is checked inside the state change (`actor.require`), never in a template or a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.projects.errors import NotAllowed

if TYPE_CHECKING:
    from tracker.projects.models import Project, Token, User


class Role(StrEnum):
    VIEWER = "viewer"
    REPORTER = "reporter"
    TRIAGER = "triager"
    ADMIN = "admin"


class Scope(StrEnum):
    REPORT = "report"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class Right(StrEnum):
    READ = "read"
    FILE = "file"  # reports and comments
    WRITE = "write"  # problems, patterns, models, outputs, runs
    ADMIN = "admin"  # activation, settings, members, tokens


_EVERY = frozenset(Right)
RIGHTS_OF_ROLE: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.REPORTER: frozenset({Right.READ, Right.FILE}),
    Role.TRIAGER: frozenset({Right.READ, Right.FILE, Right.WRITE}),
    Role.ADMIN: _EVERY,
}
RIGHTS_OF_SCOPE: dict[Scope, frozenset[Right]] = {
    Scope.REPORT: frozenset({Right.FILE}),
    Scope.READ: frozenset({Right.READ}),
    Scope.WRITE: RIGHTS_OF_ROLE[Role.TRIAGER],
    Scope.ADMIN: _EVERY,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a state change in one project, with the rights held there.

    `name` is what the timeline shows. A token given to a person carries that person as `user`.
    """

    name: str
    rights: frozenset[Right]
    user: User | None = None
    token: Token | None = None

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raise NotAllowed unless the actor holds the right."""
        if right not in self.rights:
            raise NotAllowed(
                _("This needs the right to %(right)s in this project.") % {"right": _RIGHT_WORDS[right]}
            )

    @property
    def only_files_reports(self) -> bool:
        return self.rights == frozenset({Right.FILE})


_RIGHT_WORDS = {
    Right.READ: gettext_lazy("read"),
    Right.FILE: gettext_lazy("file reports and comment"),
    Right.WRITE: gettext_lazy("change problems, patterns, models and runs"),
    Right.ADMIN: gettext_lazy("administer"),
}

SYSTEM = Actor(name="tracker", rights=_EVERY)
BY_TOKEN = "token "  # noqa: S105 (the beginning of a name)
"""How the name of an actor begins that is a token; no user name has a space."""


def actor_of_user(user: User, project: Project) -> Actor:
    """Return the actor that a signed-in person is in a project; without membership, one without rights."""
    membership = project.memberships.filter(user=user, user__is_active=True).first()
    return actor_in_role(user, membership.role if membership else None)


def actor_in_role(user: User, role: str | None) -> Actor:
    """Return the actor that a person of that role is; None: of none."""
    if user.is_superuser:
        return Actor(name=user.get_username(), rights=_EVERY, user=user)
    rights = RIGHTS_OF_ROLE[Role(role)] if role else frozenset()
    return Actor(name=user.get_username(), rights=rights, user=user)


def actor_of_token(token: Token) -> Actor:
    """Return the actor that a token is in its project: its scopes, and no more than its person's rights."""
    rights: frozenset[Right] = frozenset().union(*(RIGHTS_OF_SCOPE[Scope(scope)] for scope in token.scopes))
    if token.user is not None:
        rights &= actor_of_user(token.user, token.project).rights if token.user.is_active else frozenset()
    return Actor(name=f"{BY_TOKEN}{token.name}", rights=rights, user=token.user, token=token)
