"""Which release a worked-in notebook was made from, where nobody kept it: its own marks say so.

A graded cell carries the checksum of what was handed out, an ungraded one has a hash of its text
as its id, or among its metadata where it is translated.
"""

from __future__ import annotations

import re

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.cells import HANDED_OUT, text_id
from autograder.coursefolder.material import mark_of
from autograder.learning.matching import grade_id, is_untouched, material_of, names


def guessed_base(mine: NotebookNode, new: NotebookNode) -> NotebookNode:
    """Return the release that `mine` was made from, as far as it and the new release can tell.

    Where only this is known, that a cell was worked in and that the course has changed it, the
    cell's text is the learner's and a blank line, which is neither the one nor the other.
    """
    graded = {grade_id(cell): cell for cell in new.cells if grade_id(cell)}
    released = {cell.id: cell for cell in new.cells if not grade_id(cell)}
    texts = {mark_of(cell.source): cell for cell in released.values()}
    cells: list[NotebookNode] = []
    for cell, name in zip(mine.cells, names(mine, material_of(new)), strict=True):
        same = released.get(cell.id) or texts.get(mark_of(cell.source))
        if name is not None and (grade_id(cell) or not (_as_handed_out(cell) or same)):
            cells.append(_graded(cell, graded[name]))
        elif grade_id(cell):
            if grade_id(cell) not in graded:  # else a double
                cells.append(cell if is_untouched(cell) else _worked_in(cell))
        elif _as_handed_out(cell):
            cells.append(cell)
        elif same is not None:
            # Whose text does not fit its id was edited in the release itself: nobody knows since.
            known = _as_handed_out(same) or mark_of(cell.source) in texts
            cells.append(same if known else _worked_in(cell))
    base = nbformat.from_dict({**new, "cells": cells})
    seen: set[str] = set()
    base.cells = [c for c in base.cells if c.id not in seen and not seen.add(c.id)]  # type: ignore[func-returns-value]
    return base


def _as_handed_out(cell: NotebookNode) -> bool:
    """Return whether nobody has changed an ungraded cell."""
    said = cell.metadata.get(HANDED_OUT) or re.sub(r"-\d+$", "", cell.id)
    return said == text_id(cell.cell_type, cell.source)


def _graded(cell: NotebookNode, new: NotebookNode) -> NotebookNode:
    """Return a graded cell as it was handed out, under the id that it has in the new release."""
    if grade_id(cell) and cell.metadata.nbgrader.get("checksum") == compute_checksum(new):
        return new
    marks = cell.metadata if grade_id(cell) else new.metadata
    known = nbformat.from_dict({**cell, "id": new.id, "metadata": marks})
    return known if is_untouched(cell) else _worked_in(known)


def _worked_in(cell: NotebookNode) -> NotebookNode:
    return nbformat.from_dict({**cell, "source": cell.source + "\n"})
