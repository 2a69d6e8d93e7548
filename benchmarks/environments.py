"""Other tools in environments of their own, under var/bench/: their packages are none of ours."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.install import ROOT

FOLDER = ROOT / "var" / "bench"
REQUIREMENTS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    version: str
    alone: tuple[str, ...] = ()
    """Packages that are installed after the others and without what they ask for."""


# CheckList asks for packages that its runner never imports (transformers, pattern), and its setup.py calls pip and the
# notebook's extensions: it wants both there, and no isolation.
CHECKLIST = Tool("checklist", "0.0.11", alone=("checklist==0.0.11",))
MLFLOW = Tool("mlflow", "3.17.2")


class NotInstalled(Exception):
    """The tool could not be installed; the text is what its installer said last."""


def python_of(tool: Tool) -> Path:
    """Return the interpreter of the tool's environment, which is made on the first call; raises NotInstalled."""
    requirements = REQUIREMENTS / f"requirements-{tool.name}.txt"
    wanted = repr((requirements.read_text(), tool.alone, sys.version_info[:2]))
    folder = FOLDER / f"{tool.name}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    if not stamp.exists():
        print(f"Installing {tool.name} {tool.version} into {folder.relative_to(ROOT)}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", folder], folder)
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--requirement", requirements], folder)
        if tool.alone:
            _run([*pip, "--no-deps", "--no-build-isolation", *tool.alone], folder)
        stamp.touch()
    return python


def _run(command: list[str | Path], folder: Path) -> None:
    # What the notebook's extensions install for the user stays in the environment too.
    jupyter = {"JUPYTER_DATA_DIR": str(folder / "share"), "JUPYTER_CONFIG_DIR": str(folder / "etc")}
    done = subprocess.run(command, env=os.environ | jupyter, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise NotInstalled(" / ".join(said[-3:])[-500:])
