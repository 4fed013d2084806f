"""Four ways to a verdict: the visible check, Validate, nbgrader's execution, the jailed grader."""

from __future__ import annotations

import contextlib
import io
import os
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from nbgrader.validator import Validator

from autograder.grading.judging.executor import execute_notebook
from autograder.grading.sandbox.jail import JailPool
from tests.agreement.notebooks import Notebook
from tests.attacks.assignment import SECRET, graded, solution

IMPORTS = "import numpy as np\nfrom autograder import check"
Verdict = tuple[bool, ...]


def at_home(notebook: Notebook) -> Verdict:
    """The visible checks, cell by cell, as a student runs them."""
    shell = InteractiveShell()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for cell in (IMPORTS, *notebook.cells):
            shell.run_cell(cell)
        return tuple(shell.run_cell(text).success for text in notebook.checks)


def under_validate(notebook: Notebook) -> Verdict:
    """Validate: the student's copy, visible checks only; it tells whether any cell failed."""
    built = Validator()._preprocess(as_notebook(notebook, hidden=False))
    failed = {c.source for c in Validator()._get_failed_cells(built)}
    return tuple(text not in failed for text in notebook.checks)


def by_nbgrader(notebook: Notebook) -> Verdict:
    """nbgrader's own execution and grades, hidden tests and the course's secret included."""
    before = os.environ.get("NN_COURSE_SECRET")
    os.environ["NN_COURSE_SECRET"] = SECRET.decode()
    try:
        built, _ = Execute().preprocess(as_notebook(notebook, hidden=True), {})
    finally:
        if before is None:
            del os.environ["NN_COURSE_SECRET"]
        else:
            os.environ["NN_COURSE_SECRET"] = before
    grades = [
        determine_grade(c) for c in built.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]
    return tuple(score == most for score, most in grades)


def in_the_jail(notebook: Notebook, pool: JailPool) -> Verdict:
    """The project's grader."""
    built = as_notebook(notebook, hidden=False)
    result = execute_notebook(built, jail=pool, secret=SECRET)
    assert not result.faults, result.faults
    return tuple(bool(verdict.score) for verdict in result.verdicts.values())


def as_notebook(notebook: Notebook, hidden: bool) -> Any:
    """The notebook with nbgrader's metadata; hidden: with the hidden twins of the checks."""
    cells: list[Any] = [new_code_cell(IMPORTS)]
    for i, text in enumerate(notebook.cells):
        cell = solution(f"solution_{i}", text)
        if text.startswith("### EXPERIMENT"):
            cell = new_code_cell(text, metadata={"tags": ["experiment"]})
        cells.append(cell)
    for i, text in enumerate(notebook.checks):
        twin = f"\n{text.replace('check(', 'check.secret(', 1)}" if hidden else ""
        cells.append(graded(f"test_{i}", text + twin, 1, ()))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    built = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return nbformat.from_dict(built)
