"""A page of a real browser, pictures of it, and what axe finds wrong for who cannot see it.

`NN_PICTURES=FOLDER` keeps the pictures that the tests take.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSER = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
SECONDS = 1000  # of playwright's milliseconds

in_a_browser = pytest.mark.skipif(BROWSER is None, reason="this system has no Chromium")


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of a browser."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="install the extra `browser`")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120 * SECONDS)
        yield page
        browser.close()


@pytest.fixture
def picture(page: Any) -> Callable[[str], None]:
    """Keeps a picture where NN_PICTURES names a folder."""
    folder = os.environ.get("NN_PICTURES")
    taken: list[str] = []

    def take(name: str) -> None:
        taken.append(name)
        if folder:
            time.sleep(1)
            page.screenshot(path=str(Path(folder) / f"{len(taken):02d}_{name}.png"))

    return take


def serious(page: Any, selector: str) -> list[str]:
    """What axe finds serious or critical in the parts of a page: rule, help and the elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=selector).response
    assert found["passes"], f"axe found nothing to judge in {selector}"
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'] for node in rule['nodes']]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
