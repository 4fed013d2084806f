"""A cell whose comment says how long it takes shows a bar to whoever sits there, to nobody else."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from autograder.cells import EXPERIMENT
from autograder.learning.announce import COMMENT

ROOT = Path(__file__).parents[2]
TEXTS = sorted((ROOT / "solutions").glob("*/*.py"))
LONG = "# About 12 s on an ordinary laptop.\n"


class Kernel:
    """A kernel that has imported `check`; `run` gives what a cell shows."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.run("from autograder import check; check")

    def run(self, source: str, attended: bool = True) -> list[dict]:
        messages: list[dict] = []
        self.client.execute_interactive(
            source, allow_stdin=attended, timeout=60, output_hook=messages.append
        )
        kinds = ("display_data", "update_display_data")
        return [m["content"] for m in messages if m["msg_type"] in kinds]

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    made = Kernel()
    yield made
    made.close()


def test_the_bar_comes_before_the_cell_and_the_time_it_took_takes_its_place(kernel):
    bar, end = kernel.run(LONG + "x = 1")
    assert bar["data"]["text/plain"] == "This takes about 12 s on an ordinary laptop."
    assert 'role="progressbar"' in bar["data"]["text/html"]
    assert "12s linear" in bar["data"]["text/html"]
    assert end["transient"] == bar["transient"]
    assert end["data"]["text/plain"] == "This took 0 s."


def test_a_cell_that_fails_leaves_no_bar(kernel):
    _, end = kernel.run(LONG + "raise NotImplementedError()")
    assert end["data"] == {"text/plain": "", "text/html": ""}


@pytest.mark.parametrize(
    ("source", "attended"),
    [(LONG + "x = 1", False), ("# About 4 s on an ordinary laptop.\nx = 1", True), ("x = 1", True)],
    ids=["nobody sits there", "short", "no comment"],
)
def test_no_bar(kernel, source, attended):
    assert kernel.run(source, attended) == []


def test_no_cell_says_how_long_it_takes_in_other_words():
    """A comment that is written otherwise would show no bar."""
    other = [
        (path.name, line)
        for path in TEXTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*# .*ordinary laptop", line) and not COMMENT.search(line)
    ]
    assert other == []


def test_what_takes_long_is_an_experiment_and_says_so_in_its_first_line():
    said = []
    for path in sorted((ROOT / "chapters").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        said += [cell for cell in cells if COMMENT.search("".join(cell["source"]))]
    assert said
    assert all(COMMENT.match(cell["source"][0].rstrip("\n")) for cell in said)
    assert all(EXPERIMENT in cell["metadata"].get("tags", []) for cell in said)
