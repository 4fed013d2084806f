"""A page of a real browser, pictures of it, and what axe finds wrong for who cannot see it.

`--pictures FOLDER` keeps the pictures that the tests take; `--pictures docs/images` renews those of
README and of docs/first_minutes.md.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

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
def picture(page: Any, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keeps a picture as NAME.png below the folder of `--pictures`."""
    folder = request.config.getoption("pictures")

    def take(name: str, **options: Any) -> None:
        if folder:
            time.sleep(1)
            save(page.screenshot(**options), Path(folder) / f"{name}.png")

    return take


def save(data: bytes, path: Path) -> None:
    """Write a screenshot in 128 colors, a third of its size."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


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
