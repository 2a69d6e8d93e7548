"""Settings from environment variables."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker.environment import env_image_hosts


@pytest.mark.parametrize(
    ("told", "hosts"),
    [
        ("", []),
        ("images.example.org", ["images.example.org"]),
        (" https://Images.example.org/ ,*.cdn.example, ", ["images.example.org", "*.cdn.example"]),
        ("localhost:8443", ["localhost:8443"]),
    ],
)
def test_image_hosts_are_hosts(monkeypatch: pytest.MonkeyPatch, told: str, hosts: list[str]) -> None:
    monkeypatch.setenv("IMAGE_HOSTS", told)
    assert env_image_hosts("IMAGE_HOSTS") == hosts


@pytest.mark.parametrize(
    "told",
    [
        "*", "https:", "http://example.org", "example.org/images", "example.org; script-src *", "'unsafe-inline'",
        "data:", "a b", "ann@example.org", "-example.org", "*.*.example.org", "example.org:0", "ex*mple.org",
    ],
)  # fmt: skip
def test_what_could_widen_the_policy_is_refused(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("IMAGE_HOSTS", told)
    with pytest.raises(ImproperlyConfigured, match="IMAGE_HOSTS must list https hosts"):
        env_image_hosts("IMAGE_HOSTS")
