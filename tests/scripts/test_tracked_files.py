from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import tracked_files

Complaints = Callable[[str], list[str]]


@pytest.fixture
def complaints_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complaints:
    monkeypatch.setattr(tracked_files, "ROOT", tmp_path)

    def write_and_check(text: str) -> list[str]:
        path = tmp_path / "file.txt"
        path.write_text(text)
        return list(tracked_files.complaints(path))

    return write_and_check


@pytest.mark.parametrize(
    "host", [("files.python" + "hosted.org"), ("registry.npm" + "js.org"), ("py" + "pi.org")]
)
def test_a_registry_is_named_with_its_line(complaints_about: Complaints, host: str) -> None:
    assert complaints_about(f"one\nhttps://{host}/x\n") == ["file.txt:2: names a package registry's host"]


@pytest.mark.parametrize(
    "path", ["/wo" + "rk/main/x", "open('/ro" + "ot/.cache/y')", "/ho" + "me/ada/project"]
)
def test_a_path_of_one_machine_is_named(complaints_about: Complaints, path: str) -> None:
    assert complaints_about(path) == ["file.txt:1: names a path of one machine"]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/wo" + "rk/x",
        "docs/ho" + "me/ada",
        "api/v1/projects/{slug}/wo" + "rk/",
        "/usr/bin/env",
    ],
)
def test_other_paths_are_fine(complaints_about: Complaints, text: str) -> None:
    assert complaints_about(text) == []
