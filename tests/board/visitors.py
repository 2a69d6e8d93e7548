"""People who look at pages and send forms, as a browser without scripts would."""

from __future__ import annotations

import html
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tracker.projects.models import Project, User


class Visitor:
    """A person in one project. Pages are named as in tracker.board.urls, their arguments follow the project's slug."""

    def __init__(self, project: Project, user: User | None) -> None:
        self.project = project
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"board:{name}", args=[self.project.slug, *args])

    def get(self, page: str, /, *args: Any, htmx: Any = None, **query: Any) -> Any:
        return self.client.get(self.url(page, *args), query_params=query, headers=_headers(htmx))

    def post(self, page: str, /, *args: Any, htmx: Any = None, **data: Any) -> Any:
        return self.client.post(self.url(page, *args), data, headers=_headers(htmx))

    def queries(self, page: str, /, *args: Any, **query: Any) -> int:
        """Return how many queries a page takes."""
        self.get(page, *args, **query)  # what is asked once per process is asked now
        with CaptureQueriesContext(connection) as captured:
            assert self.get(page, *args, **query).status_code == 200
        return len(captured)


def _headers(htmx: Any) -> dict[str, str] | None:
    """Return what htmx sends along; `htmx` is more of that, or None for a plain request."""
    return None if htmx is None else {"HX-Request": "true"} | htmx


def words(answer: Any) -> str:
    """Return what an answer says to people, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("\N{NO-BREAK SPACE}", " ").split())


def told(answer: Any) -> str:
    """Return the newest message that the page after this answer shows."""
    *_older, newest = answer.wsgi_request._messages
    return str(newest)
