from pathlib import Path

import pytest

from scripts import build_frontend


def test_the_digest_follows_names_and_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_frontend, "ROOT", tmp_path)
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    before = build_frontend.digest([one, two])
    assert build_frontend.digest([two, one]) == before
    two.write_text("c")
    assert build_frontend.digest([one, two]) != before


def test_new_files_replace_old_ones_and_strays_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built, fresh = tmp_path / "build", tmp_path / "fresh"
    for folder in (built, fresh):
        folder.mkdir()
    (built / "tracker.css").write_text("old")
    (built / "stray.js").write_text("old")
    (built / ".lock").write_text("")
    (fresh / "tracker.css").write_text("new")
    monkeypatch.setattr(build_frontend, "BUILT", built)
    build_frontend.put_in_place(fresh, "stamp of these sources")
    assert {path.name for path in built.iterdir()} == {"tracker.css", "stamp", ".lock"}
    assert (built / "tracker.css").read_text() == "new"
    assert build_frontend.stands("stamp of these sources")
    assert not build_frontend.stands("another")


def test_a_lock_names_no_registry() -> None:
    lock = (build_frontend.ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_built_css_names_no_source_map() -> None:
    css = build_frontend.BUILT / "tracker.css"
    if not css.is_file():
        pytest.skip("the pages' files are not built here")
    assert "sourceMappingURL" not in css.read_text()
