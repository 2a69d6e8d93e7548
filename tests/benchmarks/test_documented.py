from pathlib import Path

import pytest

from benchmarks.documented import BEGIN, END, write
from benchmarks.figures import Figure, Round, Target, not_measured, ratio_figure

FACTS: dict[str, object] = {
    "date": "2026-01-02 03:04 UTC",
    "processor": "A processor",
    "cores": 2,
    "memory_gb": 8.0,
    "system": "A system",
    "python": "3.11.7",
    "load_before": 0.1,
}


def test_a_run_takes_the_place_of_the_last_one_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Title\n\n{BEGIN}\nold figures\n{END}\n\nThe rest.\n")
    cold = ratio_figure(
        "cold", "t", [Round(3.0, 2.0), Round(5.0, 2.0)], target=Target(at_most=1.75), sizes={}
    )
    peers = not_measured("peers", "t", "It is\nnot there.", target=Target(at_most=1.0))
    write([cold, peers, Figure("bare", "t", "x", 1.5)], FACTS, page)
    assert page.read_text() == (
        f"# Title\n\n{BEGIN}\n"
        "2026-01-02 03:04 UTC; A processor, 2 cores, 8.0 GB; A system; Python 3.11.7; load before: 0.1.\n\n"
        "| figure | value | target | met | rounds |\n"
        "|---|---|---|---|---|\n"
        "| `cold` | 2 x | <= 1.75 | **no** | 2: 1.5 to 2.5 |\n"
        "| `peers` | not measured: It is not there. | <= 1 |  |  |\n"
        "| `bare` | 1.5 x |  |  |  |\n"
        f"{END}\n\nThe rest.\n"
    )


def test_a_page_without_a_place_for_figures_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Title\n")
    with pytest.raises(SystemExit, match="no place for figures"):
        write([], FACTS, page)
    assert page.read_text() == "# Title\n"
