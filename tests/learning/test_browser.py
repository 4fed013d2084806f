"""A newcomer's first five minutes in a real lab and a real browser.

`NN_PICTURES=FOLDER python3 start.py test tests/learning/test_browser.py` keeps a picture of each
step. Needs a Chromium of the system.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.learning import progress
from autograder.learning.workcopy import update, work_copy
from tests.browser import in_a_browser, serious

ROOT = Path(__file__).parents[2]

pytestmark = in_a_browser
DARK = '{"theme": "JupyterLab Dark"}'
SLIDER = """\
import matplotlib.pyplot as plt
from nnkit.plot import slider

frames = []
for n in (1, 2, 3):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, n])
    frames.append(fig)
slider(frames, [1, 2, 3], "slope")
"""


@pytest.fixture
def theme() -> str:
    """The lab's settings of its theme; a test may give others."""
    return "{}"


@pytest.fixture
def lab(tmp_path: Path, theme: str) -> Iterator[tuple[str, Path]]:
    """The address of a lab as start.py opens it, and its working copy."""
    start = runpy.run_path(str(ROOT / "start.py"), run_name="start")
    work = tmp_path / "work"
    update(work_copy(work, ROOT / "chapters"))
    variables = start["learners_lab"]({**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")})
    for name in ("DATA_DIR", "CONFIG_DIR", "RUNTIME_DIR"):
        variables[f"JUPYTER_{name}"] = str(tmp_path / name)
    variables["JUPYTERLAB_WORKSPACES_DIR"] = str(tmp_path / "workspaces")
    variables["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "settings")
    themes = tmp_path / "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text(theme)
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
    assert serious(page, ".ag-report") == []
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
    assert serious(page, ".jp-OutputArea-output") == []
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


@pytest.mark.long
@pytest.mark.parametrize("theme", [DARK])
def test_reports_and_sliders_are_readable_in_the_dark_theme(lab, page, picture):
    address, work = lab
    nb = nbformat.read(work / "start.ipynb", as_version=4)
    nb.cells = [nbformat.v4.new_code_cell(SLIDER)]
    nbformat.write(nb, work / "slider.ipynb")
    page.goto(address)
    page.get_by_role("heading", name="Start here").wait_for()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    run_cell(page, "import numpy")
    run_cell(page, "def average")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("not right yet").wait_for()
    assert serious(page, ".ag-report") == []
    picture("a_report_in_the_dark")

    page.get_by_text("slider.ipynb").first.dblclick()
    cell = run_cell(page, "import matplotlib")
    handle = cell.locator("input[type=range]")
    handle.wait_for()
    shown = cell.locator("img:visible").first
    before = shown.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([e, old]) => e.src !== old", arg=[shown.element_handle(), before])
    assert serious(page, ".jp-OutputArea-output") == []
    picture("a_slider_in_the_dark")
