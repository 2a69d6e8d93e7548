import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import install


class Machine:
    """A project folder in which commands are noted instead of run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[str] = []
        self.fails_at = "nothing"
        (root / "requirements").mkdir()
        self.lock("one==1")

    def lock(self, text: str) -> None:
        (self.root / "requirements" / "product.txt").write_text(text)

    def run(self, command: Sequence[object], **_: object) -> subprocess.CompletedProcess[bytes]:
        words = " ".join(map(str, command))
        kind = next((kind for kind in ("-m venv", "-m pip", "import pip") if kind in words), words)
        self.commands.append(kind)
        if kind == "-m venv":
            (self.root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
            (self.root / ".venv" / "bin" / "python").touch()
            (self.root / ".venv" / "stamps" / "unfinished").unlink(missing_ok=True)
        if kind == self.fails_at:
            raise subprocess.CalledProcessError(1, words)
        return subprocess.CompletedProcess(words, 0)

    def install(self) -> list[str]:
        """Install, and return what that ran."""
        self.commands.clear()
        install.install_alone(["product"])
        return self.commands


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(install, "STAMPS", venv / "stamps")
    monkeypatch.setattr(install, "UNFINISHED", venv / "stamps" / "unfinished")
    monkeypatch.setattr("scripts.install.subprocess.run", made.run)
    return made


def test_the_second_time_there_is_nothing_to_do(machine: Machine) -> None:
    assert machine.install() == ["-m venv", "-m pip"]
    assert machine.install() == ["import pip"]


def test_a_changed_lock_is_installed_into_what_is_there(machine: Machine) -> None:
    machine.install()
    machine.lock("one==2")
    assert machine.install() == ["import pip", "-m pip"]


def test_an_installation_that_was_cut_off_is_begun_anew(machine: Machine) -> None:
    machine.fails_at = "-m pip"
    with pytest.raises(subprocess.CalledProcessError):
        machine.install()
    machine.fails_at = "nothing"
    assert machine.install() == ["-m venv", "-m pip"]


def test_a_python_without_venv_is_named_with_what_to_install(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.install.importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        machine.install()
