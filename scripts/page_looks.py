"""Show a page in one state in a real browser: go there, do the steps, wait until everything is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, Literal

from playwright.sync_api import APIRequestContext, Page, Response

from scripts.page_addresses import Look, Step

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")

# Fonts and pictures are there, every chart is drawn or said to be broken, and nothing that was asked for is on its way.
DRAWN = """() => document.fonts.status === "loaded"
    && [...document.images].every((image) => image.complete)
    && [...document.querySelectorAll("[data-chart]")].every(
        (chart) => chart.querySelector("svg") || chart.classList.contains("is-broken") || !chart.clientWidth)
    && !document.querySelector(".htmx-request")
    && (!document.getElementById("docs") || document.querySelector("#docs .opblock"))"""
# What changes with the window or the theme is given the time of two frames, and whatever fades is brought to its end.
SETTLED = """async (scheme) => {
    const root = document.documentElement;
    const follows = () => !root.classList.contains("has-scripts") || root.dataset.bsTheme === scheme;
    for (let frame = 0; frame < 2 || !follows(); frame += 1) await new Promise(requestAnimationFrame);
    for (const each of document.getAnimations()) if (each.effect.getTiming().iterations !== Infinity) each.finish();
}"""
SEND = "(button) => { button.form.noValidate = true; button.form.requestSubmit(button); }"


def places(
    request: APIRequestContext, server: str, project: str, *, empty: str = "", pictures: str = ""
) -> dict[str, str]:
    """Find through the API, and on the problem's pages, what the addresses of a project name; what is not there is left
    out.

    `request` is of somebody who has signed in. `empty` is a project in which nothing has happened, `pictures` one whose
    inputs are pictures, if there is one.
    """

    def linked(page: str, link: str) -> list[str]:
        return [
            found
            for problem in described[:1]
            for found in re.findall(
                link, request.get(f"{server}/projects/{project}/problems/{problem['number']}/{page}").text()
            )
        ]

    def rows(path: str) -> list[dict[str, Any]]:
        answer = request.get(f"{server}/api/v1/projects/{project}/{path}")
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.status} {answer.text()[:200]}")
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    problems, models = rows("problems/?limit=500"), rows("models/?limit=500")
    described = [each for each in problems if each["revision"]]
    found: dict[str, list[Any]] = {
        "problem": [each["number"] for each in described],
        "other_problem": [each["number"] for each in described[1:]],
        "sample": linked("", r"/samples/(\d+)/label/"),
        "case": linked("matrix/", r"/matrix/(\d+)/"),
        "bare_problem": [each["number"] for each in problems if not each["revision"]],
        "pattern": [
            each["id"] for problem in described[:1] for each in rows(f"problems/{problem['slug']}/patterns/")
        ],
        "new_report": [each["id"] for each in rows("reports/?status=new")],
        "active_model": [each["version"] for each in models if each["stage"] == "active"],
        "model": [each["version"] for each in models if each["stage"] == "candidate"],
        "volatile_model": [each["version"] for each in models if each["stability"]],
        "changed_run": [each["stability"]["run"] for each in models if each["stability"]],
        "run": [each["id"] for each in rows("runs/")],
        "token": [each["id"] for each in rows("tokens/")],
        "project": [project],
        "empty": [empty] if empty else [],
        "pictures": [pictures] if pictures else [],
    }
    return {name: str(values[0]) for name, values in found.items() if values}


def missing(look: Look, known: Mapping[str, str]) -> list[str]:
    """Return what the address of a look names and the project does not have."""
    named = {name for _text, name, _spec, _conversion in Formatter().parse(look.address) if name}
    return sorted(named - known.keys())


def show(page: Page, server: str, look: Look, known: Mapping[str, str]) -> Response | None:
    """Return the answer that the page came with, once the page is in the state that the look asks for."""
    answer = page.goto(server + look.address.format_map(known))
    for step in look.steps:
        answer = _do(page, step) or answer
    page.wait_for_function(DRAWN)
    return answer


def light_up(page: Page, scheme: Scheme) -> None:
    """Show the page as a system with this theme does, once it has followed."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED, scheme)
    page.wait_for_function(DRAWN)


def _do(page: Page, step: Step) -> Response | None:
    """Do one step; return the answer of the page that it led to, if it led to one."""
    action, what = step
    if action == "press":
        page.keyboard.press(what)
    elif action == "ask":
        page.keyboard.press(what)
        page.get_by_role("dialog").wait_for()
    elif action == "click":
        page.locator(what).first.click()
        page.get_by_role("dialog").wait_for()
    elif action == "open":
        page.locator("summary").filter(has_text=what).first.click()
    else:
        button = page.get_by_role("button", name=what, exact=True).first
        # The browser's own checks would keep the form from being sent, and the page's errors from being seen.
        with page.expect_navigation() as led:
            button.evaluate(SEND)
        return led.value
    return None
