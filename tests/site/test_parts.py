"""The parts of the site, one by one, without Sphinx."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.site.book import Chapter, Page, chapter_names, retitle
from autograder.site.glossary import collect, rows
from autograder.site.links import broken_links
from autograder.site.pictures import description
from autograder.site.reference import as_rst
from autograder.site.texts import LANGUAGES, TEXTS


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# Chapter 1 · Overview\n\n## 1.2 · Four kinds\n\nThe kinds.", "1.2 · Four kinds"),
        ("# 3 · Nets\n\n**Notebook 2 of 4: training**\n\nText.", "3.2 · Training"),
        ("# 3 · 网络\n\n**第 2 个笔记本，共 4 个：训练**\n\n正文。", "3.2 · 训练"),
        ("# 4.1 · Why convolution\n\nText.", "4.1 · Why convolution"),
    ],
)
def test_a_page_has_one_title_with_its_number(source, title):
    number = title.split(" ")[0]
    nb = new_notebook(cells=[new_markdown_cell(source)])
    assert retitle(nb, number) == title
    assert nb.cells[0].source.splitlines()[0] == f"# {title}"
    assert nb.cells[0].source.count("# ") == 1
    assert nb.cells[0].source.endswith(source.rsplit("\n", 1)[1])


def test_chapters_are_called_as_on_the_start_page():
    cell = new_markdown_cell("| [2 · Linear models](02_linear_models/01_a.ipynb) | … |")
    assert chapter_names(new_notebook(cells=[cell])) == {2: "2 · Linear models"}


def test_a_glossary_is_sorted_and_keeps_bars_in_formulas():
    table = "Text.\n\n## 9. Glossary\n\n| term | 中文 | meaning |\n|---|---|---|\n"
    later = table + r"| *norm* | 范数 | $\|x\|$ |" + "\n| agent | 智能体 | one that acts |\n"
    pages = [Page("05_x/06_y", "", new_notebook(cells=[new_markdown_cell(later)]))]
    found = collect([Chapter(5, "", pages)], "en")
    assert [(e.term, e.line) for e in found] == [
        ("agent", "one that acts"),
        ("*norm*", r"$\|x\|$"),
    ]
    assert rows("| a | b |\n|---|---|") == []


def test_a_picture_is_described_by_the_sentences_on_what_to_see():
    assert description("*What to see:* two **lines** at $x$.\n\nMore.", "1. A", "en") == (
        "two lines at x."
    )
    assert description("*看什么：* 两条线。", "", "zh") == "两条线。"
    assert description("Other text.", "1.2 · Descent", "en") == "Figure: Descent"
    long = description("*What to see:* " + "A sentence of some words. " * 40, "", "en")
    assert len(long) <= 300
    assert long.endswith(".")


def test_docstrings_show_what_stands_in_them():
    assert as_rst(["Return x / (1 + |x|) for *params, `x_y`."]) == [
        r"Return x / (1 + \|x\|) for \*params, ``x_y``.",
        "",
    ]


def test_links_that_lead_nowhere_are_found(tmp_path: Path):
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="b.html#there">1</a><a href="b.html#gone">2</a>'
        '<a href="c.html">3</a><a href="#here">4</a><a href="https://example.org/x">5</a></p>'
    )
    (tmp_path / "b.html").write_text(
        '<h1 id="there">b</h1><img src="_images/no.png">'
        '<img src="https://example.org/x.png"><img src="data:image/png;base64,AA">'
    )
    assert broken_links(tmp_path) == [
        "a.html: no place for b.html#gone",
        "a.html: no file for c.html",
        "b.html: no file for _images/no.png",
        "b.html: loads https://example.org/x.png",
    ]


def test_every_text_is_there_in_every_language():
    assert not [key for key, texts in TEXTS.items() if set(texts) != set(LANGUAGES)]
    with_values = [texts for texts in TEXTS.values() if "{" in texts["en"]]
    for texts in with_values:
        assert {t.split("{")[1].split("}")[0] for t in texts.values()} == {
            texts["en"].split("{")[1].split("}")[0]
        }
