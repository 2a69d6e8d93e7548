import socket

import pytest


def test_another_machine_is_refused(no_connection_leaves_the_machine: list[str]) -> None:
    # 192.0.2.0/24 is reserved for documentation: nobody is there.
    with socket.socket() as connection, pytest.raises(ConnectionRefusedError, match="do not leave"):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(ConnectionRefusedError, match="do not leave"):
        socket.getaddrinfo("example.org", 80)
    assert len(no_connection_leaves_the_machine) == 2
    # Expected here; left in place, they would fail this test.
    no_connection_leaves_the_machine.clear()


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert socket.getaddrinfo("localhost", 80)
