"""The address and the headers of a model server, as people may write them."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit

from evaluation.fields import REQUIRED, shortened
from evaluation.messages import message as _

MAX_URL = 2000  # characters

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,4000}[\x21-\x7e])?")
_PARAMETER_NAME = re.compile(r"[\x21-\x7e]{1,100}")
# The last word of a parameter's name that holds a key, such as X-Amz-Signature or client_secret.
_KEY_WORDS = frozenset(
    (
        "accesskey", "accesstoken", "apikey", "apitoken", "auth", "authkey", "authorization", "authtoken",
        "clientsecret", "credential", "credentials", "hapikey", "jwt", "passwd", "password", "pwd", "sas", "secret",
        "secretkey", "sig", "signature", "subscriptionkey",
    )
)  # fmt: skip
# These tell of a key only where they are the whole name, or the last two words of it, such as api-key: there are
# country codes, sort keys and stop tokens.
_ALONE = frozenset({"code", "key", "pass", "token"})
_BEFORE_KEY = frozenset(
    (
        "access", "api", "app", "auth", "authentication", "authorization", "bearer", "client", "function", "functions",
        "hf", "id", "jwt", "license", "master", "oauth", "personal", "private", "refresh", "sas", "secret", "security",
        "session", "shared", "subscription",
    )
)  # fmt: skip
_SHORTEST_KEY = 8  # characters; what is shorter in an address is hardly a key
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What keys are made of and words are not: many signs in a row, letters and digits among them.
_RANDOM = re.compile(r"(?=[a-z+/_]*[0-9])(?=[0-9+/_]*[a-z])[a-z0-9+/_]{16,}", re.IGNORECASE)
# How well-known providers' keys begin.
_KEY = re.compile(r"sk-|AIza|hf_|eyJ|gh[pousr]_|github_pat_|glpat-|AKIA|xox[abp]-")
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Set by the connection itself.
_OWN_HEADERS = frozenset(
    (
        "accept-encoding", "connection", "content-length", "content-type", "expect", "host",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    )
)  # fmt: skip


def check_url(value: object) -> None:
    """Check a model server's address. Raises ValueError in plain words."""
    if value is None:
        raise ValueError(REQUIRED)
    if not isinstance(value, str) or len(value) > MAX_URL or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(_("Must be an address such as https://models.example.org/predict, in plain ASCII."))
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(_("Must be an address.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(_("Must begin with http:// or https:// and name a host."))
    if "\\" in value or "#" in value:
        raise ValueError(_("Must not hold a backslash or #."))
    if "@" in parts.netloc:
        raise ValueError(_("Must not hold a user name or password; use a header, which is kept secret."))


def check_base(value: object) -> None:
    """Check an address that something is added to, so that it must end with its path. Raises ValueError."""
    check_url(value)
    if "?" in str(value):
        raise ValueError(_("Must end with its path, to which more is added; parameters belong in query."))


def below(base: str, *parts: str) -> str:
    """The address of something under `base`; each part is one name, whatever signs it holds."""
    return "/".join([base.rstrip("/"), *(quote(part, safe="") for part in parts)])


def shown_address(url: str) -> str:
    """An address without its query, where people put keys."""
    path, query, _rest = url.partition("?")
    return f"{path}?…" if query else path


def check_holds_no_key(url: object) -> None:
    """Check that no parameter in an address is a key. Raises ValueError in words that do not repeat it."""
    query = url.partition("?")[2] if isinstance(url, str) else ""
    for name, content in parse_qsl(query):
        if len(content) >= _SHORTEST_KEY and (_names_key(name) or _KEY.match(content)):
            raise ValueError(
                _(
                    "“%(name)s” looks like a key, and an address is shown to all: give it as a header or in query, "
                    "whose values are stored encrypted.",
                    name=shortened(name),
                )
            )


def without_secrets(url: str) -> str:
    """What may be shown of an address that somebody typed, good or not: neither a user, a password nor a key that is
    refused in it.
    """
    before, at, after = url.rpartition("@")
    scheme = _SCHEME.match(before)
    login = before[scheme.end() :] if scheme else before
    # Passwords hold any sign, also those that end a host. In a good address an @ is a part of the path.
    if at and (":" in login or not re.search(r"[/?]", login)) and not _is_good(url):
        url = (scheme[0] if scheme else "") + after
    path, mark, query = url.partition("?")
    return path + mark + "&".join(part for part in query.split("&") if not _holds_key(part))


def _is_good(url: str) -> bool:
    try:
        check_url(url)
    except ValueError:
        return False
    return True


def _holds_key(parameter: str) -> bool:
    try:
        check_holds_no_key(f"?{parameter}")
    except ValueError:
        return True
    return False


def is_key(name: str, content: str) -> bool:
    """Whether a header or a parameter is a key by its name or by what it holds.

    Others, such as a language or a version, may well be words that a model says.
    """
    return (
        _names_key(name)
        or _words(name)[-1:] in (["key"], ["token"])
        or bool(_KEY.match(content))
        or bool(_RANDOM.search(content))
    )


def _names_key(name: str) -> bool:
    match _words(name):
        case [word] | ["x", word] if word in _ALONE:
            return True
        case [*_, before, "key" | "token"]:
            return before in _BEFORE_KEY
        case [*_, word]:
            return word in _KEY_WORDS
    return False


def _words(name: str) -> list[str]:
    """The words of a name, without the version after them, as in access_token_v2."""
    words = [word.lower() for word in _WORD.findall(name)]
    return words[:-1] if words[1:] and words[-1] in {"v", "version"} else words


def check_query(value: object) -> None:
    """Check the parameters to add to an address, of which some may be keys. Raises as `check_headers`."""
    if value is None:
        return
    if not isinstance(value, dict) or len(value) > 50:
        raise ValueError(_("Must be an object of parameters' names and values, 50 at most."))
    for name, content in value.items():
        if not isinstance(name, str) or not _PARAMETER_NAME.fullmatch(name):
            raise ValueError(_("A parameter's name is plain ASCII without spaces."))
        if not isinstance(content, str) or not _HEADER_VALUE.fullmatch(content):
            raise ValueError(_("The value of %(name)s must be one line of plain ASCII text.", name=name))


def check_headers(value: object) -> None:
    """Check the headers to send. Raises ValueError in words that repeat no value."""
    if not isinstance(value, dict) or len(value) > 50:
        raise ValueError(_("Must be an object of header names and values, 50 at most."))
    for name, content in value.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValueError(_("A header's name has letters, digits and hyphens."))
        if name.lower() in _OWN_HEADERS:
            raise ValueError(_("The header %(name)s is set by the connection itself.", name=name))
        if not isinstance(content, str) or not _HEADER_VALUE.fullmatch(content):
            raise ValueError(
                _("The value of the header %(name)s must be one line of plain ASCII text.", name=name)
            )
