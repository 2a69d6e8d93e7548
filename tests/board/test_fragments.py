"""The fragments alone: what they say to eyes and ears, that they escape, and that nothing is inline."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.translation import override

from tracker.board.examples import shown
from tracker.board.sparkline import Mark, sparkline

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE)


NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_parses_and_has_nothing_inline(name: str) -> None:
    get_template(name)
    assert not INLINE.search((TEMPLATES / name).read_text())


@pytest.mark.parametrize("verdict", ["fixed", "failing", "inconclusive", "unscored", None])
def test_a_verdict_is_a_shape_and_a_word(verdict: str | None) -> None:
    html = render_to_string("_fragments/_verdict.html", {"verdict": verdict})
    assert f"sprite.svg#verdict-{verdict or 'not-evaluated'}" in html
    assert (verdict or "not evaluated") in re.sub(r"<[^>]*>", "", html)


def test_a_verdict_as_a_symbol_still_says_its_word() -> None:
    html = render_to_string("_fragments/_verdict.html", {"verdict": "failing", "look": "is-symbol"})
    assert '<span class="visually-hidden">failing</span>' in html


def test_an_unknown_priority_is_a_dash_with_a_reason() -> None:
    html = render_to_string("_fragments/_priority.html", {"priority": None})
    assert "–" in html
    assert "Priority unknown: a factor is missing" in html
    assert "0" not in re.sub(r"<[^>]*>", "", html)


def test_an_unknown_factor_asks_for_itself() -> None:
    html = render_to_string(
        "_fragments/_factors.html", {"users_affected_percent": None, "normalized_error": 0.618, "harm": 5}
    )
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).strip() == "? users × error 0.62 × harm 5"


def test_an_example_cannot_bring_markup() -> None:
    example = shown("<script>alert(1)</script>", "text", "<b>")
    html = render_to_string("_fragments/_example.html", {"example": example})
    assert "<script" not in html
    assert "<b>" not in html


def test_every_space_of_a_text_is_kept() -> None:
    html = render_to_string(
        "_fragments/_example.html", {"example": shown("two  spaces\n and a line", "text")}
    )
    assert '<span class="pieces" dir="auto">two  spaces\n and a line</span>' in html


def test_a_sparkline_is_written_in_numbers_that_svg_reads_in_any_language() -> None:
    spark = sparkline([Mark(0.333, "failing"), Mark(0.1, "fixed", active=True)], 0.1)
    with override("de"):
        html = render_to_string("_fragments/_sparkline.html", {"spark": spark, "label": "x"})
    assert not re.search(r'(?:c?[xy]|d)="[^"]*\d,\d', html.replace("points", ""))


def test_work_asks_for_itself_only_while_it_goes_on() -> None:
    going = {"id": "run-1", "status": "running", "done": 3, "total": 10, "url": "/runs/1/progress/"}
    assert 'hx-trigger="every 2s"' in render_to_string("_fragments/_progress.html", going)
    ended = {"id": "run-1", "status": "finished", "done": 10, "total": 10}
    assert "hx-" not in render_to_string("_fragments/_progress.html", ended)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context(name: str) -> None:
    assert "Go to the start" in render_to_string(f"{name}.html")
