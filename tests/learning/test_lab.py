"""What the learner's lab switches off, and Validate's short list."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from jupyterlab_server.config import get_page_config

from autograder.learning import lab
from tests.learning.courses import check, question, stub

FOLDER = Path(lab.__file__).parent / "jupyter"
PLUGINS = Path("share/jupyter/labextensions/@jupyter/nbgrader")


def test_the_learners_lab_has_validate_and_no_panel_of_an_instructor(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(FOLDER))
    off = get_page_config([])["disabledExtensions"]
    assert "@jupyter/nbgrader:formgrader" in off
    assert "@jupyter/nbgrader:create-assignment" in off
    assert "@jupyter/nbgrader:validate-assignment" not in off


def test_a_lab_without_that_folder_has_them_all(monkeypatch):
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    assert "@jupyter/nbgrader:formgrader" not in get_page_config([]).get("disabledExtensions", {})


def test_every_plugin_that_is_switched_off_exists():
    code = "".join(
        path.read_text(errors="replace") for path in (Path(sys.prefix) / PLUGINS).rglob("*.js")
    )
    named = json.loads((FOLDER / "labconfig" / "page_config.json").read_text())
    assert [name for name in named["disabledExtensions"] if name not in code] == []


def failure(source: str, error: str = "an error") -> dict[str, str]:
    return {"source": source, "error": error, "raw_error": error}


def test_what_is_not_written_is_named_in_one_entry_and_wrong_answers_each():
    nb = nbformat.v4.new_notebook(
        cells=[
            stub("f", "first"),
            check("f", "first"),
            stub("g", "second"),
            check("g", "second"),
            question("why", "that"),
        ]
    )
    nb.cells[0].source = "def f(x):\n    return 0"
    checks = [cell.source for _, cell in lab.marked(nb, "grade") if cell.cell_type == "code"]
    failed = [failure(source) for source in checks]
    failed.append(failure(nb.cells[4].source.strip(), "You did not provide a response."))
    wrong, short = lab.in_short(failed, nb)
    assert wrong["source"] == "check(f)  # first"
    assert short["source"] == "g, why"
    assert short["error"] == "Not written yet: 2."
