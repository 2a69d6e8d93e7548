"""`make screenshots`: a picture of every page in every state worth looking at, wide and narrow, in light and in dark.

Against the demo, in a data folder that is thrown away, or against a server that runs already:

    make screenshots
    make screenshots ARGS="--server http://127.0.0.1:8000 --user demo --password SECRET"
    make screenshots ARGS="--only board --only inbox"
"""

from __future__ import annotations

import argparse
import html
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as NotShown

from scripts.browser import browser
from scripts.install import PYTHON, ROOT
from scripts.page_addresses import LOOKS, Look
from scripts.page_looks import SCHEMES, Scheme, light_up, missing, places, show
from scripts.start import allow_demo_models

FOLDER = ROOT / "var" / "screenshots"
SIZES = {1440: 900, 390: 844}
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
EMPTY = "nothing-yet"
STARTING = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where the tracker is, and who looks at it."""

    url: str
    user: str
    password: str


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description="Make a picture of every page.")
    parser.add_argument("--server", help="address of a server that runs; else one is started with the demo")
    parser.add_argument("--user", default="demo")
    parser.add_argument("--password", default="")
    parser.add_argument(
        "--project", action="append", help="slug; may be repeated; else every project of the user"
    )
    parser.add_argument("--only", action="append", help="pages whose name begins so; may be repeated")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    return parser.parse_args()


@contextmanager
def demo_server() -> Iterator[Server]:
    """The demo in a folder of its own, served on a free port; both are gone afterwards."""
    allow_demo_models()
    with tempfile.TemporaryDirectory(prefix="tracker-screenshots-") as home:
        environment = {**os.environ, "TRACKER_HOME": home}
        subprocess.run(
            [PYTHON, "-m", "scripts.start", "--demo", "--no-serve"], cwd=ROOT, env=environment, check=True
        )
        told = (Path(home) / "demo.txt").read_text()
        entry = re.search(r"Sign in as (\S+) .*password (\S+)", told)
        if entry is None:
            raise SystemExit("The demo does not say how to sign in.")
        log = Path(home) / "server.log"
        with log.open("w") as lines:
            process = subprocess.Popen(
                [PYTHON, ROOT / "manage.py", "serve", "--port", "0"],
                cwd=ROOT,
                env=environment,
                stdout=lines,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Server(address_in(log, process), entry[1], entry[2])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def address_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until the server says where it is."""
    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        if found := re.search(r"The tracker is at (http://\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text()}")


def sign_in(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/accounts/login/")
    page.get_by_label("Username").fill(server.user)
    page.get_by_label("Password").fill(server.password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    if "/accounts/login/" in page.url:
        raise SystemExit(f"{server.user} cannot sign in with this password.")
    page.close()


def projects_of(context: BrowserContext, server: Server) -> list[str]:
    listed = context.request.get(f"{server.url}/api/v1/projects/").json()["results"]
    return [each["slug"] for each in listed]


def make_empty_project(context: BrowserContext, server: Server) -> None:
    """By its form, as a person makes one."""
    page = context.new_page()
    page.goto(f"{server.url}/new-project/")
    page.get_by_label("Name").fill("Nothing yet")
    page.get_by_label("Address").fill(EMPTY)
    with page.expect_navigation():
        page.get_by_role("button", name="Create the project").click()
    page.close()


class Studio:
    """Takes the pictures of one server's pages into a folder."""

    def __init__(self, chromium: Browser, server: Server, folder: Path) -> None:
        self.chromium, self.server, self.folder = chromium, server, folder
        self.taken: list[tuple[str, dict[tuple[int, Scheme], str]]] = []

    def context(self, **options: object) -> BrowserContext:
        context = self.chromium.new_context(locale="en-GB", reduced_motion="reduce", **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        return context

    def take(
        self, context: BrowserContext, looks: list[Look], known: dict[str, str], *, of: str = ""
    ) -> None:
        """Take each look once per size and theme; without scripts' help a page of another theme is another visit."""
        for look in looks:
            if lacking := missing(look, known):
                print(f"{of}{look.name}: not taken, there is no {', '.join(lacking)}", flush=True)
                continue
            files: dict[tuple[int, Scheme], str] = {}
            for width, height in SIZES.items():
                page = context.new_page()
                page.set_viewport_size({"width": width, "height": height})
                try:
                    show(page, self.server.url, look, known)
                    page.wait_for_load_state("networkidle")
                    for scheme in SCHEMES:
                        light_up(page, scheme)
                        name = f"{of}{look.name}-{width}-{scheme}.png"
                        page.screenshot(
                            path=self.folder / name, full_page=not look.steps, animations="disabled"
                        )
                        files[width, scheme] = name
                except NotShown as failure:
                    print(f"{of}{look.name} at {width}: {str(failure).splitlines()[0]}", flush=True)
                page.close()
            self.taken.append((f"{of}{look.name}", files))
            print(f"{of}{look.name}", flush=True)

    def write_index(self) -> None:
        """A page with all pictures side by side, a row a look."""
        rows = []
        for name, files in self.taken:
            cells = "".join(
                f'<td><a href="{html.escape(file)}"><img loading="lazy" src="{html.escape(file)}"'
                f' alt="{html.escape(name)}, {width} wide, {scheme}" width="{width // 3}"></a></td>'
                for (width, scheme), file in sorted(files.items(), reverse=True)
            )
            rows.append(f'<tr><th scope="row" id="{html.escape(name)}">{html.escape(name)}</th>{cells}</tr>')
        style = "body {font: 14px sans-serif} td, th {vertical-align: top; text-align: left; padding: 4px}"
        head = f'<!DOCTYPE html><html lang="en"><title>Pages</title><style>{style}</style>'
        text = f"{head}<table>{''.join(rows)}</table>\n"
        (self.folder / "index.html").write_text(text, encoding="utf-8")


def take_all(server: Server, chosen: argparse.Namespace, *, own: bool) -> None:
    """Take the pages of each project, then, once, those that belong to none."""
    wanted = [
        look
        for look in LOOKS
        if not chosen.only or any(look.name.startswith(beginning) for beginning in chosen.only)
    ]
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=OPTIONS)
        studio = Studio(chromium, server, chosen.folder)
        member, nobody = studio.context(), studio.context()
        sign_in(member, server)
        there = projects_of(member, server)
        if own and EMPTY not in there:
            make_empty_project(member, server)
            there.append(EMPTY)
        slugs = chosen.project or [slug for slug in there if slug != EMPTY]
        everywhere = [look for look in wanted if "{" not in look.address]
        for slug in slugs:
            known = places(member.request, server.url, slug, empty=EMPTY if EMPTY in there else "")
            looks = [look for look in wanted if look not in everywhere]
            studio.take(member, looks, known, of=f"{slug}-")
        studio.take(member, [look for look in everywhere if look.signed_in], {})
        studio.take(nobody, [look for look in everywhere if not look.signed_in], {})
        studio.write_index()
        chromium.close()
    print(f"Look at {chosen.folder / 'index.html'}")


def main() -> int:
    chosen = parse()
    if chosen.server:
        take_all(Server(chosen.server.rstrip("/"), chosen.user, chosen.password), chosen, own=False)
    else:
        with demo_server() as server:
            take_all(server, chosen, own=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
