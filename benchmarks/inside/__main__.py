"""`python -m benchmarks.inside MODULE SETTINGS ANSWER`: measure in this process, write what was found to a file."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import django
from django.db import connections


def main() -> None:
    module, settings, answer = sys.argv[1:]
    django.setup()
    found = importlib.import_module(f"benchmarks.inside.{module}").measure(json.loads(settings))
    # The last one out has SQLite move everything from the log into the one file, which others may copy then.
    connections.close_all()
    Path(answer).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
