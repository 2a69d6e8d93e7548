"""`make test`: everything on SQLite, then what touches the database on PostgreSQL. Passes arguments on."""

import os
import subprocess
import sys

from scripts.browser import browser
from scripts.install import PYTHON, ROOT
from scripts.postgresql import server_programs, throw_away_server
from scripts.prepare import build_frontend
from tests.plugins.databases import ON_ANOTHER_DATABASE

NO_TESTS_SELECTED = 5


def pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [str(PYTHON), "-m", "pytest", "-n", os.environ.get("TEST_PROCESSES", "2"), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def main() -> int:
    chosen = sys.argv[1:]
    build_frontend()
    environment = {"CHROMIUM": browser()}
    print("Tests on SQLite", flush=True)
    os.environ.pop("DATABASE_URL", None)
    first = pytest(chosen, environment)
    programs = server_programs()
    if programs is None:
        print("No PostgreSQL server is installed here: the tests ran on SQLite only.")
        return first
    print("Tests that touch the database, on PostgreSQL", flush=True)
    with throw_away_server(programs) as url:
        second = pytest(["-m", ON_ANOTHER_DATABASE, *chosen], {**environment, "DATABASE_URL": url})
    if second == NO_TESTS_SELECTED and first != NO_TESTS_SELECTED:
        # A choice of tests by the caller may leave none that touches the database.
        second = 0
    return first or second


if __name__ == "__main__":
    sys.exit(main())
