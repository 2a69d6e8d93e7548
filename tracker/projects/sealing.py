"""Sealing what the database keeps, so that a copy of the database alone does not give it away.

Sealed with SECRET_KEY; unsealed with it or, after it was changed, with one of SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(content: bytes, purpose: str) -> bytes:
    """Return the content so that it can be read for the same purpose only."""
    return _box(purpose, settings.SECRET_KEY).encrypt(content)


def unseal(sealed: bytes, purpose: str) -> bytes | None:
    """Return the content; None where the server's secret has changed since, or it was sealed for something else."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415

    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(purpose, secret).decrypt(sealed)
        except InvalidToken:
            continue
    return None


def _box(purpose: str, secret: str) -> Fernet:
    # Imported when something is sealed or read, which most processes never do.
    from cryptography.fernet import Fernet  # noqa: PLC0415

    server = hashlib.sha256(secret.encode()).digest()
    material = hashlib.blake2b(purpose.encode(), key=server, digest_size=32)
    return Fernet(base64.urlsafe_b64encode(material.digest()))
