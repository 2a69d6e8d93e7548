"""Secrets of adapters, such as the headers that a model server is asked with.

`CandidateModel.adapter` holds none: where a secret belongs, it says HIDDEN. The values are in `sealed_secrets`, and
leave the database only to be sent to the server that they were given for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluation.adapters import ADAPTERS, AdapterRefused
from evaluation.adapters.hiding import Hiding
from tracker.candidates.models import CandidateModel
from tracker.projects.sealing import seal, unseal

HIDDEN = "(hidden)"

Settings = dict[str, Any]


class SecretsUnreadable(AdapterRefused):
    """They were sealed with a SECRET_KEY that this server no longer knows. Asking again helps once they are given."""

    def __init__(self) -> None:
        super().__init__(_("The stored key cannot be read any more; enter it again."))


class CannotKeep(Exception):
    """A setting says HIDDEN where no stored secret may stand in."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text}")


def part_secrets(config: Mapping[str, Any]) -> tuple[Settings, Settings]:
    """Return an adapter's settings as they may be stored and shown, and the secrets that were in them."""
    secrets = {name: config[name] for name in _secret_fields(config) if config.get(name)}
    return {**config, **{name: _hidden(value) for name, value in secrets.items()}}, secrets


def seal_secrets(secrets: Mapping[str, Any]) -> str:
    """Return secrets as they are stored; "" where there are none."""
    return seal(json.dumps(secrets).encode(), _PURPOSE).decode() if secrets else ""


def stored_secrets(model: CandidateModel) -> Settings:
    """Return a model's secrets. Raises SecretsUnreadable."""
    if not model.sealed_secrets:
        return {}
    content = unseal(model.sealed_secrets.encode(), _PURPOSE)
    if content is None:
        raise SecretsUnreadable
    secrets: Settings = json.loads(content)
    return secrets


def can_be_read(model: CandidateModel) -> bool:
    try:
        stored_secrets(model)
    except SecretsUnreadable:
        return False
    return True


def opened_adapter(model: CandidateModel) -> Settings:
    """Return a model's adapter with its secrets, to ask it with and for nothing else. Raises SecretsUnreadable."""
    return {**model.adapter, **stored_secrets(model)}


def keep_secrets(model: CandidateModel | None, adapter: Mapping[str, Any]) -> Settings:
    """Return settings with each HIDDEN, as it was shown, replaced by the stored secret of `model`.

    Only for the address that it was given for: whoever may change an address must not learn the key by it.
    Raises CannotKeep, SecretsUnreadable.
    """
    config = dict(adapter)
    for field in _secret_fields(adapter):
        if not _is_kept(config.get(field)):
            continue
        if model is None:
            raise CannotKeep(field, _("Enter the key itself: what is shown only stands for it."))
        if config.get("url") != model.adapter.get("url"):
            raise CannotKeep(
                field,
                _("Another address needs the key to be entered again; the stored one was not sent there."),
            )
        config[field] = _kept(field, config[field], stored_secrets(model).get(field))
    return config


def secret_names(adapter: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the secrets that a stored adapter hides, as (field, name within it); the name is "" for a plain one."""
    names: list[tuple[str, str]] = []
    for field in _secret_fields(adapter):
        value = adapter.get(field)
        if isinstance(value, Mapping):
            names += [(field, name) for name in value]
        elif value:
            names.append((field, ""))
    return names


def hiding(secrets: Mapping[str, Any]) -> Hiding:
    """Return what takes the values of secrets, and the parts of them, out of texts."""
    return Hiding(_texts(secrets.values()), HIDDEN)


def seal_again() -> tuple[int, list[str]]:
    """Seal the secrets of every model with the present SECRET_KEY, so that a former one can go.

    Returns of how many, and the versions of those whose secrets cannot be read.
    """
    done, unreadable = 0, []
    for model in CandidateModel.objects.exclude(sealed_secrets="").only("version", "sealed_secrets"):
        try:
            sealed = seal_secrets(stored_secrets(model))
        except SecretsUnreadable:
            unreadable.append(model.version)
            continue
        # Whoever enters a new key meanwhile wins.
        unchanged = CandidateModel.objects.filter(pk=model.pk, sealed_secrets=model.sealed_secrets)
        done += unchanged.update(sealed_secrets=sealed)
    return done, unreadable


_PURPOSE = "tracker.candidates.secrets"


def _secret_fields(config: Mapping[str, Any]) -> list[str]:
    name = config.get("kind")
    kind = ADAPTERS.get(name) if isinstance(name, str) else None
    return sorted(kind.secret_fields) if kind else []


def _hidden(value: Any) -> Any:
    return dict.fromkeys(value, HIDDEN) if isinstance(value, Mapping) else HIDDEN


def _is_kept(value: Any) -> bool:
    return value == HIDDEN or (isinstance(value, Mapping) and HIDDEN in value.values())


def _kept(field: str, shown: Any, stored: Any) -> Any:
    if not isinstance(shown, Mapping):
        if stored is None:
            raise CannotKeep(field, _("Nothing is stored here; enter the key."))
        return stored
    known = stored if isinstance(stored, Mapping) else {}
    for name, value in shown.items():
        if value == HIDDEN and name not in known:
            raise CannotKeep(field, _("Nothing is stored for %(name)s; enter the key.") % {"name": name})
    return {name: known[name] if value == HIDDEN else value for name, value in shown.items()}


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _texts(value.values())
        elif isinstance(value, str):
            yield value
