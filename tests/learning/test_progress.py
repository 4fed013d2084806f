"""What a check writes down, where, and when it does not; the map drawn from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from autograder import check as course_check
from autograder.learning import map as drawn
from autograder.learning import progress
from autograder.learning.workcopy import update, work_copy
from tests.learning.courses import check, stub

RIGHT = "def mse_forward(a, y):\n    return np.sum((a - y) ** 2) / (2 * len(a)), (a, y)"
START = "import numpy as np\nfrom autograder import check"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A working copy of two notebooks with one exercise each."""
    for number, name in enumerate(("mse_forward", "mse_backward"), 1):
        nb = nbformat.v4.new_notebook(cells=[stub(name, "what"), check(name, "it")])
        folder = tmp_path / "chapters" / f"0{number}_part"
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "01_a.ipynb")
    update(work_copy(tmp_path / "work", tmp_path / "chapters"))
    return tmp_path / "work"


def log(work: Path) -> Path:
    return work / ".course" / "progress.jsonl"


def states(work: Path) -> list[str]:
    return [item.state for item in progress.overview(work)]


def test_a_check_in_a_lab_is_remembered_and_one_that_nobody_sits_at_is_not(work, monkeypatch):
    """In a kernel, as the lab asks (input is possible), and as nbclient, so nbgrader, does."""
    manager, client = start_new_kernel(cwd=str(work / "01_part"))
    try:

        def run(code: str, attended: bool) -> str:
            reply = client.execute_interactive(
                code, allow_stdin=attended, output_hook=lambda message: None, timeout=60
            )
            return reply["content"]["status"]

        stubbed = "def mse_forward(a, y):\n    raise NotImplementedError()"
        run(START, True)
        assert run(f"{stubbed}\ncheck(mse_forward)", True) == "error"
        assert not log(work).exists(), "a stub is no try"
        assert run(f"{RIGHT}\ncheck(mse_forward)", False) == "ok"
        assert not log(work).exists(), "an unattended run writes nothing"
        assert run(f"{RIGHT.replace('2 * ', '')}\ncheck(mse_forward)", True) == "error"
        assert states(work) == ["tried", "open"]
        assert run(f"{RIGHT}\ncheck(mse_forward)", True) == "ok"
        assert states(work) == ["done", "open"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    lines = [json.loads(line) for line in log(work).read_text().splitlines()]
    assert [(line["name"], line["passed"]) for line in lines] == [
        ("mse_forward", False),
        ("mse_forward", True),
    ]


def test_outside_a_working_copy_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "attended", lambda: True)
    progress.remember("mse_forward", True)
    assert list(tmp_path.iterdir()) == []


def test_the_map_counts_points_names_the_next_and_survives_a_line_cut_off(work, monkeypatch):
    monkeypatch.chdir(work)
    monkeypatch.setattr(progress, "attended", lambda: True)
    progress.remember("mse_forward", True)
    progress.remember("mse_forward", False)  # what once passed stays done
    with log(work).open("a") as file:
        file.write('{"name": "mse_ba')
    text = drawn.as_text(progress.overview(work))
    assert "1 of 2 exercises and quizzes, 2 of 4 points." in text
    assert "Next: mse_backward in 02_part/01_a." in text
    page = drawn.as_html(progress.overview(work))
    assert page.count("<tr>") == 3
    assert 'aria-label="mse_forward: done"' in page
    assert page.count('<a href="./02_part/01_a.ipynb">02_part/01_a</a>') == 2


def test_next_is_what_follows_the_exercise_checked_last_and_then_what_was_left_out(capsys):
    def item(name: str, state: str, last: str = "") -> progress.Item:
        return progress.Item(name, "01_part/01_a", 1, state, last=last)

    def following(*items: progress.Item) -> str:
        return drawn.as_text(list(items)).splitlines()[-1]

    assert following(item("a", "open"), item("b", "open")).startswith("Next: a ")
    assert following(item("a", "open"), item("b", "done", "2026"), item("c", "open")).startswith(
        "Next: c "
    )
    assert following(item("a", "open"), item("b", "tried", "2026")).startswith("Next: b ")
    assert following(item("a", "open"), item("b", "done", "2026")).startswith("Next: a ")
    assert following(item("a", "done", "2026")) == "All is done."


def test_check_progress_shows_the_map_and_says_where_there_is_none(
    work, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(work / "02_part")
    course_check.progress()
    assert "0 of 2 exercises and quizzes" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    course_check.progress()
    assert "start.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    "module", ["learning.progress", "learning.map", "learning.announce", "checking", "learning.lab"]
)
def test_each_module_can_be_the_first_that_is_imported(module):
    command = [sys.executable, "-c", f"import autograder.{module}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_without_a_working_copy_only_a_start_py_that_is_there_is_named(monkeypatch, tmp_path):
    assert "`python3 start.py` makes one" in drawn.as_text([])
    monkeypatch.setattr(drawn, "START", tmp_path / "start.py")
    assert "`" not in drawn.as_text([])
    assert "working copy" in drawn.as_text([])
