"""A student's notebooks as plain JSON, and the ways in which students change them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.cells import BEGIN_SOLUTION, END_SOLUTION, text_id

Cell = dict[str, Any]
Notebook = dict[str, Any]


class Notebooks:
    """The notebooks of one submission, by file name; files: other things to write, by name."""

    def __init__(self, notebooks: dict[str, Notebook]) -> None:
        self.notebooks = notebooks
        self.files: dict[str, bytes] = {}
        self.late_hours = 0.0

    @classmethod
    def solved(cls, chapters: Path, solutions: Path) -> Notebooks:
        """The student's notebooks with the reference answers typed in."""
        made = {}
        for path in sorted(chapters.glob("*.ipynb")):
            notebook = read(path)
            answers = {grade_id(c): text(c) for c in read(solutions / path.name)["cells"]}
            for cell in notebook["cells"]:
                if marks(cell).get("solution"):
                    cell["source"] = without_marks(answers[grade_id(cell)])
            made[path.name] = notebook
        return cls(made)

    @classmethod
    def untouched(cls, chapters: Path) -> Notebooks:
        """As handed out."""
        return cls({path.name: read(path) for path in sorted(chapters.glob("*.ipynb"))})

    def copy(self) -> Notebooks:
        """A copy of its own."""
        return Notebooks(copy.deepcopy(self.notebooks))

    def find(self, name: str) -> tuple[str, int]:
        """(file, index) of the cell with a grade_id; KeyError when there is none."""
        for file, notebook in self.notebooks.items():
            for index, cell in enumerate(notebook["cells"]):
                if grade_id(cell) == name:
                    return file, index
        raise KeyError(f"no cell {name!r} in {', '.join(self.notebooks)}")

    def cell(self, name: str) -> Cell:
        """The cell with a grade_id."""
        file, index = self.find(name)
        return self.notebooks[file]["cells"][index]

    def write(self, name: str, source: str) -> None:
        """Type another text into a cell."""
        self.cell(name)["source"] = source

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a cell's text; ValueError when it is not there."""
        source = text(self.cell(name))
        if old not in source:
            raise ValueError(f"cell {name!r} has no {old!r}; it reads:\n{source}")
        self.write(name, source.replace(old, new))

    def insert_after(self, name: str, *cells: Cell) -> None:
        """Put cells behind the one with a grade_id."""
        file, index = self.find(name)
        self.notebooks[file]["cells"][index + 1 : index + 1] = cells

    def delete(self, name: str) -> None:
        """Delete a cell."""
        file, index = self.find(name)
        del self.notebooks[file]["cells"][index]

    def each_solution(self, action: Callable[[Cell], None], after: str = "") -> None:
        """Do something with all solution cells, in order.

        With `after`, only with those behind that cell.
        """
        on = not after
        for notebook in self.notebooks.values():
            for cell in notebook["cells"]:
                if on and marks(cell).get("solution"):
                    action(cell)
                on = on or grade_id(cell) == after

    def save(self, folder: Path) -> None:
        """Write everything into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, notebook in self.notebooks.items():
            (folder / name).write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        for name, data in self.files.items():
            (folder / name).write_bytes(data)


def code(source: str) -> Cell:
    """A student's own code cell, the same whenever it is made: what is unchanged is kept."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [],
            "execution_count": None, "id": text_id("code", source)}  # fmt: skip


def read(path: Path) -> Notebook:
    """A notebook as plain JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def marks(cell: Cell) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    return cell.get("metadata", {}).get("nbgrader", {})


def grade_id(cell: Cell) -> str:
    """The grade_id; empty for cells nbgrader does not know."""
    return marks(cell).get("grade_id", "")


def text(cell: Cell) -> str:
    """A cell's source."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def without_marks(source: str) -> str:
    """An answer without the lines that mark it."""
    words = (BEGIN_SOLUTION.strip("# "), END_SOLUTION.strip("# "))
    return "\n".join(line for line in source.split("\n") if not any(w in line for w in words))
