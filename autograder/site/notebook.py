"""From an executed notebook to the page that Sphinx reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.cells import is_experiment
from autograder.site import exercises
from autograder.site.actions import actions
from autograder.site.pictures import description
from autograder.site.texts import text

CHECKED = re.compile(r"^check(?:\.quiz)?\(\W?(\w+)", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LONG = 24  # lines; the code of a longer experiment is folded: the text goes on with what it shows


class Typical(Protocol):
    """The report for a typical mistake in an exercise, by its name."""

    def __getitem__(self, name: str) -> str: ...


def page(
    nb: NotebookNode,
    name: str,
    stubs: Mapping[str, str],
    reports: Typical,
    language: str,
) -> NotebookNode:
    """Return the notebook of a page.

    nb: an executed notebook with its title, see book.py; name: "03_feedforward/03_training".
    stubs: what a student is given, by cell id; reports: typical reports, by exercise.
    """
    made = nbformat.from_dict(nb)
    checked = {found for cell in nb.cells for found in CHECKED.findall(cell.source)}
    solutions: dict[str, str] = {}
    cells: list[NotebookNode] = []
    section = ""
    for cell, after in zip(made.cells, [*made.cells[1:], None], strict=True):
        cells.append(cell)
        role = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            section = (HEADING.findall(cell.source) or [section])[-1]
            if role.get("solution"):
                cell.source = exercises.question(cell.source, language)
            continue
        long = is_experiment(cell) and cell.source.count("\n") >= LONG
        folded = long or cell.metadata.get("jupyter", {}).get("source_hidden")
        alt = description(after.source if after else "", section, language)
        cell.metadata = nbformat.from_dict(
            {"tags": ["hide-input"] if folded else [], "mystnb": {"image": {"alt": alt}}}
        )
        if role.get("solution"):
            solution = exercises.without_markers(cell.source)
            cell.source = stubs.get(cell.id, solution).strip()
            if role["grade_id"] in checked:
                solutions[role["grade_id"]] = solution
            else:
                cells.append(_beside(cell, exercises.beside(solution, "", "", "", language)))
        elif role.get("grade"):
            cells.append(_checked(cell, solutions, reports, language))
            cell.outputs = []
    cells[0].source = actions(cells[0].source, name, language)
    made.cells = cells
    return made


def _checked(
    cell: NotebookNode,
    solutions: dict[str, str],
    reports: Typical,
    language: str,
) -> NotebookNode:
    """Return the cell that follows a check: the solution, and what a typical mistake is told."""
    found = CHECKED.search(cell.source)
    name = found[1] if found else ""
    passing = "".join(o["data"].get("text/html", "") for o in cell.outputs if "data" in o)
    title = text("wrong_answer" if name.startswith("quiz") else "typical", language)
    source = exercises.beside(solutions.pop(name, ""), passing, reports[name], title, language)
    return _beside(cell, source)


def _beside(cell: NotebookNode, source: str) -> NotebookNode:
    return new_markdown_cell(source, id=f"beside_{cell.id}"[:64])
