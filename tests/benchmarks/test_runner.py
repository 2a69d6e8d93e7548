import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as runner
from benchmarks import cold, environments
from benchmarks.figures import Figure, Target
from benchmarks.place import MeasurementFailed

MET = Figure("cold.one", "title", "x", 1.5, Target(at_most=2.0))
MISSED = Figure("cold.two", "title", "x", 2.5, Target(at_most=2.0))


@pytest.fixture(autouse=True)
def _nothing_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "prepare", lambda folder: None)


def run(tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    file = tmp_path / "out" / "figures.json"
    code = runner.main(["cold", "--json", str(file), *arguments])
    written: dict[str, Any] = json.loads(file.read_text())
    return code, written


def test_it_writes_the_machine_and_every_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "measure", lambda folder, *, quick: iter([MET, MISSED]))
    code, written = run(tmp_path)
    assert code == 0
    assert (written["format"], written["quick"]) == (1, False)
    assert [figure["name"] for figure in written["figures"]] == ["cold.one", "cold.two"]
    assert {"date", "processor", "cores", "memory_gb", "system", "python", "packages"} <= written[
        "machine"
    ].keys()


def test_a_missed_target_fails_where_it_is_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "measure", lambda folder, *, quick: iter([MET]))
    assert run(tmp_path, "--check")[0] == 0
    monkeypatch.setattr(cold, "measure", lambda folder, *, quick: iter([MET, MISSED]))
    assert run(tmp_path, "--check")[0] == 1


def test_what_cannot_be_measured_is_told_and_keeps_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(folder: Path, *, quick: bool) -> Iterator[Figure]:
        yield MET
        raise MeasurementFailed("cold ended with 1: no space left")

    monkeypatch.setattr(cold, "measure", breaks)
    code, written = run(tmp_path)
    assert code == 1
    assert [figure["value"] for figure in written["figures"]] == [1.5, None]
    assert "no space left" in capsys.readouterr().out


def test_an_unknown_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        runner.main(["cald"])
    assert "there is no figure cald" in capsys.readouterr().err


@pytest.mark.parametrize("tool", [environments.CHECKLIST, environments.MLFLOW], ids=lambda tool: tool.name)
def test_every_package_of_another_tool_is_pinned(tool: environments.Tool) -> None:
    lines = (environments.REQUIREMENTS / f"requirements-{tool.name}.txt").read_text().splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert packages
    assert all("==" in line for line in packages)
    assert f"{tool.name}=={tool.version}" in [*packages, *tool.alone]
