"""`make measure`: what the pages weigh on their way to the browser, and how long the server works on each: the median
of many requests, by the clock and by the processor, whose time other programs do not lengthen.

Looks at the data folder that stands (TRACKER_HOME, else var/), which `make demo ARGS=--no-serve` fills.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

from scripts.page_weight import BUDGET, BUILT, weights, zipped
from scripts.prepare import prepare

PAGES = ["", "inbox/", "models/", "runs/", "settings/", "report/", "new-problem/"]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make measure", description="Weigh the pages and time the server.")
    parser.add_argument("--project", action="append", help="slug; may be repeated; else every project")
    parser.add_argument("--user", default="demo", help="who looks")
    parser.add_argument("--times", type=int, default=25, help="requests a page")
    return parser.parse_args()


def measure(get: Callable[[str], bytes], address: str, times: int) -> None:
    """Print a line about one page."""
    weight = weights(get(address))  # what is worked out once per process is worked out now
    took, worked = [], []
    for _ in range(times):
        started, before = time.perf_counter(), time.process_time()
        get(address)
        worked.append(1000 * (time.process_time() - before))
        took.append(1000 * (time.perf_counter() - started))
    whole, page = sum(weight.values()) / 1000, weight["page"] / 1000
    times_ms = f"{statistics.median(took):>9.0f}{statistics.median(worked):>8.0f}"
    print(f"{address:<44}{whole:>8.1f}{page:>7.1f}{times_ms}", flush=True)


def weigh_files() -> None:
    print(
        f"\nBuilt files, kB gzipped, of kB (a page with what its first paint needs may have {BUDGET // 1000}):"
    )
    for path in sorted(BUILT.iterdir()):
        if path.suffix in {".css", ".js", ".svg"}:
            print(
                f"  {path.name:<20}{zipped(path.read_bytes()) / 1000:>7.1f} of {path.stat().st_size / 1000:.1f}"
            )


def main() -> int:
    chosen = parse()
    prepare()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    import django  # noqa: PLC0415 - only now is it known where the data are

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from tracker.projects.models import Project, User  # noqa: PLC0415

    user = User.objects.filter(username=chosen.user).first()
    if user is None:
        raise SystemExit(f"There is no {chosen.user} here: make demo ARGS=--no-serve fills the data folder.")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    print(f"{'page':<44}{'kB gz':>8}{'html':>7}{'ms':>9}{'CPU ms':>8}")
    for project in Project.objects.visible_to(user).distinct().order_by("slug"):
        if chosen.project and project.slug not in chosen.project:
            continue
        problem = project.problems.order_by("-cases_count", "number").first()
        for page in [*PAGES, *([f"problems/{problem.number}/"] if problem else [])]:
            measure(
                lambda address: client.get(address).content, f"/projects/{project.slug}/{page}", chosen.times
            )
    weigh_files()
    return 0


if __name__ == "__main__":
    sys.exit(main())
