"""A newcomer's first five minutes in a real lab and a real browser.

`NN_PICTURES=FOLDER python3 start.py test -m long tests/learning/test_browser.py` keeps a picture of
each step. Needs the extra `browser` and a Chromium of the system.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.learning import progress
from autograder.learning.workcopy import update, work_copy

ROOT = Path(__file__).parents[2]
BROWSER = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
SECONDS = 1000  # of playwright's milliseconds
PATIENCE = 120 * SECONDS

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(BROWSER is None, reason="this system has no Chromium"),
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a lab as start.py opens it, and its working copy."""
    start = runpy.run_path(str(ROOT / "start.py"), run_name="start")
    work = tmp_path / "work"
    update(work_copy(work, ROOT / "chapters"))
    variables = start["learners_lab"]({**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")})
    for name in ("DATA_DIR", "CONFIG_DIR", "RUNTIME_DIR"):
        variables[f"JUPYTER_{name}"] = str(tmp_path / name)
    variables["JUPYTERLAB_WORKSPACES_DIR"] = str(tmp_path / "workspaces")
    port = "8937"
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={work}", start["START_PAGE"]]
    command += ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.token=t", "--allow-root"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        try:
            answers(f"http://127.0.0.1:{port}/api?token=t", server)
            yield f"http://127.0.0.1:{port}/?token=t", work
        finally:
            server.terminate()
            server.wait(30)


def answers(address: str, server: subprocess.Popen) -> None:
    """Wait until a server does."""
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the lab did not start")


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of a browser."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="install the extra `browser`")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
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


def run_cell(page: Any, text: str) -> Any:
    """Run the code cell that holds a text; returns the cell."""
    cell = page.locator(".jp-Notebook:visible .jp-CodeCell").filter(has_text=text).first
    cell.scroll_into_view_if_needed()
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    return cell


def test_the_first_five_minutes(lab, page, picture):
    address, work = lab
    page.goto(address)
    page.get_by_role("heading", name="Start here").wait_for()
    picture("start_page")
    assert page.url.endswith("/lab/tree/start.ipynb")
    assert "Nbgrader" not in page.inner_text(".lm-MenuBar")

    run_cell(page, "import numpy")
    run_cell(page, "def average")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("not right yet").wait_for()
    assert "“not divided”" in report.inner_text()
    assert [item.state for item in progress.overview(work)].count("done") == 0
    picture("the_check_says_why")

    hint = run_cell(page, "check.hint")
    hint.get_by_text("step 1 of").wait_for()
    picture("a_hint")

    cell = page.locator(".jp-CodeCell").filter(has_text="def average").first
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" / len(x)")
    page.keyboard.press("Control+Enter")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("passed, all").wait_for()
    picture("it_passes")

    run_cell(page, "check.progress").get_by_text("Next: standardize").wait_for()
    picture("the_map")

    page.get_by_role("link", name=re.compile("2 · Linear models")).click()
    page.get_by_role("heading", name=re.compile("2.1 · Linear regression")).first.wait_for()
    picture("a_chapter")
    page.locator(".lm-MenuBar").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu").get_by_text("Run All Cells", exact=True).click()
    first = page.get_by_text("mse_forward is not written yet.").first
    first.wait_for(state="attached")
    first.scroll_into_view_if_needed()
    picture("run_all_goes_on")

    page.get_by_text("Validate", exact=True).locator("visible=true").click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("Not written yet:").wait_for()
    assert "mse_forward, mse_backward" in dialog.inner_text()
    picture("validate_in_short")
