"""Addresses of pictures: never fetched by the server, shown by browsers only from hosts that the operator lists."""

from urllib.parse import urlsplit

from django.conf import settings


def is_address(text: str) -> bool:
    """Whether a text is one https address and nothing else."""
    if not text.startswith("https://") or any(each in " \\" or not each.isprintable() for each in text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def is_listed(address: str) -> bool:
    """Whether the address is on a host of IMAGE_HOSTS, as the Content-Security-Policy reads that list too."""
    if not is_address(address):
        return False
    parts = urlsplit(address)
    port = "" if parts.port in {None, 443} else f":{parts.port}"
    name = (parts.hostname or "").rstrip(".")
    for listed in settings.IMAGE_HOSTS:
        host, colon, listed_port = listed.partition(":")
        if port != colon + listed_port:
            continue
        if host == name or (host.startswith("*.") and name.endswith(host[1:])):
            return True
    return False
