"""Reading settings from environment variables, each with its type and its default."""

import os
import re
import secrets
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; anything else is a configuration error, not a silent no."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")


def env_number(name: str, default: int) -> int:
    value = env(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from error


def env_list(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    value = env(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def env_networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part, strict=False) for part in env_list(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must list networks such as 10.0.0.0/8: {error}") from error


_HOST = re.compile(
    r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?"
)


def env_image_hosts(name: str) -> list[str]:
    """Return a list of hosts, small and without their https://.

    What is more than a host could widen the Content-Security-Policy that the list becomes a part of.
    """
    hosts = [part.lower().removeprefix("https://").removesuffix("/") for part in env_list(name)]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name} must list https hosts such as images.example.org or *.example.org, not {host!r}"
            )
    return hosts


def kept_secret(path: Path) -> str:
    """Return the secret kept in `path`, made on first use; two processes that start at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    candidate = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        candidate.touch(mode=0o600)
        candidate.write_text(secrets.token_urlsafe(50))
        try:
            # A link fails if the name is taken, so the first process wins and no reader sees half a file.
            os.link(candidate, path)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_text().strip()
