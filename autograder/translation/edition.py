"""A text in another language: the same cells under the same ids, in other words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from nbformat import NotebookNode

from autograder.building.layout import Layout
from autograder.building.problems import BuildError, Problem
from autograder.building.source import SourceCell, SourceNotebook
from autograder.cells import HANDED_OUT, text_id
from autograder.translation import catalogs


def translated(notebook: SourceNotebook, layout: Layout) -> SourceNotebook:
    """Return a text in the layout's language; what has no translation stays as it is.

    Raises BuildError where a translation changes what a cell computes or loses a solution's marks.
    """
    path = layout.catalog(notebook.path)
    try:
        catalog = catalogs.read(path)
    except ValueError as error:
        raise BuildError([Problem(path, 1, str(error))]) from None
    cells = tuple(translated_cell(cell, catalog) for cell in notebook.cells)
    problems = [
        Problem(path, line_of(path, cell), message)
        for cell, new in zip(notebook.cells, cells, strict=True)
        for message in broken(cell.node, new.node)
    ]
    if problems:
        raise BuildError(problems)
    return SourceNotebook(notebook.path, cells)


def translated_cell(cell: SourceCell, catalog: Catalog) -> SourceCell:
    """Return a cell with its messages translated.

    Its id, a hash of the English, stays: a mark of the text that was handed out is put beside it.
    """
    parts = []
    for piece in catalogs.pieces(cell.node):
        words = catalogs.translation(catalog, piece.message)
        parts.append(piece.translated(words) if words else piece.text)
    source = "".join(parts)
    if source == cell.node.source:
        return cell
    node = nbformat.from_dict({**cell.node, "source": source})
    if not cell.nbgrader:
        node.metadata = nbformat.from_dict(
            {**cell.node.metadata, HANDED_OUT: text_id(node.cell_type, source)}
        )
    return replace(cell, node=node)


def broken(cell: NotebookNode, new: NotebookNode) -> Iterator[str]:
    """Yield what a translation breaks in a cell: its program, or the marks of its solution."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
    if cell.cell_type == "code" and cell.source != new.source:
        try:
            same = program(cell.source) == program(new.source)
        except SyntaxError as error:
            yield f"{name} is no Python any more, after the translation of a comment: {error.msg}"
        else:
            if not same:
                yield f"{name} computes something else after the translation of its comments"
    if marks(cell.source) != marks(new.source):
        yield f"{name}: the lines with BEGIN SOLUTION and END SOLUTION must stay as they are"


def program(source: str) -> str:
    """Return what of a cell is computed: its syntax tree without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


def marks(source: str) -> list[str]:
    """Return the lines that begin and end a solution."""
    lines = source.split("\n")
    return [line for line in lines if "BEGIN SOLUTION" in line or "END SOLUTION" in line]


def line_of(path: Path, cell: SourceCell) -> int:
    """Return the line of a catalog at which a cell's first message may stand, 1 where none does."""
    first = next((piece.message for piece in catalogs.pieces(cell.node) if piece.message), "")
    start = first.split("\n")[0].replace("\\", "\\\\").replace('"', '\\"')
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if start and start in line:
            return number
    return 1
