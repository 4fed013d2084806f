"""The pictures of the documents are there, and those of the film are the browser test's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
FILM = ROOT / "docs" / "images" / "first_minutes"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_of_a_page_is_there(page: Path) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert [name for name in shown if not (page.parent / name).is_file()] == []


def test_the_film_has_ten_pictures_in_the_order_in_which_the_test_takes_them() -> None:
    test = (ROOT / "tests" / "learning" / "test_browser.py").read_text(encoding="utf-8")
    names = re.findall(r"^    film\(\"(\w+)\"", test, re.M)
    numbered = [f"{number:02d}_{name}.png" for number, name in enumerate(names, 1)]
    assert len(numbered) == 10
    page = (ROOT / "docs" / "first_minutes.md").read_text(encoding="utf-8")
    assert re.findall(r"first_minutes/(\S+\.png)", page) == numbered
    assert sorted(path.name for path in FILM.iterdir()) == numbered
