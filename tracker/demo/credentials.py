"""How to get into the demo: a password and tokens, kept in the data folder, shown by every load."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.demo.people import ADMIN, PEOPLE, Team
from tracker.environment import kept_secret
from tracker.projects.changes import create_token, revoke_token
from tracker.projects.models import Project, Token
from tracker.projects.rights import Scope

PASSWORD_LENGTH = 12  # of 64 kinds of characters: 72 bits
TOKEN_NAME = "demo"  # noqa: S105 - a name, not a secret
TOKEN_SCOPES = [Scope.READ.value, Scope.WRITE.value, Scope.ADMIN.value]


def demo_password() -> str:
    """Return the password of the demo's people, made on first use."""
    return kept_secret(_folder() / "password")[:PASSWORD_LENGTH]


def demo_token(team: Team, project: Project) -> str:
    """Return a working API token of the project: the one kept, else a new one in place of the former."""
    path = _folder() / f"token-{project.slug}"
    kept = path.read_text().strip() if path.exists() else ""
    if kept and Token.objects.with_secret(kept).filter(project=project).exists():
        return kept
    actor = team.actor(ADMIN, project)
    for lost in Token.objects.alive().filter(project=project, name=TOKEN_NAME):
        revoke_token(actor, lost)
    _token, secret = create_token(actor, project, name=TOKEN_NAME, scopes=TOKEN_SCOPES, user=team[ADMIN])
    _keep(path, secret)
    return secret


def welcome(team: Team, password: str, tokens: dict[str, str]) -> str:
    """Write down how to get in, whatever the address, for the terminal; return the text."""
    known = team[ADMIN].check_password(password)
    others = ", ".join(f"{person.username} ({person.does})" for person in PEOPLE if person is not ADMIN)
    lines = [
        _("Sign in as %(name)s (%(does)s), password %(password)s")
        % {
            "name": ADMIN.username,
            "does": ADMIN.does,
            "password": password if known else _("as it was set since (manage.py changepassword demo)"),
        },
        _("The same password lets in %(others)s.") % {"others": others},
        *(
            _("API token of the project %(slug)s: %(token)s") % {"slug": slug, "token": token}
            for slug, token in tokens.items()
        ),
    ]
    text = "\n".join(lines) + "\n"
    _keep(settings.HOME / "demo.txt", text)
    return text


def _folder() -> Path:
    folder = Path(settings.HOME) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(path)
