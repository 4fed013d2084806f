"""A site of two notebooks in a real browser: what a reader does with a page works."""

from __future__ import annotations

import json
import re
from inspect import ismodule
from pathlib import Path

import pytest

from tests.site.conftest import ROOT, SMALL
from tests.site.looking import PHONE, Visit, pages

LSTM = "05_rnn_lstm/03_lstm.html"


@pytest.fixture
def visit(browser, served):
    made: list[Visit] = []

    def start(**options):
        made.append(Visit(browser, served, **options))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_a_slider_moves_its_picture_and_its_label(visit):
    page = visit().open(LSTM)
    box = page.locator("[id^=slider-]").first
    before = box.locator("img").get_attribute("src"), box.locator("output").inner_text()
    box.locator("input").focus()
    page.keyboard.press("ArrowRight")
    after = box.locator("img").get_attribute("src"), box.locator("output").inner_text()
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_search_finds_a_term_and_leads_to_its_page(visit):
    there = visit()
    page = there.open("search.html?q=forget+gate")
    page.locator("#search-results li a").first.wait_for()
    links = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
    assert any(LSTM in link for link in links)
    assert not there.problems


def test_a_solution_is_folded_until_it_is_asked_for_and_the_report_is_not(visit):
    page = visit().open(LSTM)
    exercise = page.locator(".nn-beside").filter(has=page.locator(".ag-no")).first
    solution = exercise.locator(".nn-solution .highlight").first
    assert not solution.is_visible()
    assert exercise.locator(".nn-typical .ag-no").is_visible()
    exercise.locator(".nn-solution > summary").click()
    assert solution.is_visible()
    assert exercise.locator(".nn-solution .ag-ok").is_visible()


def test_a_page_has_no_errors_and_asks_nobody_else(visit):
    there = visit()
    there.open(LSTM)
    assert there.page.locator("mjx-container svg").count() > 50, "no formulas are drawn"
    assert not there.problems
    assert not there.left


@pytest.mark.parametrize("name", ["first.html", "index.html"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_meets_a_barrier(visit, theme, name):
    """Neither with a screen reader, nor who needs contrast."""
    there = visit(theme=theme)
    there.open(name)
    assert not there.barriers()


@pytest.mark.parametrize("name", ["index.html", LSTM, "teaching.html", "reference/layers.html"])
def test_a_phone_needs_no_sideways_scrolling(visit, name):
    there = visit(size=PHONE)
    there.open(name)
    assert there.wider() <= 0


def test_what_is_shown_first_is_what_a_student_is_given(small: Path):
    student = json.loads((ROOT / "chapters" / "05_rnn_lstm" / f"{SMALL[0]}.ipynb").read_text())
    names = [
        cell["metadata"]["nbgrader"]["grade_id"]
        for cell in student["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    ]
    text = (small / LSTM).read_text(encoding="utf-8")
    unfolded = re.sub(
        r'<details class="nn-solution">.*?</details>\s*<div', "<div", text, flags=re.S
    )
    assert len(names) >= 2
    assert unfolded.count("YOUR CODE HERE") == len(names)
    assert "BEGIN SOLUTION" not in text


def test_a_page_offers_the_lab_the_students_notebook_and_colab(small: Path):
    for name in SMALL:
        text = (small / "05_rnn_lstm" / f"{name}.html").read_text(encoding="utf-8")
        assert f"python3 start.py lab work/05_rnn_lstm/{name}.ipynb" in text
        assert f"/ada/nets/blob/main/chapters/05_rnn_lstm/{name}.ipynb" in text
        given = (ROOT / "chapters" / "05_rnn_lstm" / f"{name}.ipynb").read_bytes()
        assert (small / "notebooks" / "05_rnn_lstm" / f"{name}.ipynb").read_bytes() == given


def test_every_function_of_nnkit_is_in_the_reference(small: Path):
    import nnkit.functional as F
    from nnkit import layers

    for module in (F, layers):
        short = module.__name__.rsplit(".", 1)[1]
        text = (small / "reference" / f"{short}.html").read_text(encoding="utf-8")
        names = [n for n, value in vars(module).items() if n[0] != "_" and not ismodule(value)]
        assert len(names) > 20
        assert not [n for n in names if f'id="{module.__name__}.{n}"' not in text]


def test_the_pages_that_no_notebook_gives_are_there(small: Path):
    assert {"index.html", "first.html", "teaching.html", "nnkit.html", "glossary.html"} <= set(
        pages(small)
    )
    first = (small / "first.html").read_text(encoding="utf-8")
    assert "python3 start.py" in re.sub("<[^>]*>", "", first)
    assert "“not divided”" in first


def test_the_first_page_shows_the_mistake_that_it_speaks_of(small):
    page = (small / "index.html").read_text(encoding="utf-8")
    assert "averaged where a sum belongs" in " ".join(page.split())
    assert "db averaged" in page
