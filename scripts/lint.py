"""`make lint`: every check, each with its time; all of them run, whatever the others say."""

import os
import subprocess
import sys
import tempfile
import time

from scripts.install import PYTHON, ROOT

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "tracker.example.org",
    "SITE_URL": "https://tracker.example.org",
    "HTTPS": "yes",
}
CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "style": ("-m", "ruff", "check", "--output-format", "concise", "."),
    "types": ("-m", "mypy"),
    "imports": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "template format": ("-m", "djlint", "--check", "templates"),
    "templates": ("-m", "djlint", "--lint", "--quiet", "templates"),
    "migrations": ("manage.py", "makemigrations", "--check", "--dry-run"),
    "deployment": ("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "files": ("-m", "scripts.tracked_files"),
}


def passes(name: str, arguments: tuple[str, ...], home: str) -> bool:
    started = time.monotonic()
    environment = {**os.environ, **PRODUCTION, "TRACKER_HOME": home}
    done = subprocess.run(
        [PYTHON, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<16} {verdict:<6} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        outcomes = [passes(name, arguments, home) for name, arguments in CHECKS.items()]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
