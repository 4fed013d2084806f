"""The instructor's and the student's copy of a notebook, made by nbgrader's own preprocessors."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import CheckCellMetadata, SaveCells
from traitlets.config import Config

from autograder.building.calls import with_hidden_tests
from autograder.building.folding import fold_drawings
from autograder.building.source import SourceNotebook
from autograder.cells import GOES_ON


def instructor_notebook(source: SourceNotebook) -> NotebookNode:
    """Return the notebook that nbgrader calls source.

    It has solutions, checks and their hidden twins, and no outputs. From the first exercise on,
    an error does not keep "Run all" from going on: who begins has written nothing yet.
    """
    nb = source.node()
    begun = False
    for cell, known in zip(nb.cells, source.cells, strict=True):
        if known.is_check:
            cell.source = with_hidden_tests(cell.source)
        begun = begun or bool(known.nbgrader.get("solution"))
        if begun and cell.cell_type == "code":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), GOES_ON]
    fold_drawings(nb)
    return nb


def student_notebook(source: SourceNotebook) -> NotebookNode:
    """Return what `nbgrader generate_assignment` makes of the instructor's notebook.

    No gradebook is needed.
    """
    nb = instructor_notebook(source)
    resources: dict = {"unique_key": source.name, "output_files_dir": ""}
    config = Config()
    config.IncludeHeaderFooter.header = config.IncludeHeaderFooter.footer = ""
    for step in steps():
        if step is SaveCells:  # writes the gradebook, changes nothing in the notebook
            continue
        nb, resources = step(config=config, enabled=True).preprocess(nb, resources)
    return nb


def steps(config: Config | None = None) -> list[Any]:
    """Return nbgrader's steps from source to release, without the second of two equal checks.

    It would see again what the first saw: in between, checksums are computed and texts are cut.
    """
    found = GenerateAssignment(config=config).preprocessors
    if found.count(CheckCellMetadata) > 1 and found[-1] is CheckCellMetadata:
        return found[:-1]
    return found


def dumps(nb: NotebookNode) -> str:
    """Return the notebook as text, the same text for the same notebook."""
    nbformat.validate(nb)
    return nbformat.writes(nb, version=nbformat.NO_CONVERT) + "\n"
