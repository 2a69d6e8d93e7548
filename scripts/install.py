"""Install locked packages into .venv: `python scripts/install.py product|demo|development|build`.

Runs on a bare Python. Does nothing when the lock file was installed before; an installation that was cut off
is begun anew, since a package that was half unpacked may look whole.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
UNFINISHED = STAMPS / "unfinished"
GROUPS = ("product", "demo", "development", "build")


def usable() -> bool:
    """Whether .venv works and nothing was cut off in it."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    # Its packages lie under the Python's version: after an upgrade of the system's Python they are not found.
    found = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return found.returncode == 0


def make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            f"Python {version} at {sys.executable} comes without venv. On Debian or Ubuntu, as root:"
            f" apt-get install python3-venv (or python{version}-venv)"
        )
    print("Making the Python environment .venv", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(group: str) -> None:
    """Bring .venv up to `requirements/GROUP.txt`."""
    lock = ROOT / "requirements" / f"{group}.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = STAMPS / group
    if not usable():
        make_environment()
    elif stamp.exists() and stamp.read_text() == wanted:
        return
    STAMPS.mkdir(exist_ok=True)
    UNFINISHED.touch()
    print(f"Installing {lock.relative_to(ROOT)} (some minutes the first time)", flush=True)
    # The lock is complete, so there is nothing to resolve; every file must have one of its hashes.
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    subprocess.run(
        [*command, "--require-hashes", "--no-deps", "--quiet", "--requirement", str(lock)], check=True
    )
    stamp.write_text(wanted)
    UNFINISHED.unlink()


def install_alone(groups: list[str]) -> None:
    """Install while nobody else does: two `make` commands may be started side by side."""
    state = ROOT / "var"
    state.mkdir(exist_ok=True)
    with (state / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for group in groups:
            install(group)


if __name__ == "__main__":
    chosen = sys.argv[1:]
    if not chosen or set(chosen) - set(GROUPS):
        raise SystemExit(f"usage: install.py {'|'.join(GROUPS)}")
    try:
        install_alone(chosen)
    except subprocess.CalledProcessError as failure:
        raise SystemExit(
            f"The installation stopped (exit {failure.returncode}); the lines above say why."
        ) from None
