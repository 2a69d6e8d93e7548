"""Find a Chromium for the browser tests, or install one: `python -m scripts.browser` prints its path."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

APT_STEPS = (["update"], ["install", "-y", "--no-install-recommends", "chromium"])


def find_browser() -> str | None:
    """Return the path of a Chromium that starts: CHROMIUM, then PATH, then Playwright's own."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROMIUM")
    if named:
        # A wrong choice is shown as such instead of being replaced by another.
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        yield asked.stdout.strip()


def _starts(path: str) -> bool:
    # Ubuntu has a program of that name that only says that it is to be had as a snap.
    try:
        return (
            subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_browser() -> str | None:
    """Try Debian's package as root, then Playwright's own build. Returns the path, or None."""
    as_root = os.geteuid() == 0
    if as_root and shutil.which("apt-get"):
        print("Installing Chromium with apt-get", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in APT_STEPS:
            subprocess.run(
                ["apt-get", "-qq", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False
            )
        if found := find_browser():
            return found
    print("Installing Playwright's Chromium", flush=True)
    options = ["--with-deps"] if as_root else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *options, "chromium"], check=False)
    return find_browser()


def browser() -> str:
    """Return the path of a Chromium, installed if need be, or end with what to do."""
    found = find_browser() or install_browser()
    if found:
        return found
    raise SystemExit(
        "The browser tests need Chromium, and none was found or could be installed. Install it (on Debian:"
        " apt-get install chromium), or say where one is: make test CHROMIUM=/path/to/chrome"
    )


if __name__ == "__main__":
    print(browser())
