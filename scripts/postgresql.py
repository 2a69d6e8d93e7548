"""A PostgreSQL server for the length of one command, on a Unix socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

INSTALLED = Path("/usr/lib/postgresql")
# Nothing outlives the run, so nothing has to reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


def server_programs() -> Path | None:
    """Return the folder with initdb and postgres: Debian's newest, else the one on PATH, else None."""
    versions = sorted(INSTALLED.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next(
        (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()),
        None,
    )


def other_user() -> str | None:
    """Return the user to run the server as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def run_as(user: str | None, folder: Path, command: list[str], *, check: bool = True) -> None:
    """Run a server command in `folder`, as `user` if there is one, without its chatter."""
    groups: list[str | int] | None = [] if user else None
    subprocess.run(
        command, cwd=folder, user=user, extra_groups=groups, stdout=subprocess.DEVNULL, check=check
    )


@contextmanager
def throw_away_server(programs: Path, settings: Mapping[str, str] = FAST) -> Iterator[str]:
    """Yield the address (DATABASE_URL) of a fresh, empty server with these settings."""
    user = other_user()
    # In /tmp whatever TMPDIR says: a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp"))
    cluster = str(folder / "cluster")
    options = ["--username=tracker", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    settings = {**settings, "listen_addresses": "", "unix_socket_directories": str(folder)}
    arguments = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = [str(programs / "pg_ctl"), "-D", cluster, "-w", "-s"]
    try:
        if user:
            shutil.chown(folder, user)
        run_as(user, folder, [str(programs / "initdb"), "-D", cluster, *options])
        run_as(user, folder, [*control, "-l", str(folder / "log"), "-o", arguments, "start"])
        try:
            yield f"postgres://tracker@{quote(str(folder), safe='')}/postgres"
        finally:
            run_as(user, folder, [*control, "-m", "immediate", "stop"], check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
