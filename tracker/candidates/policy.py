"""What the operator allows adapters to do, from the settings."""

from django.conf import settings

from evaluation.adapters.base import MEBIBYTE, Policy


def adapter_policy() -> Policy:
    return Policy(
        allowed_networks=tuple(settings.MODEL_NETWORKS),
        python_callables=frozenset(settings.PYTHON_CALLABLES),
        memory_bytes=settings.MODEL_MEMORY_MB * MEBIBYTE,
        seconds_per_batch=float(settings.MODEL_SECONDS_PER_BATCH),
    )
