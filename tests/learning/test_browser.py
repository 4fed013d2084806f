"""A newcomer's first five minutes in a real lab and a real browser.

`python3 start.py test tests/learning/test_browser.py -m "long or not long" --pictures docs/images`
makes the ten pictures of docs/first_minutes.md and README's of a notebook. Needs a Chromium.
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
LISTENS = """async name => {
    const panel = window.jupyterapp.shell.currentWidget;
    if (!panel?.context?.path.includes(name)) return false;
    await panel.context.sessionContext.ready;
    return panel.context.sessionContext.session?.kernel?.status === "idle";
}"""
IMPORT = "from autograder import check\n\ncheck"
LONG = "# About 12 s on an ordinary laptop.\nimport time\n\ntime.sleep(3)"
FIRST = """\
def mse_forward(a, y):
    \"\"\"Half the mean squared error. a, y (N,) or (N, D) -> loss (a number), cache = (a, y).\"\"\"
    return np.sum((a - y) ** 2) / (2 * len(a)), (a, y)
"""
AVERAGED = """\
def affine_backward(dout, cache):
    \"\"\"dout (N, M), cache = (x, w, b) -> dx of the shape of x, dw (D, M), db (M,).\"\"\"
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(len(x), -1).T @ dout
    db = dout.mean(axis=0)
    return dx, dw, db
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
    variables = start["learners_lab"](
        {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}, str(tmp_path / "work")
    )
    for name in ("DATA_DIR", "CONFIG_DIR", "RUNTIME_DIR"):
        variables[f"JUPYTER_{name}"] = str(tmp_path / name)
    variables["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "settings")
    themes = tmp_path / "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text(theme)
    port = "8937"
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={work}", start["START_PAGE"]]
    command += ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.token=t", "--allow-root", "--expose-app-in-browser"]
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
    cell = code_cell(page, text)
    cell.scroll_into_view_if_needed()
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    return cell


def ready(page: Any, name: str) -> None:
    """Wait until a notebook is in front and its kernel listens."""
    page.locator(".lm-TabBar-tab.lm-mod-current").filter(has_text=name).first.wait_for()
    # The status bar shows the notebook before for a while, so the lab itself is asked.
    page.wait_for_function(LISTENS, arg=name)


def code_cell(page: Any, text: str) -> Any:
    """The first code cell of the notebook in front that holds a text."""
    return page.locator(".jp-Notebook:visible .jp-CodeCell").filter(has_text=text).first


def write_cell(page: Any, text: str, source: str) -> None:
    """Put other code into the cell that holds a text."""
    cell = code_cell(page, text)
    cell.scroll_into_view_if_needed()
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


@pytest.fixture
def film(picture):
    """Takes the next picture of the film; `top` is what stands in its upper part."""
    taken: list[str] = []

    def take(name: str, top: Any = None) -> None:
        taken.append(name)
        if top is not None:
            top.evaluate("e => e.scrollIntoView({block: 'start'})")
        picture(f"first_minutes/{len(taken):02d}_{name}")

    yield take
    assert len(taken) == 10


def test_the_first_five_minutes(lab, page, film):
    address, work = lab
    page.goto(address)
    page.get_by_role("heading", name="Start here").wait_for()
    ready(page, "start.ipynb")  # a key pressed before is lost
    film("start_page")
    assert page.url.endswith("/lab/tree/start.ipynb")
    assert "Nbgrader" not in page.inner_text(".lm-MenuBar")

    run_cell(page, "import numpy")
    run_cell(page, "def average")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("not right yet").wait_for()
    assert "“not divided”" in report.inner_text()
    assert [item.state for item in progress.overview(work)].count("done") == 0
    assert serious(page, ".ag-report") == []
    film("the_check_says_why", code_cell(page, "def average"))

    hint = run_cell(page, "check.hint")
    hint.get_by_text("step 1 of").wait_for()
    film("a_hint", page.get_by_role("heading", name="When you are stuck"))

    cell = code_cell(page, "def average")
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" / len(x)")
    page.keyboard.press("Control+Enter")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("passed, all").wait_for()
    film("it_passes", code_cell(page, "import numpy"))

    page.get_by_role("link", name=re.compile("2 · Linear models")).click()
    page.get_by_role("heading", name=re.compile("2.1 · Linear regression")).first.wait_for()
    ready(page, "01_linear")  # Run All is lost before, too
    film("a_chapter")
    page.locator(".lm-MenuBar").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu").get_by_text("Run All Cells", exact=True).click()
    page.get_by_text("mse_forward is not written yet.").first.wait_for(state="attached")
    ready(page, "01_linear")  # it stops at none of them
    film("run_all_goes_on", code_cell(page, "def mse_forward"))

    write_cell(page, "def mse_forward", FIRST)
    page.keyboard.press("Control+Enter")
    report = run_cell(page, "check(mse_forward)").locator(".ag-report")
    report.get_by_text("passed, all").wait_for()
    film("the_first_exercise", code_cell(page, "def mse_forward"))

    page.locator(".jp-NotebookPanel:visible").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("Not written yet:").wait_for()
    assert "mse_backward" in dialog.inner_text()
    assert "mse_forward" not in dialog.inner_text()
    film("validate_in_short")
    dialog.get_by_text("Ok", exact=True).click()

    page.locator(".lm-TabBar-tab").filter(has_text="start.ipynb").click()
    table = run_cell(page, "check.progress")
    table.get_by_text("1 of").wait_for()
    table.get_by_text("Next: mse_backward").wait_for()
    assert serious(page, ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output") == []
    film("the_map", page.get_by_role("heading", name="What you have done"))
    following = table.get_by_role(
        "link", name="02_linear_models/03_probabilities_and_cross_entropy"
    )
    following.click()
    ready(page, "03_probabilities")
    run_cell(page, "from nnkit import plot")
    run_cell(page, "import ch02_classifiers")
    cell = run_cell(page, "Word lengths while the climate changes")
    slides(page, cell)
    film("a_slider", cell.locator(".jp-Cell-outputWrapper"))


def slides(page: Any, cell: Any) -> None:
    """Move a slider by a key, and see another picture."""
    handle = cell.locator("input[type=range]")
    handle.wait_for()
    shown = cell.locator("img:visible").first
    before = shown.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([e, old]) => e.src !== old", arg=[shown.element_handle(), before])


@pytest.mark.long
def test_the_notebook_in_readme(lab, page, picture):
    """Chapter 3 as somebody left it who has averaged db."""
    address, work = lab
    path = "03_feedforward/02_computational_graphs_and_backpropagation.ipynb"
    nb, right = (nbformat.read(f / path, as_version=4) for f in (work, ROOT / "solutions"))
    solved = {cell.id: cell.source for cell in right.cells}
    for cell in nb.cells:
        if cell.id == "affine_forward":
            cell.source = re.sub(r" *### .*\n?", "", solved[cell.id])
        if cell.id == "affine_backward":
            cell.source = AVERAGED
    nbformat.write(nb, work / path)
    page.goto(address.replace("/?", f"/lab/tree/{path}?"))
    ready(page, "02_computational")
    for text in ("from autograder import check", "def affine_forward", "def affine_backward"):
        run_cell(page, text)
    report = run_cell(page, "check(affine_backward").locator(".ag-report")
    report.get_by_text("not right yet").wait_for()
    assert "db is the right answer times 1/N" in report.inner_text()
    code_cell(page, "def affine_backward").evaluate("e => e.scrollIntoView({block: 'start'})")
    picture("notebook")


@pytest.mark.long
@pytest.mark.parametrize("theme", [DARK])
def test_reports_and_sliders_are_readable_in_the_dark_theme(lab, page, picture):
    address, work = lab
    nb = nbformat.read(work / "start.ipynb", as_version=4)
    nb.cells = [nbformat.v4.new_code_cell(text) for text in (SLIDER, IMPORT, LONG)]
    nbformat.write(nb, work / "slider.ipynb")
    page.goto(address)
    page.get_by_role("heading", name="Start here").wait_for()
    ready(page, "start.ipynb")  # a key pressed before is lost
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    run_cell(page, "import numpy")
    run_cell(page, "def average")
    report = run_cell(page, "check(average)").locator(".ag-report")
    report.get_by_text("not right yet").wait_for()
    assert serious(page, ".ag-report") == []
    picture("in_the_dark/a_report")

    page.get_by_text("slider.ipynb").first.dblclick()
    ready(page, "slider.ipynb")
    cell = run_cell(page, "import matplotlib")
    slides(page, cell)
    assert serious(page, ".jp-OutputArea-output") == []
    picture("in_the_dark/a_slider")

    run_cell(page, "from autograder")
    bar = run_cell(page, "About 12 s").get_by_role("progressbar")
    bar.wait_for()
    assert serious(page, ".jp-OutputArea-output") == []
    picture("in_the_dark/a_bar")
    page.get_by_text("This took 3 s.").wait_for()
