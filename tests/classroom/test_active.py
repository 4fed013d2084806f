"""What a browser would act on is not on the page; what is honest is left as it is; no text costs
minutes.
"""

from __future__ import annotations

import re
import time

import pytest
from nbformat.v4 import new_markdown_cell

from autograder.grading.judging.clean_outputs import take
from autograder.grading.sanitize.active import defuse, harmless, rendered

EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](java&#115;cript:alert(1))",
    "<!-- the rest of the page", "<div onclick=alert(1) ",
    '<a href="java&Tab;script:alert(1)">x</a>',
    '<a\nhref="jav\nascript:alert(1)" style="position:fixed;inset:0">x</a>',
    "<style>*{display:none}</style>",
    "<textarea>", "<plaintext>", "<xmp>", "<svg><a xlink:href='javascript:x'>",
    "<form action=//x><input name=y>",
    '<div style="position:fixed;inset:0">x</div>', "<iframe src=//x></iframe>",
    "</div></div></div></div>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", "<img src=http://evil/x.png>",
    "<base href=//x>",
    '<p class="navbar-fixed-top" id="points">x</p>', "<select><option>",
    "<noscript><p title='</noscript><img src=x>'>",
]  # fmt: skip
HONEST = [
    "a < b and c > d, x^T & <-> y", "$x_i < y$ and $$\\sum_i x_i$$", "# Head\n\ntext **b** [link](https://x.org)",
    "| a | b |\n|---|---|\n| 1 | 2 |", "```python\nx = 1 < 2\n```", "<br> a <b>bold</b> "
                                                                    "<sub>2</sub>",
    "a & b &amp; c", "1. x\n2. y\n\n> quote", "it's \"quoted\" [1]: see",
    "<table><tr><td>1</td></tr></table>",
    "\\begin{align}a&=b\\\\c&=d\\end{align}", "* a\n  * b\n", "<font color=red>r</font>",
    "<center>x</center>",
]  # fmt: skip
ACTS = re.compile(
    r"<(script|style|iframe|form|input|textarea|plaintext|xmp|svg|math|base|select|noscript|!--)|"
    r"<[^>]*\s(on\w+|class|id)\s*=|(href|src)\s*=\s*[\"']?(?!https?:|mailto:|#|data:image/)|position:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", EVIL)
def test_an_answer_that_acts_is_shown_as_text(text):
    cell = new_markdown_cell(f"My answer: {text}\n\n{text}")
    assert "shown as it is" in defuse(cell)
    assert re.fullmatch(r"<pre><code[^>]*>[^<]*</code></pre>|<div "
                        r"class=\"highlight\"><pre>.*</pre></div>",
                        rendered(cell).strip(), re.DOTALL)  # fmt: skip
    assert text in cell.source


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_answer_is_left_as_it_is(text):
    cell = new_markdown_cell(text)
    assert defuse(cell) == ""
    assert cell.source == text


@pytest.mark.parametrize("text", EVIL)
def test_an_output_keeps_only_what_shows(text):
    claimed = [{"output_type": "display_data", "data": {"text/html": f"<p>kept</p>{text}"}}]
    (shown,) = take(claimed, 10_000)
    assert "kept" in shown.data["text/html"]
    assert not ACTS.search(shown.data["text/html"])


def test_a_table_keeps_its_form():
    table = '<table border="1"><thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead></table>'
    assert harmless(table).replace(" ", "").replace(";", "") == table.replace(" ", "").replace(
        ";", ""
    )


def test_a_drawing_becomes_a_picture_in_which_nothing_runs():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    )
    (shown,) = take([{"output_type": "display_data", "data": {"image/svg+xml": svg}}], 10_000)
    assert set(shown.data) == {"text/html"}
    assert shown.data["text/html"].startswith('<img src="data:image/svg+xml;base64,')
    assert "alert" not in shown.data["text/html"]


@pytest.mark.parametrize(
    "text",
    [
        "\\begin{a}" * 6000,
        "[" * 100_000,
        "*a **b " * 20_000,
        "$$" * 30_000,
        "> " * 20_000,
        "<a " * 50_000,
    ],
)
def test_no_answer_takes_the_instructors_program_minutes(text):
    cell = new_markdown_cell(text)
    started = time.perf_counter()
    defuse(cell)
    rendered(cell)
    assert time.perf_counter() - started < 10
    assert text in cell.source
