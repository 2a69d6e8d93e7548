"""Keys of model servers: sealed in the database, kept, exchanged, and read by nobody but the server they are for."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from evaluation.adapters import ADAPTERS
from evaluation.adapters.base import Opening, Policy
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.secrets import (
    HIDDEN,
    SecretsUnreadable,
    hiding,
    opened_adapter,
    part_secrets,
    stored_secrets,
)
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.projects.sealing import seal, unseal
from tracker.runs.models import Run
from tracker.runs.open_adapters import adapter_of
from tracker.runs.requests import overdue_models
from tracker.tasks.evaluating import evaluate_project

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer

pytestmark = pytest.mark.django_db

KEY = "sk-Zebra-7781-not-for-you"
URL = "https://models.example.org/predict"
ADAPTER = {"kind": "http", "url": URL, "headers": {"Authorization": f"Bearer {KEY}"}}
SHOWN = {"Authorization": HIDDEN}


@pytest.fixture
def model(project: Project) -> CandidateModel:
    return make_model(project, "server", adapter=ADAPTER)


def test_no_row_of_any_table_holds_the_key(model: CandidateModel) -> None:
    """A backup holds what the rows hold."""
    update_model(SYSTEM, model, {"adapter": {**ADAPTER, "headers": {"Authorization": f"Token {KEY}"}}})
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            for row in cursor.fetchall():
                for value in row:
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert KEY.encode() not in content, table


def test_what_is_stored_says_hidden_and_opens_as_it_was(model: CandidateModel) -> None:
    model.refresh_from_db()
    assert model.adapter["headers"] == SHOWN
    assert opened_adapter(model) == {**model.adapter, "headers": {"Authorization": f"Bearer {KEY}"}}


def test_two_models_with_one_key_do_not_look_alike(project: Project, model: CandidateModel) -> None:
    other = make_model(project, "other", adapter=ADAPTER)
    assert model.sealed_secrets != other.sealed_secrets


def test_a_model_without_a_key_has_nothing_sealed(project: Project) -> None:
    assert make_model(project, adapter={"kind": "http", "url": URL}).sealed_secrets == ""


def test_what_is_shown_stands_for_what_is_stored(model: CandidateModel) -> None:
    update_model(SYSTEM, model, {"adapter": {**model.adapter, "batch_size": 8}})
    model.refresh_from_db()
    assert opened_adapter(model)["headers"] == ADAPTER["headers"]
    assert model.adapter["batch_size"] == 8


def test_one_of_two_keys_is_exchanged(project: Project) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "X-Team": "blue-team"}
    model = make_model(project, adapter={**ADAPTER, "headers": headers})
    update_model(SYSTEM, model, {"adapter": {**ADAPTER, "headers": {**SHOWN, "X-Team": "red-team"}}})
    model.refresh_from_db()
    assert opened_adapter(model)["headers"] == {"Authorization": f"Bearer {KEY}", "X-Team": "red-team"}


def test_the_key_stays_at_its_address(model: CandidateModel) -> None:
    """Else whoever may change an address could have the key sent to a server of their own."""
    moved = {**ADAPTER, "url": "https://elsewhere.example.org/", "headers": SHOWN}
    with pytest.raises(Invalid, match="Another address needs the key to be entered again"):
        update_model(SYSTEM, model, {"adapter": moved})
    model.refresh_from_db()
    assert model.adapter["url"] == URL


@pytest.mark.parametrize("headers", [SHOWN, {"X-Other": HIDDEN}, HIDDEN])
def test_what_stands_for_a_key_is_no_key(project: Project, headers: Any) -> None:
    with pytest.raises(Invalid) as refused:
        make_model(project, adapter={**ADAPTER, "headers": headers})
    assert list(refused.value.errors) == ["adapter.headers"]


def test_a_name_that_was_never_stored_is_asked_for(model: CandidateModel) -> None:
    with pytest.raises(Invalid, match="Nothing is stored for X-Other"):
        update_model(SYSTEM, model, {"adapter": {**ADAPTER, "headers": {"X-Other": HIDDEN}}})


def test_a_key_is_exchanged_when_the_model_has_answered_already(model: CandidateModel) -> None:
    """Keys expire; what the model is stays as it was."""
    make_outputs(model, {"x": "positive"})
    update_model(SYSTEM, model, {"adapter": {**ADAPTER, "headers": {"Authorization": "Bearer new-key"}}})
    model.refresh_from_db()
    assert stored_secrets(model) == {"headers": {"Authorization": "Bearer new-key"}}
    assert Event.objects.get(kind="model_changed").evidence == {"secrets": {}}
    with pytest.raises(Conflict):
        update_model(SYSTEM, model, {"adapter": {**ADAPTER, "batch_size": 4}})


def test_the_same_key_again_is_no_change(model: CandidateModel) -> None:
    sealed = model.sealed_secrets
    update_model(SYSTEM, model, {"adapter": ADAPTER})
    model.refresh_from_db()
    assert model.sealed_secrets == sealed
    assert not Event.objects.filter(kind="model_changed").exists()


def test_no_event_tells_the_key(model: CandidateModel) -> None:
    changed = {"kind": "http", "url": f"{URL}/2", "headers": {"X-Key": f"{KEY}-2"}}
    update_model(SYSTEM, model, {"adapter": changed})
    told = json.dumps(list(Event.objects.values_list("evidence", flat=True)))
    assert HIDDEN in told
    assert KEY not in told


def test_a_changed_server_secret_is_told_and_a_former_one_still_reads(
    model: CandidateModel, settings: Any
) -> None:
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(SecretsUnreadable, match="The stored key cannot be read any more; enter it again"):
        opened_adapter(model)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert opened_adapter(model)["headers"] == ADAPTER["headers"]


def test_keys_are_sealed_again_so_that_the_former_secret_can_go(model: CandidateModel, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    said = io.StringIO()
    call_command("seal_again", stdout=said)
    settings.SECRET_KEY_FALLBACKS = []
    model.refresh_from_db()
    assert opened_adapter(model)["headers"] == ADAPTER["headers"]
    settings.SECRET_KEY = "a third"
    call_command("seal_again", stdout=said)
    assert said.getvalue() == (
        "Models whose keys are sealed with the present SECRET_KEY now: 1.\n"
        "Models whose keys are sealed with the present SECRET_KEY now: 0.\n"
        "The key of server cannot be read any more; enter it again.\n"
    )


def test_an_unreadable_key_is_entered_again(model: CandidateModel, settings: Any) -> None:
    make_outputs(model, {"x": "positive"})
    settings.SECRET_KEY = "another"
    with pytest.raises(Invalid, match="cannot be read any more; enter it again"):
        update_model(SYSTEM, model, {"adapter": {**ADAPTER, "headers": SHOWN}})
    update_model(SYSTEM, model, {"adapter": ADAPTER})
    model.refresh_from_db()
    assert opened_adapter(model)["headers"] == ADAPTER["headers"]


def test_a_run_says_that_the_key_cannot_be_read_and_begins_again_with_another(
    project: Project, model: CandidateModel, settings: Any
) -> None:
    make_patterns(make_problem(project), [equals("fine")])
    settings.SECRET_KEY = "another"
    evaluate_project(project)
    run = Run.objects.get()
    assert (run.status, run.error) == ("failed", "The stored key cannot be read any more; enter it again.")
    assert not Output.objects.exists()
    assert overdue_models(timezone.now()) == []
    update_model(SYSTEM, model, {"adapter": ADAPTER})
    assert overdue_models(timezone.now()) == [model]


def test_a_server_that_repeats_the_key_brings_it_into_no_log_and_no_row(
    project: Project, local_server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make_model(project, "server", adapter={**ADAPTER, "url": local_server.url})
    make_patterns(make_problem(project), [equals("fine"), equals("also fine")])
    local_server.says({"error": f"Bearer {KEY} is not welcome"}, status=400)
    evaluate_project(project)
    assert local_server.asked[0][1]["authorization"] == f"Bearer {KEY}"
    assert Output.objects.filter(error__contains="is not welcome").count() == 2
    assert KEY not in caplog.text
    assert KEY not in str(list(Output.objects.values())) + str(list(Run.objects.values()))


def test_an_adapter_is_opened_with_the_key(model: CandidateModel) -> None:
    adapter = adapter_of(model)
    assert KEY not in repr(adapter)
    assert KEY not in repr(vars(adapter))


def test_no_repr_shows_what_an_adapter_is_opened_with() -> None:
    assert KEY not in repr(Opening(settings=ADAPTER, labels=[], policy=Policy(), file=None))


def test_every_secret_is_parted_from_every_kind() -> None:
    """Whatever kinds there are: a secret is bound to an address, and is never among what is stored openly."""
    for kind in ADAPTERS.values():
        if kind.secret_fields:
            assert "url" in kind.fields, kind.name
        config = {"kind": kind.name} | dict.fromkeys(kind.secret_fields, KEY)
        shown, secrets = part_secrets(config)
        assert KEY not in json.dumps(shown)
        assert secrets == dict.fromkeys(kind.secret_fields, KEY)


def test_the_words_of_a_key_are_hidden_in_what_a_server_says() -> None:
    said = f'{{"got": "Bearer {KEY}", "key": "{KEY}", "team": "blue"}}'
    secrets = {"headers": {"Authorization": f"Bearer {KEY}", "X-Team": "blue"}, "api_key": KEY}
    assert hiding(secrets).hide(said) == '{"got": "(hidden)", "key": "(hidden)", "team": "(hidden)"}'


def test_what_is_sealed_for_one_purpose_is_not_read_for_another() -> None:
    sealed = seal(b"hush", "one")
    assert unseal(sealed, "one") == b"hush"
    assert unseal(sealed, "two") is None


def test_a_key_that_goes_into_the_address_is_sealed_too(project: Project) -> None:
    model = make_model(project, adapter={"kind": "http", "url": URL, "query": {"api-key": KEY}})
    model.refresh_from_db()
    assert model.adapter["query"] == {"api-key": HIDDEN}
    assert opened_adapter(model)["query"] == {"api-key": KEY}
    with pytest.raises(Invalid, match="Another address needs the key to be entered again"):
        update_model(SYSTEM, model, {"adapter": {**model.adapter, "url": "https://elsewhere.example.org/"}})


def test_a_key_in_the_address_itself_is_refused(project: Project) -> None:
    with pytest.raises(Invalid) as refused:
        make_model(project, adapter={"kind": "http", "url": f"{URL}?api-key={KEY}"})
    assert list(refused.value.errors) == ["adapter.url"]
    assert KEY not in str(refused.value)


def test_a_model_whose_stored_address_holds_a_key_takes_other_keys(project: Project) -> None:
    """It was registered before that was refused. To change what it may not change any more cannot be asked for."""
    old = {**make_model(project, "old", adapter=ADAPTER).adapter, "url": f"{URL}?code={KEY}"}
    CandidateModel.objects.update(adapter=old)
    model = CandidateModel.objects.get()

    model = update_model(SYSTEM, model, {"adapter": {**old, "headers": {"Authorization": "Bearer another"}}})
    assert stored_secrets(model) == {"headers": {"Authorization": "Bearer another"}}
    adapter_of(model)
    with pytest.raises(Invalid, match="looks like a key"):
        update_model(SYSTEM, model, {"adapter": {**old, "url": f"{URL}?code={KEY}&more=1", "headers": {}}})
