"""The command line: fast help, and `check` on a student's notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.building.build import build
from autograder.building.layout import Layout
from autograder.building.shell_check import check_notebook
from autograder.learning.workcopy import update, work_copy
from tests.building.conftest import WHOLE, Write, names

ROOT = Path(__file__).parents[2]


def imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return set(run.stderr.split())


def test_importing_autograder_imports_neither_numpy_nor_nbgrader() -> None:
    assert not imported_by("import autograder") & {"numpy", "nbgrader", "nbconvert", "matplotlib"}


def test_help_lists_every_command_without_importing_one() -> None:
    result = CliRunner().invoke(cli.main, ["--help"])
    assert result.exit_code == 0
    for name in cli.COMMANDS:
        assert name in result.output
    modules = imported_by(
        "import autograder.cli; autograder.cli.main(['--help'], standalone_mode=False)"
    )
    assert "click" in modules
    assert not modules & {"rich", "numpy", "nbgrader"}


def test_nbgraders_extensions_of_the_server_are_loaded_when_something_of_them_is_used() -> None:
    server = {"jupyter_server", "nbgrader.server_extensions.validate_assignment.handlers"}
    begun = "import autograder.startup, nbgrader.api"
    assert not server & imported_by(begun)
    looked = f"{begun}, inspect; [hasattr(m, '__file__') for m in [*sys.modules.values()]]"
    assert not server & imported_by(looked)
    package = "nbgrader.server_extensions.validate_assignment"
    used = (
        f"import {package}.handlers",
        f"from {package} import handlers",
        "from unittest import mock; server = mock.MagicMock(); "
        "server.web_app.settings = {'base_url': '/'}; nbgrader.load_validate(server)",
    )
    for use in used:
        assert server <= imported_by(f"{begun}; {use}"), use


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_in_the_table_exists_and_has_help(name: str) -> None:
    result = CliRunner().invoke(cli.main, [name, "--help"])
    assert result.exit_code == 0, result.output


def test_unknown_chapter_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli.main, ["build", "99"])
    assert result.exit_code == 2
    assert "neither a chapter" in result.output


def test_check_reports_passed_and_failed_cells_of_a_notebook(project: Write) -> None:
    layout = project(WHOLE)
    build(layout=layout, names=names)
    reports = check_notebook(layout.solutions / "03_tiny" / "01_a.ipynb")
    assert [(report.name, report.passed, report.points) for report in reports] == [
        ("check_double", True, 99),
        ("check_quiz_one", True, 1),
    ]
    student = layout.chapters / "03_tiny" / "01_a.ipynb"
    assert [report.passed for report in check_notebook(student)] == [False, True]
    result = CliRunner().invoke(cli.main, ["check", str(student)])
    assert result.exit_code == 1
    assert "failed check_double (99 points)" in result.output
    assert "1 of 100 points" in result.output


def test_check_of_a_file_that_is_no_notebook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("nothing")
    result = CliRunner().invoke(cli.main, ["check", str(path)])
    assert result.exit_code == 1
    assert "is not a notebook" in result.output
    nbformat.write(nbformat.v4.new_notebook(), path)
    assert "no graded check" in CliRunner().invoke(cli.main, ["check", str(path)]).output
    path.write_text("[1, 2]")
    assert "it has no list of cells" in CliRunner().invoke(cli.main, ["check", str(path)]).output


def with_checks(path: Path, *sources: str) -> None:
    """Write a notebook whose cells that begin with `assert` are its checks."""
    nb = nbformat.v4.new_notebook()
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source)
        if source.startswith("assert"):
            marks = {"grade": True, "grade_id": f"check_{number}", "points": 1, "solution": False}
            cell.metadata["nbgrader"] = {**marks, "locked": True, "schema_version": 3}
        nb.cells.append(cell)
    nbformat.write(nb, path)


def test_check_says_why_a_name_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with_checks(path, "one = (", "two = 2\nraise NotImplementedError()", "assert one", "assert two")
    broken, fine = check_notebook(path)
    assert broken.text.startswith("one is not there, because its cell failed: SyntaxError: ")
    assert fine.passed
    with_checks(path, "raise NotImplementedError()\none = 1", "assert one", "assert elsewhere")
    texts = [report.text for report in check_notebook(path)]
    assert texts == ["one is not written yet.", "NameError: name 'elsewhere' is not defined"]


def test_check_says_at_which_cell_python_ended(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with_checks(path, "one = 1", "import os\nos._exit(3)", "assert one")
    result = CliRunner().invoke(cli.main, ["check", str(path)])
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.endswith("the cell that begins with 'import os' ended Python itself.")


@pytest.mark.parametrize("typed", ["python3 start.py autograder", None])
def test_usage_lines_name_the_command_that_was_typed(typed: str | None) -> None:
    """Before: "python -m autograder.cli", which nobody had typed."""
    variables = {name: value for name, value in os.environ.items() if name != "AUTOGRADER_CALLED"}
    if typed:
        variables["AUTOGRADER_CALLED"] = typed
    command = [sys.executable, "-m", "autograder.cli", "check", "--nonsense"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 2
    said = typed or "python -m autograder.cli"
    assert f"Usage: {said} check" in done.stderr
    assert f"Try '{said} check --help'" in done.stderr


def test_check_says_which_check_is_missing(tmp_path: Path) -> None:
    chapters, work = tmp_path / "chapters", tmp_path / "work"
    path = work / "02_linear_models" / "02_gradients_in_practice.ipynb"
    (chapters / path.parent.name).mkdir(parents=True)
    released = ROOT / "chapters" / path.relative_to(work)
    nb = nbformat.read(released, as_version=4)
    nb.cells = [cell for cell in nb.cells if "quiz_central" in cell.id]
    nb.cells.append(nbformat.from_dict(nb.cells[-1] | {"id": "other"}))
    nb.cells[-1].metadata.nbgrader.grade_id = "check_other"
    nbformat.write(nb, chapters / path.relative_to(work))
    update(work_copy(work, chapters))
    nbformat.write(nbformat.from_dict(nb | {"cells": nb.cells[:-1]}), path)
    said = CliRunner().invoke(cli.main, ["check", str(path)]).output
    assert "check_other (1 point) is missing" in said
    assert "`python3 start.py update`" in said


@pytest.mark.parametrize("name", ["build", "translate", "demo"])
def test_an_installed_copy_says_that_it_has_no_texts(name, monkeypatch, tmp_path) -> None:
    """Before: "0 notebooks executed", "there is no edition", and advice to run `build`."""
    monkeypatch.setattr(Layout.__init__, "__defaults__", (tmp_path, ""))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.main, [name])
    assert done.exit_code
    assert f"{tmp_path} has no texts" in done.output
