"""Trying a model: beside the form that registers it, and on its page; with scripts and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.board.images import file_of
from tests.board.visitors import Visitor, told, words
from tests.evaluation.adapters.onnx_files import STRING, passing_through
from tests.factories import equals, make_model, make_patterns, make_problem
from tracker.candidates import trying
from tracker.candidates.models import CandidateModel
from tracker.candidates.secrets import opened_adapter
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import Project

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer

KEY = "sk-Zebra-7781-not-for-you"
IN_PLACE = {"HX-Target": "tried"}


@pytest.fixture(autouse=True)
def _no_tries_before(db: None) -> None:
    cache.clear()


@pytest.fixture
def filled_in(local_server: ModelServer) -> dict[str, Any]:
    local_server.says(["positive"])
    return {
        "kind": "http",
        "url": local_server.url,
        "headers": f"X-Key: {KEY}",
        "example": "good",
        "try": "1",
    }


def test_the_example_is_the_project_s_newest(project: Project, as_triager: Visitor) -> None:
    for text in ("older one", "newest one"):
        make_patterns(make_problem(project), [equals(text)])
    assert ">\nnewest one</textarea>" in as_triager.get("register_model", kind="http").content.decode()


def test_a_picture_is_tried_where_an_array_was_offered(
    local_server: ModelServer, project: Project, as_triager: Visitor
) -> None:
    """The offered array stays in its field; a person who chooses a file has not pasted it."""
    Project.objects.filter(pk=project.pk).update(input_kind="image")
    store_examples(project, [canonical_input([[0, 255]])])
    local_server.says(["positive"])
    sent = {"kind": "http", "url": local_server.url, "try": "1", "example": "[[0, 255]]"}
    picture = SimpleUploadedFile("a.png", file_of(Image.frombytes("L", (2, 1), bytes([7, 9]))))
    assert "Output that was read: positive" in words(
        as_triager.post("register_model", **sent, example_file=picture)
    )
    assert local_server.asked[0][2] == [[[7, 9]]]
    typed = sent | {"example": "[[1, 2]]"}
    picture.seek(0)
    assert "not both" in words(as_triager.post("register_model", **typed, example_file=picture))


def test_scripts_get_what_came_of_it_alone(as_triager: Visitor, filled_in: dict[str, Any]) -> None:
    answer = as_triager.post("register_model", htmx=IN_PLACE, **filled_in)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div class="notice is-good">')
    text = words(answer)
    assert text.startswith("Output that was read: positive What was sent POST http://127.0.0.1:")
    assert 'What came back status 200 ["positive"]' in text
    assert "Nothing of this was stored" in text
    assert "browsers do not keep it" not in text
    assert KEY not in answer.content.decode()


def test_without_scripts_the_page_comes_back_with_everything_but_the_keys(
    as_triager: Visitor, filled_in: dict[str, Any]
) -> None:
    answer = as_triager.post("register_model", **filled_in, version="v9", lineage_data="forms-7")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Output that was read: positive" in words(answer)
    for kept in ("forms-7", "v9", filled_in["url"]):
        assert f'value="{kept}"' in page
    assert ">\ngood</textarea>" in page
    assert KEY not in page
    assert "what was typed here is never shown again" in words(answer)
    assert not CandidateModel.objects.exists()


@pytest.mark.parametrize("button", [{"try": "1"}, {"version": "v9"}])
@pytest.mark.parametrize("htmx", [None, IN_PLACE])
def test_a_password_in_the_address_is_never_shown_again(
    as_triager: Visitor, button: dict[str, str], htmx: dict[str, str] | None
) -> None:
    sent = {"kind": "http", "url": f"https://ann:{KEY}@models.example.org/p", "example": "good"}
    answer = as_triager.post("register_model", htmx=htmx, **sent, **button)
    page = answer.content.decode()
    assert KEY not in page
    assert "use a header, which is kept secret" in words(answer)
    if "try" not in button or not htmx:
        assert 'value="https://models.example.org/p"' in page
        assert "that was typed here is left out" in words(answer)
    assert not CandidateModel.objects.exists()


def test_no_version_is_needed_to_try(as_triager: Visitor, filled_in: dict[str, Any]) -> None:
    answer = as_triager.post("register_model", **filled_in)
    assert answer.status_code == 200
    assert "This field is required" not in words(answer)


def test_where_it_fails_is_shown_with_what_may_help(
    as_triager: Visitor, filled_in: dict[str, Any], local_server: ModelServer
) -> None:
    local_server.says({"result": "positive"}, status=404)
    text = words(as_triager.post("register_model", htmx=IN_PLACE, **filled_in))
    assert text.startswith("No output could be read. The server refused with status 404")
    assert "Check the address, and the name of the model." in text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"url": "ftp://models.example.org/"}, "Address : Must begin with http:// or https://"),
        ({"headers": f"{KEY}"}, "Headers : Line 1 has no colon."),
        ({"example": ""}, "Example : Give an example to try it with."),
        ({"request": "{"}, "Request :"),
        ({"concurrency": "100"}, "Requests at once :"),
    ],
)
def test_what_is_wrong_is_named_with_a_way_to_it(
    as_triager: Visitor, filled_in: dict[str, Any], wrong: dict[str, str], text: str
) -> None:
    answer = as_triager.post("register_model", htmx=IN_PLACE, **filled_in | wrong)
    assert "Correct this first:" in words(answer)
    assert text in words(answer)
    page = as_triager.post("register_model", **filled_in | wrong)
    assert page.status_code == 400
    [place] = re.findall(r'href="#(id_\w+)"', answer.content.decode())
    assert f'id="{place}"' in page.content.decode()
    assert KEY not in answer.content.decode() + page.content.decode()


def test_folded_settings_open_where_one_is_wrong(as_triager: Visitor, filled_in: dict[str, Any]) -> None:
    assert "<details" in as_triager.get("register_model", kind="http").content.decode()
    assert "open>" not in _folded(as_triager.get("register_model", kind="http"))
    assert "open>" in _folded(as_triager.post("register_model", **filled_in | {"concurrency": "100"}))


def _folded(answer: Any) -> str:
    [tag] = re.findall(r'<details class="explained folded"[^>]*>', answer.content.decode())
    return str(tag)


def test_a_file_is_tried_and_has_to_be_chosen_again(as_triager: Visitor) -> None:
    file = SimpleUploadedFile("model.onnx", passing_through(STRING, [None, 1]))
    sent = {"kind": "onnx", "file": file, "example": "positive", "try": "1"}
    text = words(as_triager.post("register_model", **sent))
    assert "Output that was read: positive" in text
    assert "Choose the model file again" in text


def test_too_often_is_told(
    as_triager: Visitor, filled_in: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_A_MINUTE", 0)
    text = words(as_triager.post("register_model", htmx=IN_PLACE, **filled_in))
    assert text == "These are too many tries in a minute. Wait a little."


def test_outputs_that_are_brought_cannot_be_tried(as_triager: Visitor, project: Project) -> None:
    assert "Try it" not in words(as_triager.get("register_model"))
    make_model(project, "brought")
    assert "Try it" not in words(as_triager.get("model", "brought"))


@pytest.fixture
def server_model(project: Project, local_server: ModelServer) -> CandidateModel:
    local_server.says(["positive"])
    adapter = {"kind": "http", "url": local_server.url, "headers": {"X-Key": KEY}}
    return make_model(project, "server", adapter=adapter)


def test_a_registered_model_is_tried_on_its_page(
    as_triager: Visitor, server_model: CandidateModel, local_server: ModelServer
) -> None:
    for htmx in (None, IN_PLACE):
        answer = as_triager.post("try_model", "server", htmx=htmx, example="good")
        assert answer.status_code == 200
        assert "Output that was read: positive" in words(answer)
        assert KEY not in answer.content.decode()
    assert local_server.asked[0][1]["x-key"] == KEY
    assert as_triager.post("try_model", "server", example="").status_code == 400


def test_a_key_is_replaced_on_the_page(as_triager: Visitor, server_model: CandidateModel) -> None:
    assert "X-Key" in words(as_triager.get("model", "server"))
    answer = as_triager.post("change_keys", "server", key_0="a-new-key")
    assert told(answer) == "The new keys are stored. They are used from now on."
    server_model.refresh_from_db()
    assert opened_adapter(server_model)["headers"] == {"X-Key": "a-new-key"}
    as_triager.post("change_keys", "server", key_0="")
    server_model.refresh_from_db()
    assert opened_adapter(server_model)["headers"] == {"X-Key": "a-new-key"}


def test_a_wrong_key_is_told_and_not_shown(as_triager: Visitor, server_model: CandidateModel) -> None:
    answer = as_triager.post("change_keys", "server", key_0=f"{KEY}\u00e9")
    assert answer.status_code == 400
    assert "must be one line of plain ASCII text" in words(answer)
    assert KEY not in answer.content.decode()


def test_a_key_that_cannot_be_read_is_told_and_entered_again(
    as_triager: Visitor, server_model: CandidateModel
) -> None:
    # A changed SECRET_KEY would sign everybody out too.
    CandidateModel.objects.update(sealed_secrets="sealed otherwise")
    assert "The stored key of this model cannot be read any more" in words(as_triager.get("model", "server"))
    as_triager.post("change_keys", "server", key_0="a-new-key")
    assert "cannot be read any more" not in words(as_triager.get("model", "server"))


def test_a_reader_is_offered_nothing(as_viewer: Visitor, server_model: CandidateModel) -> None:
    text = words(as_viewer.get("model", "server"))
    assert "Try it" not in text
    assert "Store the new keys" not in text
    answer = as_viewer.post("try_model", "server", htmx=IN_PLACE, example="good")
    assert words(answer).startswith("This needs the right to")
    as_viewer.post("change_keys", "server", key_0="mine")
    server_model.refresh_from_db()
    assert opened_adapter(server_model)["headers"] == {"X-Key": KEY}
