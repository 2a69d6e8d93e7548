"""Watch a run by a real worker: its progress moves, and the pages show the results without being loaded again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories import equals, make_model, make_patterns, make_problem
from tests.plugins.processes import Eventually
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.runs.requests import catch_up
from tracker.runs.staleness import stale_models
from tracker.serving.embedded_broker import EmbeddedBroker

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]

CALLABLE = "tests.tasks.waiting_model:predict"
TEXTS = [f"text {number}" for number in range(12)]
PATIENCE_MS = 60_000


@pytest.fixture
def worker(
    process_environment: dict[str, str], embedded_broker: EmbeddedBroker, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with its scheduler, as an installation has it; its model waits while the file `hold` is there."""
    environment = {
        **process_environment,
        "REDIS_URL": embedded_broker.url,
        "PYTHON_CALLABLES": CALLABLE,
        "WAITING_MODEL_FOLDER": str(tmp_path),
        "SWEEP_SECONDS": "1",
    }
    command = [
        sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "tracker.celery", "worker", "--beat",
        "--concurrency", "1", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    log = tmp_path / "worker.log"
    with log.open("ab") as lines:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
        )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    print(log.read_text()[-4000:])


@pytest.fixture
def run(shop: Project) -> Run:
    """A queued run of a model that answers one input at a time."""
    shop.models.filter(version="v2").update(stage="archived")
    shop.models.filter(version="v1").update(stage="archived")
    make_model(shop, "v3", adapter={"kind": "python", "callable": CALLABLE, "batch_size": 1})
    make_patterns(make_problem(shop, title="Litotes read as anger"), [equals(text) for text in TEXTS])
    [run] = catch_up(stale_models(shop))
    return run


def test_a_run_is_watched_to_its_end(
    window: Page, run: Run, request: pytest.FixtureRequest, tmp_path: Path, eventually: Eventually
) -> None:
    page, hold, asked = window, tmp_path / "hold", tmp_path / "asked"
    hold.touch()
    page.goto("/projects/shop/runs/")
    page.get_by_role("region", name="Table of runs").get_by_role("link", name=str(run.pk), exact=True).click()
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_contain_text("Waiting to start")
    page.evaluate("window.loadedOnce = true")

    request.getfixturevalue("worker")
    eventually(asked.exists, within=60)
    expect(progress).to_contain_text("Running", timeout=PATIENCE_MS)
    bar = progress.get_by_role("progressbar", name="Progress")
    expect(bar).to_be_visible()
    before = int(bar.evaluate("(bar) => bar.value"))
    hold.unlink()
    expect(progress).to_contain_text("Finished", timeout=PATIENCE_MS)
    assert int(bar.evaluate("(bar) => bar.value")) > before
    # what stands beside the progress came along, in the page that was opened before the run began
    asked_for = progress.get_by_role("definition").filter(has_text=re.compile(r"^\s*12\s*$"))
    expect(asked_for.first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Run it again")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("window.loadedOnce") is True
    run.refresh_from_db()
    assert (run.status, run.asked) == ("finished", len(TEXTS))
