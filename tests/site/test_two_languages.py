"""A site in two languages: each page leads to itself in the other, and Chinese can be searched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.site.conftest import ROOT, serve
from tests.site.looking import Visit, pages

pytestmark = pytest.mark.long
NAME = "05_rnn_lstm/03_lstm"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One notebook in English and with a Chinese paragraph."""
    pytest.importorskip("myst_nb", reason="install the extra `site`")
    from autograder.site.build import build_site

    folder = tmp_path_factory.mktemp("both")
    for code, other in (("en", "zh"), ("zh", "en")):
        notebook = folder / code / f"{NAME}.ipynb"
        notebook.parent.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / f"{NAME}.ipynb", notebook)
        if code == "zh":
            nb = nbformat.read(notebook, as_version=4)
            nb.cells[0].source += "\n\n遗忘门决定保留多少旧的内容。"
            nbformat.write(nb, notebook)
        build_site(
            code,
            folder / code,
            target=folder / "site" / ("" if code == "en" else code),
            scratch=folder / "made",
            others=[other],
        )
    return folder / "site"


@pytest.fixture
def address(both: Path) -> Iterator[str]:
    yield from serve(both)


def test_no_link_between_the_languages_is_broken(both):
    from autograder.site.links import broken_links

    assert not broken_links(both)
    english = {name for name in pages(both) if not name.startswith("zh/")}
    assert english == {name.removeprefix("zh/") for name in pages(both) if name[:3] == "zh/"}


def test_the_switch_leads_to_the_same_page_and_back(browser, both, address):
    there = Visit(browser, address)
    page = there.open(f"{NAME}.html")
    page.locator(".nn-language").click()
    page.wait_for_url(f"**/zh/{NAME}.html")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator(".nn-solution > summary").first.inner_text() == "显示一种解答"
    page.locator(".nn-language").click()
    page.wait_for_url(f"{address}/{NAME}.html")
    assert not there.problems
    there.close()


@pytest.mark.parametrize("query", ["遗忘", "遗忘门", "遗忘门决定", "LSTM 遗忘门"])
def test_a_chinese_term_is_found(browser, both, address, query):
    there = Visit(browser, address)
    page = there.open(f"zh/search.html?q={query}")
    page.locator("#search-results li a").first.wait_for()
    links = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
    assert any(NAME in link for link in links)
    assert not there.problems
    there.close()
