"""MLServer and MLflow's scoring server, really running, with models whose own predictions are known."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from evaluation.adapters import Adapter, Policy, open_adapter
from tests.servers.environments import HERE, environment
from tests.servers.running import free_ports, running, variables

LOCAL = Policy(allowed_networks=(ip_network("127.0.0.0/8"),))

Opener = Callable[..., Adapter]


@dataclass(frozen=True)
class Served:
    """Where models are served, and what each said to which inputs when it was asked by itself."""

    urls: dict[str, str]
    said: dict[str, dict[str, list[Any]]]


def close_to(scores: dict[str, float]) -> Any:
    """What equals these scores but for rounding: a batch may be summed up in another order."""
    return pytest.approx(scores, abs=1e-12)


@pytest.fixture(scope="session")
def mlserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One MLServer with all models."""
    programs, home = environment("mlserver"), tmp_path_factory.mktemp("mlserver")
    said = _trained("mlserver", programs, home)
    http, grpc = free_ports(2)
    settings = {
        "host": "127.0.0.1",
        "http_port": http,
        "grpc_port": grpc,
        "metrics_endpoint": None,
        "parallel_workers": 0,
        "debug": False,
    }
    (home / "settings.json").write_text(json.dumps(settings))
    url = f"http://127.0.0.1:{http}"
    with running(
        [programs / "mlserver", "start", home],
        ready=f"{url}/v2/health/ready",
        home=home,
        environment=variables(programs, home),
    ):
        yield Served(dict.fromkeys(said, url), said)


@pytest.fixture(scope="session")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A scoring server for each model."""
    programs, home = environment("mlflow"), tmp_path_factory.mktemp("mlflow")
    said = _trained("mlflow", programs, home)
    ports = dict(zip(said, free_ports(len(said)), strict=True))
    with ExitStack() as servers:
        for name, port in ports.items():
            command: list[str | Path] = [
                programs / "python",
                "-m",
                "mlflow",
                "models",
                "serve",
                "--model-uri",
                home / name,
            ]
            servers.enter_context(
                running(
                    [*command, "--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)],
                    ready=f"http://127.0.0.1:{port}/ping",
                    home=home,
                    environment=variables(programs, home),
                )
            )
        yield Served({name: f"http://127.0.0.1:{port}" for name, port in ports.items()}, said)


def _trained(name: str, programs: Path, home: Path) -> dict[str, dict[str, list[Any]]]:
    done = subprocess.run(
        [programs / "python", HERE / f"train_{name}.py", home],
        env=variables(programs, home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, dict[str, list[Any]]] = json.loads((home / "said.json").read_text())
    return said


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens adapters that may reach this machine, and closes them after the test."""
    with ExitStack() as stack:

        def open_one(labels: list[str], **config: Any) -> Adapter:
            adapter = open_adapter({"retries": 0, **config}, labels=labels, policy=LOCAL, file=None)
            stack.callback(adapter.close)
            return adapter

        yield open_one
