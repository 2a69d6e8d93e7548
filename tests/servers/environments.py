"""A Python environment for each real server: it needs other versions of packages than the tracker does.

So has what is read from the sources of a package. They are made once, in var/environments, from lock files like the
tracker's own. This is the one place where tests leave the machine, and they do it on purpose: pip runs as a process of
its own, which `tests.plugins.network` does not watch.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent.parent / "var" / "environments"
OWN = f"python3.{sys.version_info.minor}"
# What each runs on: MLServer's own requirement is below 3.13.
PYTHONS = {"mlserver": ("python3.12", "python3.11"), "mlflow": ("python3.13", "python3.12", "python3.11")}

_OFFLINE = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "NameResolutionError",
    "Network is unreachable",
    "Max retries exceeded",
)


def environment(name: str) -> Path:
    """Return the folder with the programs of the environment that `NAME.txt` locks, made if it is not there."""
    return _made(name, python_for(name), _make) / "bin"


def source(name: str, package: str) -> Path:
    """Return the archive with the source of a package that `NAME.txt` locks, with what pip needs to read it."""
    [archive] = (_made(name, sys.executable, _fetch) / "sources").glob(f"{package}-*.tar.gz")
    return archive


def _made(name: str, python: str, make: Callable[[Path, str, Path], None]) -> Path:
    lock = HERE / f"{name}.txt"
    mark = hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()[:12]
    folder = ENVIRONMENTS / f"{name}-{mark}"
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    # Tests run in several processes, all of which may want it.
    with (ENVIRONMENTS / f"{name}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / "finished").exists():
            for former in ENVIRONMENTS.glob(f"{name}-*"):
                shutil.rmtree(former)
            make(folder, python, lock)
            (folder / "finished").touch()
    return folder


def python_for(name: str) -> str:
    """Return a Python that the server runs on: this one, else one on the PATH that starts."""
    pythons = PYTHONS[name]
    if OWN in pythons:
        return sys.executable
    for found in filter(None, map(shutil.which, pythons)):
        # One that a version manager put there may be but a sign of what could be installed.
        if subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0:
            return found
    return _leave_out(f"{name} needs one of {', '.join(pythons)}; there is {OWN} here.")


def _leave_out(why: str) -> NoReturn:
    """Skip, but in continuous integration: what is left out there nobody ever runs."""
    if "CI" in os.environ:
        pytest.fail(why)
    pytest.skip(why)


def _make(folder: Path, python: str, lock: Path) -> None:
    subprocess.run([python, "-m", "venv", folder], check=True)
    _pip(folder, lock, "install")


def _fetch(folder: Path, python: str, lock: Path) -> None:
    _make(folder, python, lock)
    # What a source says of itself is read by the locked tools for building it, not by ones that pip would look for.
    package = lock.stem.removesuffix("_source")
    _pip(
        folder, lock, "download", "--no-binary", package, "--no-build-isolation", "--dest", folder / "sources"
    )


def _pip(folder: Path, lock: Path, *command: str | Path) -> None:
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", *command]
    done = subprocess.run(
        [
            *pip,
            "--disable-pip-version-check",
            "--no-input",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--requirement",
            lock,
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return
    # People may sit in a train.
    if any(sign in done.stderr for sign in _OFFLINE):
        _leave_out(f"No package registry can be reached to install {lock.name}.")
    pytest.fail(f"{lock.name} could not be installed:\n{done.stderr[-3000:]}")
