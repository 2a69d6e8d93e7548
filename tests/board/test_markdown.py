"""What people write: shown as meant, and harmless whatever it is."""

from __future__ import annotations

import re
import time

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor
from tests.factories import make_problem, make_project
from tracker.board.markdown import ProblemLink, mentioned_numbers, rendered
from tracker.problems.problem_changes import update_problem
from tracker.projects.rights import SYSTEM
from tracker.triage.comments import add_comment

REL = 'rel="nofollow noopener noreferrer"'
TWELVE = {12: ProblemLink("/projects/reviews/problems/12/", 'Irony & "wit"')}


def html(text: str) -> str:
    return str(rendered(text, {})).strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "<p>plain</p>"),
        ("two\nlines", "<p>two<br>\nlines</p>"),
        ("**bold** and *so*", "<p><strong>bold</strong> and <em>so</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("> so", "<blockquote>\n<p>so</p>\n</blockquote>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```python\na = 1\n```", "<pre><code>a = 1\n</code></pre>"),
        ("# Big", '<p class="markdown-heading">Big</p>'),
        ("Also\n====", '<p class="markdown-heading">Also</p>'),
        ("[a](https://e.org/x)", f'<p><a href="https://e.org/x" {REL}>a</a></p>'),
        ("see https://e.org/x?y=1.", f'<p>see <a href="https://e.org/x?y=1" {REL}>https://e.org/x?y=1</a>.</p>'),
        ("<me@e.org>", f'<p><a href="mailto:me@e.org" {REL}>me@e.org</a></p>'),
        ("![a cat](https://e.org/c.png)", f'<p><a href="https://e.org/c.png" {REL}>a cat</a></p>'),
        ("![](https://e.org/c.png)", f'<p><a href="https://e.org/c.png" {REL}>https://e.org/c.png</a></p>'),
        ("[![cat](https://e.org/c.png)](https://e.org)", f'<p><a href="https://e.org" {REL}>cat</a></p>'),
    ],
)  # fmt: skip
def test_what_is_written_is_shown_as_meant(text: str, shown: str) -> None:
    assert html(text) == shown


def test_a_table_is_a_table() -> None:
    shown = html("| a | b |\n|---|:-:|\n| 1 | 2 |")
    assert re.findall(r"<(t[a-z]+)", shown) == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert "style" not in shown


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    '[x](https://e.org "onmouseover=alert(1)" onclick=alert(1))',
    '![x" onerror="alert(1)](https://e.org/a.png)',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "`</code><script>alert(1)</script>`",
    "<iframe src=https://e.org></iframe><form action=/x><input></form>",
    "# <script>alert(1)</script>",
    "| <script> | [a](javascript:b) |\n|-|-|\n| <img src=x onerror=y> | c |",
    "https://e.org/\"onmouseover=\"alert(1)",
    "[a](/accounts/logout/) [b](//e.org) [c](?x) [d](#e)",
]  # fmt: skip
ELEMENT = re.compile(r"<(\w+)([^>]*)>")
HARMLESS = {
    "a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul",
    "table", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "> - {}", "**{}**", "[{}](https://e.org)"])
def test_nothing_that_acts_or_loads_comes_through(text: str, around: str) -> None:
    for name, attributes in ELEMENT.findall(html(around.format(text))):
        assert name in HARMLESS
        for attribute, value in re.findall(r'([\w-]+)="([^"]*)"', attributes):
            assert attribute in {"href", "rel", "title", "class", "start"}
            assert attribute != "href" or value.startswith(("https://e.org", "mailto:"))
            assert attribute != "class" or value == "markdown-heading"


@pytest.mark.parametrize(
    "unit",
    ["*a ", "**", "[", "[a](", "![", "`", "> ", "- ", "_a*", "<", "&", "|a", "\\", "http://!", "#1", "(", "~~~\n"],
)  # fmt: skip
def test_the_longest_comment_takes_a_bounded_time(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    began = time.process_time()
    html(text)
    assert time.process_time() - began < 5


def test_a_number_leads_to_its_problem() -> None:
    link = f'<a href="/projects/reviews/problems/12/" title="Irony &amp; &quot;wit&quot;" {REL}>#12</a>'
    assert str(rendered("as #12, not #13", TWELVE)).strip() == f"<p>as {link}, not #13</p>"
    assert str(rendered("#12", TWELVE)).strip() == f"<p>{link}</p>"
    assert "<a" not in rendered("`#12` a#12 #12b &#12; /#12 ##12", TWELVE)
    assert rendered("[see #12](https://e.org)", TWELVE).count("<a") == 1


def test_numbers_are_found_in_all_texts() -> None:
    assert mentioned_numbers(["#1 and (#22)", "none", "#333."]) == {1, 22, 333}


def test_a_problem_shows_its_description_and_comments_so(scene: Scene, as_viewer: Visitor) -> None:
    make_problem(make_project(), title="Theirs")  # #1 there
    other = make_problem(scene.project, title="Irony is lost")
    update_problem(SYSTEM, scene.problem, {"description": "Like #2 and #9: **not** so"})
    add_comment(SYSTEM, scene.problem, "see #2 <script>alert(1)</script>")
    page = as_viewer.get("problem", 1).content.decode()
    link = f'<a href="{as_viewer.url("problem", other.number)}" title="Irony is lost" {REL}>#2</a>'
    assert f"Like {link} and #9: <strong>not</strong> so" in page
    assert f"see {link} &lt;script&gt;" in page


def test_many_mentions_take_one_query(scene: Scene, as_viewer: Visitor) -> None:
    add_comment(SYSTEM, scene.problem, "see #2")
    few = as_viewer.queries("problem", 1)
    for number in range(2, 12):
        make_problem(scene.project)
        add_comment(SYSTEM, scene.problem, f"and #{number}")
    assert as_viewer.queries("problem", 1) <= few
