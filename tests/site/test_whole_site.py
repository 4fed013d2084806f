"""The whole site: every page in a real browser, on a wide screen and a phone, light and dark.

`python3 start.py test -m long tests/site/test_whole_site.py --pictures FOLDER` keeps pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.conftest import ROOT, serve
from tests.site.looking import PHONE, WIDE, Visit, pages

pytestmark = pytest.mark.long
SHOWN = (
    "index",
    "first",
    "glossary",
    "reference/functional",
    "01_ml_overview/04_going_downhill",
    "03_feedforward/01_neurons_and_activations",
    "05_rnn_lstm/03_lstm",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("myst_nb", reason="install the extra `site`")
    from autograder.site.__main__ import main

    folder = tmp_path_factory.mktemp("whole") / "site"
    assert main(["--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def address(whole: Path) -> Iterator[str]:
    yield from serve(whole)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "dark"), (PHONE, "light")])
def test_no_page_has_errors_foreign_requests_or_sideways_scrolling(
    browser, whole, address, size, theme
):
    there = Visit(browser, address, size, theme)
    found = []
    for name in pages(whole):
        there.open(name)
        found += [f"{name}: {problem}" for problem in there.problems]
        found += [f"{name}: asks for {url}" for url in there.left]
        found += [f"{name}: too wide"] if there.wider() > 0 else []
        there.problems.clear()
        there.left.clear()
    there.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
def test_no_page_has_a_serious_barrier(browser, whole, address, size, theme):
    there = Visit(browser, address, size, theme)
    shown = {f"{name}.html" for name in SHOWN}
    found = []
    for name in pages(whole):
        if theme == "light" or name in shown:
            there.open(name)
            found += [f"{name}: {barrier}" for barrier in there.barriers()]
    there.close()
    assert not found, "\n".join(found)


def test_every_slider_of_the_course_moves(browser, whole, address):
    there = Visit(browser, address)
    moved = 0
    for name in pages(whole):
        if 'id="slider-' not in (whole / name).read_text(encoding="utf-8"):
            continue
        page = there.open(name)
        for box in page.locator("[id^=slider-]").all():
            shown = box.locator("img:visible")  # others are for paper
            before = shown.get_attribute("src")
            box.locator("input").press("End")
            assert shown.get_attribute("src") != before, name
            moved += 1
    there.close()
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("solutions/*/*.ipynb")]
    assert moved == sum(len(set(re.findall(r'<div id=\\"(slider-\w+)', text))) for text in texts)


def test_every_exercise_of_every_chapter_shows_its_report(whole):
    from autograder import exercises

    text = "".join((whole / name).read_text(encoding="utf-8") for name in pages(whole))
    labels = set(re.findall(r'aria-label="(\w+): not right yet', text))
    assert not {*exercises.everything(), *exercises.quizzes()} - labels


def test_pictures(browser, address, request):
    if not request.config.getoption("pictures"):
        pytest.skip("--pictures names no folder")
    folder = Path(request.config.getoption("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    for size, theme, media in (
        (WIDE, "light", "screen"),
        (WIDE, "dark", "screen"),
        (PHONE, "light", "screen"),
        (PHONE, "dark", "screen"),
        (WIDE, "light", "print"),
    ):
        there = Visit(browser, address, size, theme)
        kind = "phone" if size is PHONE else "wide"
        for name in (language + name for language in ("", "zh/") for name in SHOWN):
            page = there.open(f"{name}.html")
            stem = f"{name.replace('/', '_')}_{kind}_{theme}"
            if media == "print":
                page.pdf(path=str(folder / f"{stem}.pdf"), format="A4")
            else:
                page.screenshot(path=str(folder / f"{stem}.png"))
        there.close()
