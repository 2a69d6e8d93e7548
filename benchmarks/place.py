"""Where a figure is measured: a folder that is removed afterwards, a database, and processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.models import FILES
from scripts.install import ROOT

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
"""As workers run: models that each use all cores hinder each other."""
DATABASE = "tracker.sqlite3"
EMPTY = "empty.sqlite3"
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class MeasurementFailed(Exception):
    """A process that measures ended without an answer; the text is what it said."""


@dataclass(frozen=True)
class Place:
    folder: Path
    models: Path
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More of the tracker's settings, as environment variables."""

    def environment(self) -> dict[str, str]:
        """Return the whole environment: what the caller's server runs with must not change what is measured."""
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        own = {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "LOG_LEVEL": "WARNING",
            "NUDGES": "no",
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "for-measuring-only-0123456789-0123456789-0123456789",
            "TRACKER_HOME": str(self.folder),
            FILES: str(self.models),
        }
        if self.database_url:
            own["DATABASE_URL"] = self.database_url
        return kept | ONE_THREAD | own | dict(self.settings)

    def measure(self, module: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Run `benchmarks.inside.<module>` in a process of its own and return what it found."""
        answer = self.folder / "answer.json"
        answer.unlink(missing_ok=True)
        command = [sys.executable, "-m", "benchmarks.inside", module, json.dumps(settings), str(answer)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode or not answer.exists():
            raise MeasurementFailed(f"{module} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        found: dict[str, Any] = json.loads(answer.read_text())
        return found


@contextmanager
def place(prepared: Path, *, database_url: str = "", **settings: str) -> Iterator[Place]:
    """Yield a fresh place. `prepared` holds the fitted models and, where it was made, an empty database."""
    with tempfile.TemporaryDirectory(prefix="tracker-benchmark-") as folder:
        if not database_url and (prepared / EMPTY).exists():
            shutil.copyfile(prepared / EMPTY, Path(folder) / DATABASE)
        yield Place(Path(folder), prepared, database_url, settings)


def make_empty_database(prepared: Path) -> None:
    """Migrate once: it takes longer than some of the figures."""
    with place(prepared) as here:
        here.measure("migrated", {})
        shutil.copyfile(here.folder / DATABASE, prepared / EMPTY)
