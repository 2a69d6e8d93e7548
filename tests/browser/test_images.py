"""Pictures in a browser, under the strict Content-Security-Policy."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.board.images import file_of, noisy
from tests.factories import make_project
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role

pytestmark = pytest.mark.browser


@pytest.fixture
def pets(ada: User) -> Project:
    project = make_project(slug="pets", name="Pets", input_kind="image", labels=["cat", "dog"])
    set_member(SYSTEM, project, ada, Role.ADMIN)
    return project


def test_an_uploaded_picture_is_seen_and_a_foreign_one_never_asked_for(
    signed_in: Page, live_server: Any, pets: Project
) -> None:
    page = signed_in
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live_server.url}/projects/pets/report/")
    page.get_by_label("File").set_input_files(
        {"name": "pet.png", "mimeType": "image/png", "buffer": file_of(noisy(120, 90))}
    )
    page.get_by_label("The model said").select_option("cat")
    page.get_by_role("button", name="Report it").click()
    seen = page.get_by_role("img", name="Image of 120 by 90 pixels")
    expect(seen).to_be_visible()
    expect(seen).to_have_js_property("complete", True)
    expect(seen).to_have_js_property("naturalWidth", 120)

    page.goto(f"{live_server.url}/projects/pets/report/")
    page.get_by_label("Or an address").fill("https://pictures.example.org/a.png")
    page.get_by_label("The model said").select_option("cat")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("only from hosts that the operator lists")).to_be_visible()
    assert not [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert not complaints
