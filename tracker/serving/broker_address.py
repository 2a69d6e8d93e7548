"""Where the embedded broker of a data folder listens: every process finds the same answer by itself."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

# The kernel keeps a socket's address in 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 100
SHORT_FOLDER = Path("/tmp")  # noqa: S108 (the folder made in it is private to this user; see `private_folder`)


def socket_path(directory: Path) -> Path:
    """Return the Unix socket for the data folder `directory`, which must be absolute.

    It lies in the folder itself, or, if that path is too long for a socket, in a short one named after it.
    """
    inside = directory / "broker.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return SHORT_FOLDER / f"tracker-{os.getuid()}-{name}" / "broker.sock"


def broker_url(directory: Path) -> str:
    """Return the address of that socket as Celery wants it."""
    return "redis+socket://" + quote(os.fspath(socket_path(directory)))


def private_folder(folder: Path) -> None:
    """Make `folder`, readable by nobody else.

    Raises PermissionError if it belongs to someone else, who may have put it into a shared temporary folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = folder.lstat()
    if facts.st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to another user; remove it or choose another TRACKER_HOME")
    folder.chmod(0o700)
