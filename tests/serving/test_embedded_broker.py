import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from kombu import Connection

from tests.plugins.processes import Eventually
from tracker.serving.embedded_broker import BrokerError, EmbeddedBroker, answers

pytestmark = pytest.mark.processes


def client_of(broker: EmbeddedBroker) -> "redis.Redis":
    return redis.Redis(unix_socket_path=str(broker.socket))


def test_what_was_written_survives_a_kill_and_a_restart(
    embedded_broker: EmbeddedBroker, eventually: Eventually
) -> None:
    with client_of(embedded_broker) as client:
        client.rpush("queue", "first", "second")
    assert embedded_broker.child.pid is not None
    os.kill(embedded_broker.child.pid, signal.SIGKILL)
    eventually(lambda: not embedded_broker.child.running())
    assert embedded_broker.socket.exists(), "a killed server leaves its socket behind"

    embedded_broker.child.start()
    eventually(lambda: answers(embedded_broker.socket))
    with client_of(embedded_broker) as client:
        assert client.lrange("queue", 0, -1) == [b"first", b"second"]


def test_the_queue_is_there_after_an_orderly_stop_and_start(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with 'signs'"
    with EmbeddedBroker(folder) as broker, client_of(broker) as client:
        client.rpush("queue", "waiting")
    assert not broker.socket.exists()
    with EmbeddedBroker(folder) as broker, client_of(broker) as client:
        assert client.lpop("queue") == b"waiting"


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(folder / "broker.sock"))
    with EmbeddedBroker(folder) as broker, client_of(broker) as client:
        assert client.ping()


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(
    embedded_broker: EmbeddedBroker,
) -> None:
    with pytest.raises(BrokerError, match=rf"Another server \(process {os.getpid()}\)"):
        EmbeddedBroker(embedded_broker.directory).start()
    assert answers(embedded_broker.socket)


def test_a_folder_with_a_long_path_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with EmbeddedBroker(folder) as broker, client_of(broker) as client:
        assert client.ping()
        assert broker.socket.parent != folder


def test_nobody_else_can_reach_it(embedded_broker: EmbeddedBroker) -> None:
    with client_of(embedded_broker) as client:
        assert client.config_get("port") == {"port": "0"}
    assert embedded_broker.socket.stat().st_mode & 0o077 == 0
    assert embedded_broker.directory.stat().st_mode & 0o077 == 0


def test_celery_s_messages_go_through(embedded_broker: EmbeddedBroker) -> None:
    with Connection(embedded_broker.url) as connection, connection.SimpleQueue("work") as queue:
        queue.put({"id": 7})
        message = queue.get(timeout=10)
        assert message.payload == {"id": 7}
        message.ack()


OWNER = """
import sys, time
from pathlib import Path
from tracker.serving.embedded_broker import EmbeddedBroker
broker = EmbeddedBroker(Path(sys.argv[1]))
broker.start()
print(broker.child.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_with_its_owner_and_the_next_owner_finds_the_queue(
    tmp_path: Path, eventually: Eventually
) -> None:
    folder = tmp_path / "broker"
    with subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        server = int(owner.stdout.readline())
        with redis.Redis(unix_socket_path=str(folder / "broker.sock")) as client:
            client.rpush("queue", "kept")
        owner.kill()
    with EmbeddedBroker(folder) as broker, client_of(broker) as client:
        assert broker.child.pid != server
        assert client.lpop("queue") == b"kept"
