"""Reads one authored text: jupytext py:percent in, a complete nbgrader source notebook out.

Two things jupytext does not do are done here: every cell knows its line in the text, and every cell
has an id that stays the same as long as the cell does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.building.problems import BuildError, Problem
from autograder.cells import is_test_cell, text_id

NBGRADER_SCHEMA = 3

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Fixed, so that the Python that happened to build leaves no trace in the committed files.
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11",
}

_HEADER = re.compile(r"^# %%(?!%)")


@dataclass(frozen=True)
class SourceCell:
    """A cell of an authored text: the notebook's cell and the line of its `# %%`."""

    node: NotebookNode
    line: int

    @property
    def nbgrader(self) -> dict[str, Any]:
        """The complete nbgrader metadata; empty for a cell nbgrader does not know."""
        return self.node.metadata.get("nbgrader", {})

    @property
    def is_graded(self) -> bool:
        """Whether the cell earns points."""
        return bool(self.nbgrader.get("grade"))

    @property
    def is_check(self) -> bool:
        """Whether the cell is graded by running it, not by a person."""
        return is_test_cell(self.node)


@dataclass(frozen=True)
class SourceNotebook:
    """An authored text, read: its path and its cells."""

    path: Path
    cells: tuple[SourceCell, ...]

    @property
    def name(self) -> str:
        """File name without ending, the notebook's name in nbgrader."""
        return self.path.stem

    @property
    def chapter(self) -> str:
        """Folder name, the assignment's name in nbgrader."""
        return self.path.parent.name

    def node(self) -> NotebookNode:
        """Return a fresh copy as a notebook: solutions in place, no outputs, no hidden tests."""
        nb = nbformat.v4.new_notebook(
            metadata={"kernelspec": dict(KERNELSPEC), "language_info": LANGUAGE_INFO}
        )
        nb.cells = [cell.node for cell in self.cells]
        return nbformat.from_dict(_plain(nb))


def read_manual(path: Path) -> SourceNotebook:
    """Read a page of `docs/`, as a text of one cell."""
    cell = nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"), id=path.stem)
    return SourceNotebook(path, (SourceCell(cell, 1),))


def read_source(path: Path) -> SourceNotebook:
    """Read the py:percent text at `path`; BuildError when jupytext and the text disagree."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    headers = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]
    if not headers:
        raise BuildError([Problem(path, 1, "no cell: a cell starts with a line '# %%'")])
    nb = jupytext.reads(text, fmt="py:percent")
    cells = list(nb.cells)
    if len(cells) == len(headers) + 1:
        raise BuildError([Problem(path, 1, "text before the first '# %%' belongs to no cell")])
    if len(cells) != len(headers):
        message = (
            f"jupytext reads {len(cells)} cells where {len(headers)} lines start with '# %%'; "
            "is one of them inside a string?"
        )
        raise BuildError([Problem(path, headers[0], message)])

    seen: Counter[str] = Counter()
    problems = []
    result = []
    for cell, line in zip(cells, headers, strict=True):
        header = lines[line - 1]
        metadata = {
            key: cell.metadata[key]
            for key in ("tags", "jupyter", "nbgrader")
            if key in cell.metadata
        }
        if ("nbgrader=" in header) != ("nbgrader" in metadata) or (
            "tags=" in header and "tags" not in metadata
        ):
            problems.append(Problem(path, line, "the cell's metadata is not valid JSON"))
            continue
        if "nbgrader" in metadata:
            given = metadata["nbgrader"]
            unknown = set(given) - {"grade_id", "grade", "solution", "locked", "task", "points"}
            if unknown:
                names = ", ".join(sorted(unknown))
                problems.append(Problem(path, line, f"unknown nbgrader metadata: {names}"))
            metadata["nbgrader"] = _complete(given)
        source = cell.source.rstrip()
        if cell.cell_type == "markdown":
            source = _hide_markers(source)
        identity = _cell_id(metadata, cell.cell_type, source, seen)
        result.append(SourceCell(_cell(cell.cell_type, identity, metadata, source), line))
    if problems:
        raise BuildError(problems)
    return SourceNotebook(path, tuple(result))


def _cell(kind: str, identity: str, metadata: dict[str, Any], source: str) -> NotebookNode:
    """Return a cell without outputs, not yet validated.

    nbformat.v4.new_code_cell would validate each, a third of the time of a build that changes
    nothing; the whole notebook is validated when it is written.
    """
    run: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    cell = {"cell_type": kind, "id": identity, "metadata": metadata, "source": source}
    return nbformat.from_dict(cell | run)


def _complete(given: dict[str, Any]) -> dict[str, Any]:
    """Return all keys nbgrader wants in a graded cell: a check cell is locked, a solution not."""
    grade = bool(given.get("grade", False))
    solution = bool(given.get("solution", False))
    metadata: dict[str, Any] = {
        "grade": grade,
        "grade_id": str(given.get("grade_id", "")),
        "locked": bool(given.get("locked", not solution)),
        "schema_version": NBGRADER_SCHEMA,
        "solution": solution,
        "task": bool(given.get("task", False)),
    }
    if "points" in given:
        metadata["points"] = given["points"]
    return metadata


def _hide_markers(source: str) -> str:
    """Return a markdown cell's solution markers as HTML comments, which no reader sees.

    They may stand with or without marks.
    """
    marker = r"^(?:<!--\s*)?(?:###\s*)?(BEGIN|END) SOLUTION(?:\s*-->)?\s*$"
    return re.sub(marker, r"<!-- ### \1 SOLUTION -->", source, flags=re.MULTILINE)


def _cell_id(metadata: dict[str, Any], kind: str, source: str, seen: Counter[str]) -> str:
    """Return the grade_id, or a hash of the text.

    The hash says nothing about the cell's position, so that a cell put in before it does not
    change it.
    """
    grade_id = metadata.get("nbgrader", {}).get("grade_id", "")
    identity = re.sub(r"[^a-zA-Z0-9_-]", "-", grade_id)[:60]
    if not identity:
        identity = text_id(kind, source)
    seen[identity] += 1
    return identity if seen[identity] == 1 else f"{identity}-{seen[identity]}"


def _plain(node: Any) -> Any:
    """Return a deep copy as plain dicts and lists."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    return node
