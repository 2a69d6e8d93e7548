"""Real workers on the real embedded broker: killed, told twice, or never told, they leave the same results."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings

from tests.factories import equals, make_model, make_patterns, make_problem, make_project
from tests.plugins.processes import Eventually
from tracker.candidates.models import Output
from tracker.runs.models import Result, Run
from tracker.runs.requests import catch_up
from tracker.runs.staleness import stale_models
from tracker.serving.embedded_broker import EmbeddedBroker

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CALLABLE = "tests.tasks.waiting_model:predict"
TEXTS = [f"text {number}" for number in range(60)]


@pytest.fixture
def environment(
    process_environment: dict[str, str], embedded_broker: EmbeddedBroker, tmp_path: Path
) -> dict[str, str]:
    return {
        **process_environment,
        "REDIS_URL": embedded_broker.url,
        "PYTHON_CALLABLES": CALLABLE,
        "WAITING_MODEL_FOLDER": str(tmp_path),
        "LEASE_SECONDS": "3",
        "SWEEP_SECONDS": "1",
        "LOG_LEVEL": "INFO",
    }


Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start a worker with the scheduler in it, as an installation does; all are gone when the test ends."""
    started: list[subprocess.Popen[bytes]] = []
    log = tmp_path / "worker.log"

    def start() -> "subprocess.Popen[bytes]":
        command = [
            sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "tracker.celery", "worker", "--beat",
            "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ]  # fmt: skip
        with log.open("ab") as lines:
            worker = subprocess.Popen(
                command,
                env=environment,
                cwd=settings.BASE_DIR,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill_all(worker)
    print(log.read_text()[-4000:] if log.exists() else "")


def kill_all(worker: "subprocess.Popen[bytes]") -> None:
    """Kill -9 a worker and all its processes."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.fixture
def run() -> Run:
    """A queued run of sixty outputs in eight batches."""
    project = make_project()
    make_model(project, adapter={"kind": "python", "callable": CALLABLE, "batch_size": 1})
    make_patterns(make_problem(project), [equals(text) for text in TEXTS])
    [run] = catch_up(stale_models(project))
    return run


def finished(run: Run) -> Callable[[], bool]:
    def check() -> bool:
        run.refresh_from_db()
        return run.status == "finished"

    return check


def asked(folder: Path) -> list[tuple[int, str]]:
    path = folder / "asked"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]


def assert_whole(run: Run) -> None:
    """Every output is stored, once, and the result counts them all."""
    texts = list(Output.objects.filter(model=run.model_id).values_list("example__content", flat=True))
    assert sorted(texts) == sorted(f'"{text}"' for text in TEXTS)
    assert (run.asked, run.failed, run.done, run.total) == (60, 0, 61, 61)
    result = Result.objects.get(model=run.model_id)
    assert (result.n_cases, result.n_scored, result.n_failed, result.verdict) == (60, 60, 0, "fixed")


def test_a_killed_worker_process_is_replaced(
    run: Run, start_worker: Start, tmp_path: Path, eventually: Eventually
) -> None:
    (tmp_path / "hold").touch()
    start_worker()
    eventually(lambda: asked(tmp_path), within=60)
    os.kill(asked(tmp_path)[0][0], signal.SIGKILL)
    (tmp_path / "hold").unlink()
    eventually(finished(run), within=60)
    assert_whole(run)


def test_a_killed_installation_goes_on_when_it_is_started_again(
    run: Run, start_worker: Start, tmp_path: Path, eventually: Eventually
) -> None:
    (tmp_path / "hold").touch()
    first = start_worker()
    eventually(lambda: asked(tmp_path), within=60)
    kill_all(first)
    run.refresh_from_db()
    assert run.status == "running"
    (tmp_path / "hold").unlink()
    start_worker()
    eventually(finished(run), within=60)
    assert_whole(run)


def test_lost_messages_cost_time_and_nothing_else(
    run: Run, start_worker: Start, environment: dict[str, str], eventually: Eventually
) -> None:
    broker = redis.Redis.from_url(environment["REDIS_URL"].replace("redis+socket", "unix"))
    send(environment, run, times=1)
    assert broker.llen("celery") == 1
    broker.flushall()
    broker.close()
    start_worker()
    eventually(finished(run), within=60)
    assert_whole(run)


def test_messages_delivered_many_times_do_the_work_once(
    run: Run, start_worker: Start, environment: dict[str, str], tmp_path: Path, eventually: Eventually
) -> None:
    send(environment, run, times=12)
    start_worker()
    start_worker()
    eventually(finished(run), within=60)
    assert_whole(run)
    assert len(asked(tmp_path)) == 60, "no input was asked twice"


def send(environment: dict[str, str], run: Run, *, times: int) -> None:
    code = (
        "from tracker.projects.nudges import nudge\n"
        f"assert all(nudge('tracker.tasks.work_run', {run.pk}) for _ in range({times}))"
    )
    manage = str(settings.BASE_DIR / "manage.py")
    subprocess.run([sys.executable, manage, "shell", "-v", "0", "-c", code], env=environment, check=True)
