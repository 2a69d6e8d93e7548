"""Pictures of stored examples under an address of our own: who may see them, and what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.board.images import (
    SVG,
    as_uri,
    colourful,
    file_of,
    noisy,
    pixels_of,
    png_that_declares,
    read,
    uri_of,
)
from tests.board.visitors import Visitor
from tests.factories import make_project
from tracker.projects.changes import set_member
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role
from tracker.triage.intake import file_report
from tracker.triage.report_bodies import ReportBody


@pytest.fixture
def project(db: None) -> Project:
    return make_project(slug="shop", input_kind="image", labels=["cat", "dog"])


def stored(project: Project, value: Any) -> str:
    """Store an input and return its digest."""
    item = canonical_input(value)
    store_examples(project, [item])
    return item.digest


def test_pixels_are_sent_as_they_are_and_nothing_else_of_the_file(
    project: Project, as_viewer: Visitor
) -> None:
    sent = file_of(colourful(70, 50)) + b"PK\x03\x04 a file that is two things"
    answer = as_viewer.get("picture", stored(project, as_uri(sent)))
    assert answer.status_code == 200
    assert b"PK" not in answer.content
    assert pixels_of(read(answer.content)) == pixels_of(colourful(70, 50))
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_an_array_is_sent_as_an_image(project: Project, as_viewer: Visitor) -> None:
    answer = as_viewer.get("picture", stored(project, [[0, 17, 255]]))
    assert pixels_of(read(answer.content)) == [0, 17, 255]


def test_the_small_one_is_small(project: Project, as_viewer: Visitor) -> None:
    digest = stored(project, uri_of(noisy(1000, 500)))
    assert read(as_viewer.get("small_picture", digest).content).size == (320, 160)
    assert read(as_viewer.get("picture", digest).content).size == (1000, 500)


def test_a_photo_is_turned_upright_and_loses_what_the_camera_wrote(
    project: Project, as_viewer: Visitor
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    photo = file_of(colourful(64, 32), "JPEG", exif=exif, quality=95)
    assert b"taken at home" in photo
    answer = as_viewer.get("picture", stored(project, as_uri(photo, "jpeg")))
    assert answer["Content-Type"] == "image/jpeg"
    assert b"taken at home" not in answer.content
    assert read(answer.content).size == (32, 64)
    assert not read(answer.content).getexif()


def test_a_browser_that_has_it_gets_it_once(project: Project, as_viewer: Visitor) -> None:
    address = as_viewer.url("picture", stored(project, [[0, 1]]))
    first = as_viewer.client.get(address)
    again = as_viewer.client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert as_viewer.client.head(address).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        as_uri(SVG, "svg+xml"),
        as_uri(SVG),
        as_uri(png_that_declares(50_000, 50_000)),
        as_uri(file_of(noisy(100, 100))[:-4000]),
        "https://example.org/a.png",
        "a text",
        {"a": 1},
        None,
    ],
)
def test_what_is_no_picture_is_not_found(project: Project, as_viewer: Visitor, value: Any) -> None:
    assert as_viewer.get("picture", stored(project, value)).status_code == 404


@pytest.mark.parametrize("page", ["picture", "small_picture", "example"])
def test_only_members_see_it(
    project: Project, as_viewer: Visitor, as_stranger: Visitor, as_nobody: Visitor, page: str
) -> None:
    digest = stored(project, [[0, 1]])
    assert as_viewer.get(page, digest).status_code == 200
    assert as_stranger.get(page, digest).status_code == 404
    assert as_nobody.get(page, digest).status_code == 302
    assert as_viewer.post(page, digest).status_code == 405


@pytest.mark.parametrize("page", ["picture", "small_picture", "example"])
def test_another_projects_examples_are_not_here(viewer: User, as_viewer: Visitor, page: str) -> None:
    other = make_project()
    set_member(SYSTEM, other, viewer, Role.VIEWER)
    assert as_viewer.get(page, stored(other, [[0, 1]])).status_code == 404
    assert as_viewer.get(page, "nonsense").status_code == 404


def test_all_of_an_input_can_be_had_as_a_file(project: Project, as_viewer: Visitor) -> None:
    answer = as_viewer.get("example", stored(project, {"b": 1, "a": "<script>"}))
    assert answer.content == b'{"a":"<script>","b":1}'
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith("attachment; ")


def test_a_page_of_large_pictures_is_light(project: Project, as_viewer: Visitor) -> None:
    for number in range(5):
        picture = noisy(700, 500)
        picture.putpixel((0, 0), number)
        uri = uri_of(picture)
        assert len(uri) > 300_000
        file_report(SYSTEM, project, ReportBody(input=uri, predicted="cat"))
    page = as_viewer.get("inbox").content.decode()
    assert page.count('loading="lazy"') == 5
    assert len(page) < 60_000
    assert "data:image" not in page
