"""Callers of the API: with a token of each kind, or signed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import skops.io
from django.core.cache import cache
from django.test import Client
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from tracker.projects.changes import create_token
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM

BASE = "/api/v1/"
JSON = "application/json"
LINES = "application/x-ndjson"
PROBLEM = "application/problem+json"


class Caller:
    """Calls the API within one project; bodies that are not text or bytes are sent as JSON."""

    def __init__(self, project: Project | None, client: Client | None = None, **headers: str) -> None:
        self.base = f"{BASE}projects/{project.slug}/" if project else BASE
        self.client = client or Client(raise_request_exception=False)
        self.headers = headers

    def get(self, path: str = "", **query: Any) -> Any:
        return self._call("GET", path, query_params=query)

    def post(self, path: str, body: Any = None, content_type: str = JSON, **headers: str) -> Any:
        return self._call("POST", path, body, content_type, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._call("PATCH", path, body, JSON, headers)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def lines(self, path: str, *items: Any, **headers: str) -> Any:
        """POST items as NDJSON; an item that is text stands as it is."""
        text = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items)
        return self.post(path, text, LINES, **headers)

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = JSON,
        headers: dict[str, str] | None = None,
        query_params: dict[str, Any] | None = None,
    ) -> Any:
        sent = body if isinstance(body, str | bytes) else b"" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            path if path.startswith("/") else self.base + path,
            sent,
            content_type,
            headers={
                **self.headers,
                **{name.replace("_", "-"): value for name, value in (headers or {}).items()},
            },
            query_params=query_params,
        )


TokenMaker = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    """Rates are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def with_token(project: Project) -> TokenMaker:
    def make(*scopes: str, user: User | None = None, project: Project = project) -> Caller:
        _token, secret = create_token(SYSTEM, project, name="test", scopes=list(scopes), user=user)
        return Caller(project, Authorization=f"Bearer {secret}")

    return make


@pytest.fixture
def signed_in(project: Project) -> Callable[[User], Caller]:
    def sign_in(user: User) -> Caller:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return Caller(project, client)

    return sign_in


@pytest.fixture
def reader(with_token: TokenMaker) -> Caller:
    return with_token("read")


@pytest.fixture
def writer(with_token: TokenMaker) -> Caller:
    return with_token("write")


@pytest.fixture
def administrator(with_token: TokenMaker) -> Caller:
    return with_token("admin")


@pytest.fixture
def product(with_token: TokenMaker) -> Caller:
    """A token that may only file reports, as it ships inside a product."""
    return with_token("report")


@pytest.fixture
def nobody(project: Project) -> Caller:
    return Caller(project)


@pytest.fixture(scope="session")
def skops_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real model file, such as a team uploads."""
    model = make_pipeline(CountVectorizer(), MultinomialNB())
    model.fit(["good one", "bad one"], ["positive", "negative"])
    path = Path(tmp_path_factory.mktemp("upload")) / "model.skops"
    skops.io.dump(model, path)
    return path.read_bytes()
