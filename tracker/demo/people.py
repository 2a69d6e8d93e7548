"""The people of the demo, one for each way to work with the tracker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from tracker.projects.models import Project, User
from tracker.projects.rights import Actor, Role, actor_of_user


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    role: Role
    does: str


ADMIN = Person("demo", Role.ADMIN, "admin")
OWNER = Person("olga", Role.TRIAGER, "product owner")
ENGINEER = Person("emil", Role.TRIAGER, "ML engineer")
REPORTER = Person("rosa", Role.REPORTER, "reporter")
PEOPLE = (ADMIN, OWNER, ENGINEER, REPORTER)


@dataclass(frozen=True, slots=True)
class Team:
    """The demo's people as users, by their user name."""

    users: dict[str, User]

    def __getitem__(self, person: Person) -> User:
        return self.users[person.username]

    def actor(self, person: Person, project: Project) -> Actor:
        return actor_of_user(self[person], project)


def stand_up_team(password: str) -> Team:
    """Return the demo's people; those who are missing are made and sign in with this password.

    Who is there already keeps the password that stands: it may have been changed since, or be a namesake's.
    """
    names = [person.username for person in PEOPLE]
    known = _users(names)
    if missing := [name for name in names if name not in known]:
        hashed = make_password(password)
        fresh = [User(username=name, password=hashed) for name in missing]
        User.objects.bulk_create(fresh, ignore_conflicts=True)
        known = _users(names)
    return Team(known)


def _users(names: Sequence[str]) -> dict[str, User]:
    return {user.username: user for user in User.objects.filter(username__in=names)}
