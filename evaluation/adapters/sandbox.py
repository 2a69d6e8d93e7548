"""What a child process does to itself before it touches an uploaded file. Nothing here can be undone.

Three walls, so that one may fall: uploaded formats that carry no code; limits and an own network namespace
by the kernel, where it allows one; and a hook in the interpreter that refuses what a model never needs.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_OPEN_FILES = 256

# Events of sys.addaudithook: other processes, the network, native code, and changes to files.
_REFUSED_PREFIXES = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "pty.", "syslog.",
    "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "sqlite3.", "shutil.", "tempfile.", "winreg.",
)  # fmt: skip
_REFUSED = frozenset(
    (
        "os.system", "os.startfile", "os.kill", "os.killpg", "os.remove", "os.rename", "os.rmdir", "os.mkdir",
        "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "os.utime", "os.setxattr",
        "os.removexattr", "os.putenv", "os.unsetenv", "os.listdir", "os.scandir", "pickle.find_class",
        "ctypes.dlopen", "ctypes.dlsym", "signal.pthread_kill",
    )
)  # fmt: skip
_REFUSED_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit_resources(memory_bytes: int) -> None:
    """Hold this process to `memory_bytes` of address space, few files, no core dump."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform == "linux":  # elsewhere the address space is not limited, or in other units
        _lower(resource.RLIMIT_AS, memory_bytes)


def open_no_more_files() -> None:
    """From here on the kernel opens no file, socket or pipe for this process, whatever language asks for it."""
    free = os.dup(0)
    os.close(free)
    _lower(resource.RLIMIT_NOFILE, free)
    _lower(resource.RLIMIT_FSIZE, 0)


def limit_processor_time(seconds: float) -> None:
    """From now on allow `seconds` more of processor time; the kernel kills what goes on for longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def leave_network() -> bool:
    """Move this process, with its only thread, into a network namespace with nothing in it.

    False where the kernel does not have namespaces or does not give them to this user: the hook is the only
    wall then.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A user namespace of its own also takes root's rights from a worker that runs as root; but then root
    # reads only what root's own permissions allow, so it must still be able to read the installation.
    flags = [_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET]
    if os.geteuid() == 0 and not all(map(_readable_without_rights, _library_folders())):
        flags.reverse()
    return any(libc.unshare(flag) == 0 for flag in flags)


def guard() -> None:
    """From here on refuse, with PermissionError, what no model needs. Import what may, before."""
    readable = tuple(str(folder) + os.sep for folder in _library_folders())

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int) or _may_be_read(path, mode, flags, readable):
                return
        elif event not in _REFUSED and not event.startswith(_REFUSED_PREFIXES):
            return
        raise PermissionError(f"A model may not do this: {event}")

    sys.addaudithook(refuse)


def _may_be_read(path: Any, mode: Any, flags: Any, readable: Sequence[str]) -> bool:
    if isinstance(flags, int) and flags & _REFUSED_TO_WRITE:
        return False
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return False
    return os.path.realpath(os.fsdecode(path)).startswith(tuple(readable))


def _library_folders() -> list[Path]:
    """Where Python's own modules, the installed packages and this package are."""
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return sorted(Path(folder).resolve() for folder in {*installed, str(Path(__file__).parents[1])})


def _readable_without_rights(folder: Path) -> bool:
    """Whether root could read `folder` by its permissions alone."""
    return all(
        place.stat().st_uid == 0 or place.stat().st_mode & 0o005 == 0o005
        for place in (folder, *folder.parents)
    )


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))
