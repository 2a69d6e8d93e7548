import subprocess
import sys

import pytest

from tracker.serving import listening
from tracker.serving.listening import PortError, address_of, healthy, listen


def test_a_taken_port_is_refused_in_clear_words() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortError, match=f"Port {port} is already in use"):
            listen("127.0.0.1", port)


def test_a_number_that_is_no_port() -> None:
    with pytest.raises(PortError, match="70000 is not a port"):
        listen("127.0.0.1", 70000)


def test_the_address_of_a_server_on_every_interface_is_the_local_one() -> None:
    with listen("0.0.0.0", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_that_does_not_answer_is_not_healthy() -> None:
    with listen("127.0.0.1", 0) as listener:
        address = address_of(listener)
        assert not healthy(address), "it listens, but nobody accepts"
    assert not healthy(address), "nobody listens"


def test_the_early_check_needs_nothing_but_python() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        command = [sys.executable, "-I", "-S", listening.__file__, "127.0.0.1", port]
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert asked.stderr.startswith(f"Port {port} is already in use.")
