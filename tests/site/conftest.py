"""A small site, built once, served on this machine, and a browser that looks at it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser import BROWSER

ROOT = Path(__file__).parents[2]
# A slider, exercises, a quiz and a question in words; the chapter's glossary.
SMALL = ("03_lstm", "06_encoder_decoder_and_attention")
QUIET = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"


class Handler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two notebooks."""
    pytest.importorskip("myst_nb", reason="install the extra `site`")
    from autograder.site.build import build_site

    folder = tmp_path_factory.mktemp("site")
    notebooks = folder / "solutions" / "05_rnn_lstm"
    notebooks.mkdir(parents=True)
    for name in SMALL:
        shutil.copy(ROOT / "solutions" / "05_rnn_lstm" / f"{name}.ipynb", notebooks)
    with pytest.MonkeyPatch.context() as patch:  # as a workflow on GitHub builds it
        patch.setenv("GITHUB_REPOSITORY", "ada/nets")
        return build_site("en", notebooks.parent, target=folder / "html", scratch=folder / "made")


def serve(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def served(small: Path) -> Iterator[str]:
    """The address of the small site."""
    yield from serve(small)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium of the system; closed after a module, for other tests have an event loop too."""
    if BROWSER is None:
        pytest.skip("this system has no Chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="install the extra `browser`")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET.split())
        yield browser
        browser.close()
