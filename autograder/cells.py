"""What kinds of cells a notebook has: tests, experiments, hidden parts. Nothing else says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

# nbgrader's own marks, which it looks for anywhere in a line; the build writes them as comments.
HIDDEN_MARKS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
BEGIN_HIDDEN, END_HIDDEN = (f"### {mark}" for mark in HIDDEN_MARKS)
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
# What nbgrader puts in the place of a solution.
STUB = "raise NotImplementedError()"
# Grading leaves cells with this tag out.
EXPERIMENT = "experiment"
# Jupyter's word for a cell behind whose error a run goes on; nbgrader sees the error all the same.
GOES_ON = "raises-exception"
# A translated cell has the id of the English one, and here the mark of its own text.
HANDED_OUT = "handed_out"


def is_test(cell_type: str, marks: Mapping[str, Any]) -> bool:
    """Return whether a cell is graded by running it, so that nothing in it is the student's.

    marks: nbgrader's metadata of the cell, or an empty mapping.
    """
    by_hand = marks.get("solution") or marks.get("task")
    return cell_type == "code" and bool(marks.get("grade")) and not by_hand


def is_test_cell(cell: Any) -> bool:
    """Return the same for a cell of a notebook."""
    return is_test(cell.cell_type, cell.metadata.get("nbgrader", {}))


def is_experiment(cell: Any) -> bool:
    """Return whether a cell of a notebook is tagged as an experiment."""
    return EXPERIMENT in cell.metadata.get("tags", ())


def text_id(cell_type: str, source: str) -> str:
    """Return the id that the build gives an ungraded cell: a hash of its kind and text."""
    return hashlib.sha256(f"{cell_type}\n{source}".encode()).hexdigest()[:12]


def is_hidden_mark(line: str) -> bool:
    """Return whether a line begins or ends hidden tests."""
    return any(mark in line for mark in HIDDEN_MARKS)


def lines_of(source: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of a test cell and whether a student is not shown it, the marks included."""
    hidden = False
    for line in source.split("\n"):
        if HIDDEN_MARKS[0] in line:
            hidden = True
        yield line, hidden or is_hidden_mark(line)
        if HIDDEN_MARKS[1] in line:
            hidden = False


def visible(source: str) -> str:
    """Return the text of a test cell that a student is given."""
    return "\n".join(line for line, hidden in lines_of(source) if not hidden)


def is_hidden(source: str, number: int) -> bool:
    """Return whether line `number` (from 1) of a test cell is hidden; False for no such line."""
    lines = list(lines_of(source))
    return 0 < number <= len(lines) and lines[number - 1][1]
