"""An assignment's material, read from the gradebook and the instructor's notebooks."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbgrader.api import Assignment, Gradebook, MissingEntry

from autograder.cells import is_experiment
from autograder.coursefolder.earlier import load_earlier
from autograder.coursefolder.material import (
    CellMaterial,
    Material,
    NotebookMaterial,
    UnknownAssignment,
    mark_of,
)


def load_material(
    gradebook: Gradebook,
    assignment: str,
    secret: bytes,
    source: Path | None = None,
    earlier: Path | None = None,
    language: str = "",
) -> Material:
    """Read an assignment from the gradebook; `source` is its folder of instructor's notebooks.

    earlier: the file that keeps what earlier releases said.  language: of the reports.

    Raises UnknownAssignment when it was never released.
    """
    try:
        found: Assignment = gradebook.find_assignment(assignment)
    except MissingEntry:
        known = ", ".join(sorted(a.name for a in gradebook.assignments)) or "none"
        raise UnknownAssignment(
            f"The gradebook has no assignment {assignment!r} (it has: {known}); "
            f"`autograder release` puts it there."
        ) from None
    before = load_earlier(earlier) if earlier else {}
    notebooks = []
    for notebook in sorted(found.notebooks, key=lambda nb: nb.name):
        points = {c.name: float(c.max_score) for c in [*notebook.grade_cells, *notebook.task_cells]}
        grades = {c.name for c in notebook.grade_cells}
        solutions = {c.name for c in notebook.solution_cells}
        tasks = {c.name for c in notebook.task_cells}
        cells = {
            c.name: CellMaterial(
                name=c.name,
                cell_type=c.cell_type,
                locked=bool(c.locked),
                grade=c.name in grades,
                solution=c.name in solutions,
                task=c.name in tasks,
                points=points.get(c.name),
                source=c.source,
                checksum=c.checksum,
            )
            for c in notebook.source_cells
        }
        order, experiments, plain = read_source(source, notebook.name)
        names = [name for name in order if name in cells]
        names += [name for name in cells if name not in names]
        notebooks.append(
            NotebookMaterial(
                notebook.name,
                notebook.kernelspec or "{}",
                tuple(cells[name] for name in names),
                frozenset(experiments),
                frozenset(plain),
                before.get(notebook.name, {}),
            )
        )
    return Material(assignment, tuple(notebooks), secret, str(found.duedate or ""), language)


def read_source(folder: Path | None, name: str) -> tuple[list[str], list[str], list[str]]:
    """Return the order of grade_ids, ids and marks of experiments, and the marks of plain texts.

    They are read from the instructor's notebook. All are empty where it is not at hand; the
    gradebook's own order has to do then.
    """
    path = folder / f"{name}.ipynb" if folder else None
    if path is None or not path.exists():
        return [], [], []
    nb = nbformat.read(path, as_version=4)
    order = [c.metadata.nbgrader.grade_id for c in nb.cells if "nbgrader" in c.metadata]
    # A script and some editors' notebooks have neither ids nor tags: the text tells as well.
    tagged = [key for c in nb.cells if is_experiment(c) for key in (c.id, mark_of(c.source))]
    plain = [mark_of(c.source) for c in nb.cells if "nbgrader" not in c.metadata]
    return order, tagged, plain
