"""Trying a model with one example, for somebody who looks: what is sent, what comes back, what is read from it.

Nothing is stored.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from evaluation.adapters import ADAPTERS, AdapterError, Exchange, Policy, open_adapter
from evaluation.adapters.explaining import shown
from evaluation.adapters.unexpected import told_unexpected
from evaluation.canonical import InvalidJSON
from evaluation.types import JSON, Output
from tracker.candidates.model_changes import UploadedFile, checked_adapter
from tracker.candidates.model_files import check_size, local_path
from tracker.candidates.models import CandidateModel
from tracker.candidates.policy import adapter_policy
from tracker.candidates.secrets import hiding, opened_adapter, part_secrets
from tracker.projects.errors import Errors, Invalid, TooOften, translated
from tracker.projects.examples import canonical_input
from tracker.projects.models import Project
from tracker.projects.rates import counted
from tracker.projects.rights import Actor, Right

MOST_SECONDS = 20.0
"""A person waits for the answer, and a thread of the web server with them."""
MOST_SECONDS_TO_LOAD = 60.0
MOST_A_MINUTE = 20
MOST_AT_ONCE = 2
"""In one process; an uploaded model may take all the memory that a model is allowed."""

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def try_adapter(
    actor: Actor, project: Project, adapter: Any, example: JSON, *, file: UploadedFile | None = None
) -> Exchange:
    """Ask a model that is not registered for one example. What fails on the way there is the exchange's `fault`.

    Raises Invalid where the settings or the example are wrong, TooOften, NotAllowed.
    """
    actor.require(Right.WRITE)
    errors: Errors = {}
    config = checked_adapter(adapter, file, errors)
    if errors:
        raise Invalid(errors)
    with tempfile.TemporaryDirectory(prefix="try-") as folder:
        path = _written(file, Path(folder), ADAPTERS[config["kind"]].file_suffix)
        return _try(actor, project, config, example, path)


def try_model(actor: Actor, model: CandidateModel, example: JSON) -> Exchange:
    """Ask a registered model for one example, with its stored secrets. Raises as `try_adapter`."""
    actor.require(Right.WRITE)
    path = None
    if model.file is not None:
        suffix = ADAPTERS[model.adapter["kind"]].file_suffix
        path = local_path(model.file.pk, model.file.sha256, suffix)
    try:
        config = opened_adapter(model)
    except AdapterError as error:
        return Exchange(shown(example), fault=str(error))
    return _try(actor, model.project, config, example, path)


def what_to_do(exchange: Exchange) -> str:
    """Return what may help where an exchange failed; "" where it did not."""
    if exchange.fault is None:
        return ""
    if not exchange.method:
        return _("Change the input, the settings or the model, and try again.")
    if exchange.status is None:
        return _(
            "Nothing came back. Check the address, and that the server runs. "
            "An address that is not public has to be allowed by the operator."
        )
    if not 200 <= exchange.status < 300:
        return _what_a_refusal_asks(exchange.status)
    return _("The server answered. Compare its answer with where the settings look for the output.")


def _what_a_refusal_asks(status: int) -> str:
    if status in {401, 403}:
        return _("The server does not let it in. Check the key.")
    if status == 404:
        return _("The server knows no such path. Check the address, and the name of the model.")
    if status in {408, 425, 429} or status >= 500:
        return _("The server is busy or broken. Try again later.")
    return _("The server does not take this request. Compare it with what the server expects.")


def _try(
    actor: Actor, project: Project, config: Mapping[str, Any], example: JSON, path: Path | None
) -> Exchange:
    kind = ADAPTERS[config["kind"]]
    if not kind.asks:
        raise Invalid({"adapter.kind": [_("There is nothing to try: outputs of this kind are brought.")]})
    _check_example(example)
    _count(actor, project)
    seconds = MOST_SECONDS + (MOST_SECONDS_TO_LOAD if kind.needs_file else 0)
    labels, policy = project.labels, _policy()
    told = _within(seconds, lambda: _explained(config, labels, policy, path, example))
    if told is None:
        fault = _("It did not answer within %(seconds)d seconds.") % {"seconds": seconds}
        told = Exchange(shown(example), fault=fault)
    return _without(told, part_secrets(config)[1])


def _written(file: UploadedFile | None, folder: Path, suffix: str) -> Path | None:
    if file is None:
        return None
    check_size(file.content)
    path = folder / f"model{suffix}"
    path.write_bytes(file.content)
    return path


def _check_example(example: JSON) -> None:
    try:
        canonical_input(example)
    except InvalidJSON as error:
        raise Invalid({"input": [str(error)]}) from error


def _count(actor: Actor, project: Project) -> None:
    who = actor.token.pk if actor.token else actor.name
    count, seconds_left = counted(f"try:{project.pk}:{who}", seconds=60)
    if count > MOST_A_MINUTE:
        raise TooOften(_("These are too many tries in a minute. Wait a little."), seconds_left)


def _policy() -> Policy:
    policy = adapter_policy()
    return replace(
        policy,
        seconds_per_batch=min(policy.seconds_per_batch, MOST_SECONDS),
        seconds_to_load=min(policy.seconds_to_load, MOST_SECONDS_TO_LOAD),
    )


def _within(seconds: float, act: Callable[[], Exchange]) -> Exchange | None:
    """Return what `act` returns; None where that takes longer. Then it goes on, alone, and keeps its place."""
    if not _places.acquire(blocking=False):
        raise TooOften(_("Other examples are being tried just now. Try again in a moment."), 2)
    told: list[Exchange] = []

    def run() -> None:
        try:
            told.append(act())
        finally:
            _places.release()

    thread = threading.Thread(target=run, name="try", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # there can be no more threads
        _places.release()
        raise TooOften(_("Other examples are being tried just now. Try again in a moment."), 2) from None
    thread.join(seconds)
    return told[0] if told else None


def _explained(
    config: Mapping[str, Any], labels: Sequence[str], policy: Policy, path: Path | None, example: JSON
) -> Exchange:
    try:
        adapter = open_adapter(config, labels=labels, policy=policy, file=path)
    except AdapterError as error:
        return Exchange(shown(example), fault=str(error))
    try:
        return adapter.explain(example)
    except Exception as error:  # a model can say anything: somebody waits to be told that it went wrong
        return Exchange(shown(example), fault=told_unexpected(error, adapter))
    finally:
        adapter.close()


def _without(exchange: Exchange, secrets: Mapping[str, Any]) -> Exchange:
    """Return an exchange without any secret, whatever the server sent back."""
    hide = hiding(secrets).hide

    def hidden(text: str | None) -> str | None:
        return None if text is None else hide(text)

    output = exchange.output
    if output is not None:
        output = Output(hidden(output.label), output.scores, output.value, hidden(output.text))
    return replace(
        exchange,
        request=hide(exchange.request),
        answer=hide(exchange.answer),
        address=hide(exchange.address),
        fault=hidden(translated(exchange.fault) if exchange.fault else None),
        output=output,
    )
