"""What a browser would act on is not on the page; what is honest is left; no text costs minutes."""

from __future__ import annotations

import re
import time

import pytest
from bleach._vendor import html5lib  # another parser than nh3's
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.judging.clean_outputs import take
from autograder.grading.reports.exporter import FeedbackExporter
from autograder.grading.sanitize import active
from autograder.grading.sanitize.active import TAGS, defuse, harmless, rendered

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
    '<p title="<!-- "><script>alert(1)</script> -->">', "<!--> <img src=x onerror=alert(1)> -->",
    "<!-- x --!><img src=x onerror=alert(1)>", "<?php echo ?>",
]  # fmt: skip
HONEST = [
    "a < b and c > d, x^T & <-> y", "$x_i < y$ and $$\\sum_i x_i$$", "# Head\n\ntext **b** [link](https://x.org)",
    "| a | b |\n|---|---|\n| 1 | 2 |", "```python\nx = 1 < 2\n```",
    "<br> a <b>bold</b> <sub>2</sub>",
    "a & b &amp; c", "1. x\n2. y\n\n> quote", "it's \"quoted\" [1]: see",
    "<table><tr><td>1</td></tr></table>",
    "\\begin{align}a&=b\\\\c&=d\\end{align}", "* a\n  * b\n", "<font color=red>r</font>",
    "<center>x</center>", "<!bogus", "<!-- a note of mine -->\nbecause *a* < b", "data: 3 numbers [see](#a) ]: x",
    "<details><summary>more</summary>\n\ntext\n\n</details>",
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
    block = r'<pre><code[^>]*>[^<]*</code></pre>|<div class="highlight"><pre>.*</pre></div>'
    assert re.fullmatch(block, rendered(cell).strip(), re.DOTALL)
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
    assert time.perf_counter() - started < 60
    assert text in cell.source


PIECES = st.sampled_from(
    [*EVIL, *HONEST, "<!--", "-->", "--!>", '"', "'", "<p title=", ">", "</", "&lt;", "`", "\n"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=5).map("".join))
def test_whatever_is_put_together_nothing_acts_and_the_page_goes_on_after_it(text):
    cell = new_markdown_cell(text)
    defuse(cell)
    tree = html5lib.parse(
        f"<div>{rendered(cell)}</div><p>what follows</p>", namespaceHTMLElements=False
    )
    assert [p.text for p in tree.find("body").findall("p")][-1:] == ["what follows"]
    for element in tree.find("body").iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        assert element.tag in {*TAGS, "body"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert re.match(r"https?:|mailto:|#|data:image/", value.strip()), value
            if name == "style":
                assert "position" not in value


@pytest.mark.parametrize("piece", [" \n", "\n", "a.", "x = 1\n", "'<b>'"])
@pytest.mark.parametrize("times", [9_000, 100_000])
def test_no_code_takes_the_feedback_minutes_and_odd_code_is_shown_as_it_is(piece, times):
    notebook = new_notebook(cells=[new_code_cell("x = '<b>'" + piece * times)])
    before = time.process_time()
    page, _ = FeedbackExporter().from_notebook_node(notebook)
    assert time.process_time() - before < 60  # hours before
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


@pytest.mark.parametrize("lexer", ["ipython3", 'x"><script>alert(1)</script><b class="'])
def test_the_name_of_a_lexer_acts_no_more_than_the_code(lexer):
    notebook = new_notebook(cells=[new_code_cell("x = '<b>'")])
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": lexer}
    page, _ = FeedbackExporter().from_notebook_node(notebook)
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page


def test_only_a_picture_that_did_not_come_along_has_a_stand_in(monkeypatch):
    """Any other trouble of the parser leaves the text as it was written."""
    tried = []

    def broken(cell):
        tried.append(dict(cell.get("attachments", {})))
        raise ValueError("no such thing")

    monkeypatch.setattr(active, "rendered", broken)
    cell = new_markdown_cell("![a](attachment:b.png)")
    assert "cannot be rendered" in defuse(cell)
    assert "![a](attachment:b.png)" in cell.source
    assert tried == [{}]
