"""axe finds nothing on the main pages, in light and in dark, wide and narrow; nothing is wider than its window."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import TEXTS
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.problems.revisions import retire_pattern
from tracker.problems.sample_models import Sample, SampleOrigin
from tracker.problems.sampling import draw_sample
from tracker.projects.examples import canonical_input
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.intake import file_report
from tracker.triage.report_bodies import ReportBody

pytestmark = pytest.mark.browser

PAGES = [
    "", "?q=nothing", "?harm=major&since=v1", "?view=table", "?view=table&q=nothing", "problems/1/assign/",
    "problems/1/harm/", "problems/1/reach/", "new-problem/", "report/", "inbox/", "inbox/?status=dismissed",
    "problems/1/", "problems/1/edit/", "problems/1/move/", "problems/1/move/?to=duplicate", "problems/1/patterns/add/",
    "problems/1/patterns/retired/", "problems/2/samples/draw/", "problems/1/samples/1/", "problems/1/samples/1/label/",
    "models/", "models/v2/", "models/v2/activate/", "register-model/?kind=http", "runs/", "runs/1/", "settings/",
]  # fmt: skip


@pytest.fixture
def filled(shop: Project) -> None:
    problem = make_problem(shop, title="Litotes read as anger", harm="major", labels=["nlp"])
    make_problem(shop, title="Not described yet")
    make_patterns(problem, [equals(text) for text in TEXTS])
    retire_pattern(SYSTEM, problem.patterns.all()[0])
    draw_sample(
        SYSTEM, problem, [canonical_input("Hardly a triumph")], origin=SampleOrigin.PASTED, n=1, seed=1,
        shared={"type": "equals"},
    )  # fmt: skip
    evaluate(shop)
    file_report(
        SYSTEM, shop, ReportBody(input=TEXTS[0], predicted="negative", expected="positive", reporter="bob")
    )


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]
)
def test_no_page_has_a_barrier(
    filled: None, signed_in: Page, live_server: Any, width: int, scheme: Any
) -> None:
    page, axe = signed_in, Axe()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    drawn = Sample.objects.get().pk
    pages = [rest.replace("samples/1/", f"samples/{drawn}/") for rest in PAGES]
    for address in [*(f"/projects/shop/{rest}" for rest in pages), "/", "/new-project/", "/accounts/logout/"]:
        page.goto(live_server.url + address)
        found = axe.run(page).response["violations"]
        assert not found, f"{address}: {[(each['id'], each['nodes'][0]['html'][:200]) for each in found]}"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{address} is {wider} pixels wider than its window"
