"""The socket that the web server answers on, opened first of all so that a taken port is noticed at once."""

import errno
import http.client
import socket
import sys


class PortError(Exception):
    """The address cannot be listened on; the text says why in the operator's words."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes any free one. Raises PortError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortError(_explain(host, port, error)) from error
    return listener


def _explain(host: str, port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return f"{port} is not a port: choose a number from 1 to 65535."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use. Choose another, as in: make demo PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that this user does not have. Choose one above 1023."
    return f"Cannot listen on {host} port {port}: {error.strerror or error}."


def address_of(listener: socket.socket) -> str:
    """Return the address to open in a browser. A server on every interface is reached on the local one."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def healthy(address: str) -> bool:
    """Return whether the web server at `address` answers. Waits a second at most.

    A refusal (an address that ALLOWED_HOSTS lacks, say) is an answer too: that it lives is all that is asked.
    """
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(host: str, port: str) -> None:
    """Say at once whether an address is free, before a long preparation; needs nothing but Python."""
    try:
        listen(host, int(port)).close()
    except (PortError, ValueError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main(*sys.argv[1:])
