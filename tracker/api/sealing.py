"""Keeping an answer so that only whoever knows its Idempotency-Key reads it again.

An answer may hold a token's secret, which the database otherwise knows as a hash only.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(content: bytes, key: str) -> bytes:
    return _box(key).encrypt(content)


def unseal(sealed: bytes, key: str) -> bytes | None:
    """Return the content; None where the server's secret has changed since."""
    try:
        return _box(key).decrypt(sealed)
    except InvalidToken:
        return None


def _box(key: str) -> Fernet:
    material = hashlib.blake2b(f"tracker.api.sealing {key}".encode(), key=_server_secret(), digest_size=32)
    return Fernet(base64.urlsafe_b64encode(material.digest()))


def _server_secret() -> bytes:
    return hashlib.sha256(settings.SECRET_KEY.encode()).digest()
