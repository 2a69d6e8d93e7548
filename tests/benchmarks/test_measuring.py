"""That the figures can be taken at all, with the smallest sizes; what they are proves nothing here."""

from pathlib import Path

import pytest

from benchmarks import cold, memory, models, server

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.timeout(600)]


@pytest.fixture
def fitted(tmp_path: Path) -> Path:
    models.save(models.fit(ngrams=1, seed=99, fitted_on=200), tmp_path, models.CLASSIFIER)
    return tmp_path


def test_a_cold_evaluation_is_taken_and_does_the_work_of_the_bare_script(
    fitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cold, "QUICK", {"patterns": 200, "problems": 5, "rounds": 1})
    monkeypatch.setattr(cold, "server_programs", lambda: None)
    figures = {figure.name: figure for figure in cold.measure(fitted, quick=True)}
    for how in ("python", "skops", "bare"):
        here, on_server = figures[f"cold.sqlite.{how}"], figures[f"cold.postgresql.{how}"]
        assert here.value is not None
        assert here.value > 0
        assert on_server.value is None
        assert "PostgreSQL" in on_server.note


def test_memory_is_counted_above_the_start(fitted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "QUICK", {"patterns": 500, "problems": 5})
    (figure,) = memory.measure(fitted, quick=True)
    assert figure.met


def test_a_model_behind_http_is_asked_and_compared(fitted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "QUICK", {"patterns": 64, "problems": 2, "rounds": 1})
    (figure,) = server.measure(fitted, quick=True)
    assert figure.value is not None
    assert figure.value > 0
