"""Counting how often something is asked for, in windows of fixed length: one number each in the cache."""

from __future__ import annotations

import time

from django.core.cache import cache


def counted(key: str, *, seconds: int) -> tuple[int, float]:
    """Count one more; return how many there are in this window, and the seconds until the next begins.

    Each process counts by itself unless they share a cache.
    """
    now = time.time()
    key = f"{key}:{int(now // seconds)}"
    cache.add(key, 0, timeout=seconds + 1)
    try:
        count = cache.incr(key)
    except ValueError:
        # The cache dropped the count between the two calls; that is no reason to refuse.
        count = 1
    return count, seconds - now % seconds
