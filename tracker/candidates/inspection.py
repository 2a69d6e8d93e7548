"""Looking into uploaded model files before anything stores or loads them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.adapters import ADAPTERS
from evaluation.adapters.base import AdapterRefused, AdapterUnavailable
from tracker.candidates.model_files import check_size
from tracker.candidates.policy import adapter_policy
from tracker.projects.errors import Busy, Invalid


def inspect_file(config: Mapping[str, Any], content: bytes) -> None:
    """Raise Invalid where the file is not one that can be loaded without running code from it."""
    check_size(content)
    kind = ADAPTERS[config["kind"]]
    if kind.inspect_file is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{kind.file_suffix}"
        path.write_bytes(content)
        try:
            kind.inspect_file(path, adapter_policy())
        except AdapterRefused as error:
            raise Invalid({"file": [str(error)]}) from error
        except AdapterUnavailable as error:
            raise Busy(str(error)) from error
