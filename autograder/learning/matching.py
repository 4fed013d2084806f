"""Which cell of one notebook is which cell of another, with ids or without."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of
from autograder.grading.sanitize.identify import identify, without_doubles
from autograder.grading.sanitize.notes import Note

ALIKE = 0.5


def partners(mine: NotebookNode, base: NotebookNode) -> dict[int, int]:
    """Return, for the cells of a learner's notebook, which cell of the course's each one is.

    Graded cells are known as the grader knows them; others by id, then by text, then by place and
    likeness.
    """
    labels = names(mine, material_of(base))
    place = {grade_id(cell): index for index, cell in enumerate(base.cells) if grade_id(cell)}
    plain = {cell.id: i for i, cell in enumerate(base.cells) if not grade_id(cell)}
    # A plain cell that is still marked as one is no answer, much as it may look like one.
    found = {
        i: place[name]
        for i, name in enumerate(labels)
        if name is not None and (grade_id(mine.cells[i]) or mine.cells[i].get("id") not in plain)
    }
    for index, cell in enumerate(mine.cells):
        if index not in found and cell.id in plain and plain[cell.id] not in found.values():
            found[index] = plain[cell.id]
    return align(mine.cells, base.cells, found)


def names(mine: NotebookNode, material: NotebookMaterial) -> list[str | None]:
    """Return the grade_id of each cell, each one once, as the grader knows them.

    Beyond that, an answer that is not begun is known by its text where its marks are lost.
    """
    notes: list[Note] = []
    found = without_doubles(mine, identify(mine, material, notes), material, notes)
    stubs = {c.source.strip(): c.name for c in material.cells if c.solution}
    for index, cell in enumerate(mine.cells):
        name = stubs.get(cell.source.strip())
        if found[index] is None and name is not None and name not in found:
            found[index] = name
    return found


def successors(base: NotebookNode, new: NotebookNode) -> dict[int, int]:
    """Return which cell of a new release each cell of an earlier one has become."""
    place = {cell.id: index for index, cell in enumerate(new.cells)}
    found = {i: place[cell.id] for i, cell in enumerate(base.cells) if cell.id in place}
    return align(base.cells, new.cells, found)


def align(
    left: Sequence[NotebookNode], right: Sequence[NotebookNode], known: dict[int, int]
) -> dict[int, int]:
    """Add to known pairs those plain cells that have the same text, or stand alike in one gap."""
    pairs = dict(known)
    texts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, cell in enumerate(right):
        if index not in pairs.values() and not grade_id(cell):
            texts[cell.cell_type, mark_of(cell.source)].append(index)
    free = [i for i, cell in enumerate(left) if i not in pairs and not grade_id(cell)]
    for index in free:
        same = texts[left[index].cell_type, mark_of(left[index].source)]
        if same and left[index].source.strip():
            pairs[index] = same.pop(0)
    for index in free:
        if index not in pairs:
            best = _most_alike(index, left, right, pairs)
            if best is not None:
                pairs[index] = best
    return pairs


def _most_alike(
    index: int, left: Sequence[NotebookNode], right: Sequence[NotebookNode], pairs: dict[int, int]
) -> int | None:
    """Return the cell between the neighbors' partners that shares most of its text, or None."""
    before = max((pairs[i] for i in pairs if i < index), default=-1)
    after = min((pairs[i] for i in pairs if i > index), default=len(right))
    taken = set(pairs.values())
    best, most = None, ALIKE
    for place in range(before + 1, after):
        cell = right[place]
        if place in taken or cell.cell_type != left[index].cell_type or grade_id(cell):
            continue
        matcher = difflib.SequenceMatcher(None, left[index].source, cell.source, autojunk=False)
        if matcher.real_quick_ratio() < most or matcher.quick_ratio() < most:
            continue
        share = matcher.ratio()
        if share >= most:
            best, most = place, share
    return best


def grade_id(cell: NotebookNode) -> str:
    """Return a cell's grade_id, "" for a cell that nbgrader does not know."""
    marks = cell.metadata.get("nbgrader", {})
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def is_untouched(cell: NotebookNode) -> bool:
    """Return whether a graded cell is as it was handed out, by its own checksum."""
    try:
        return compute_checksum(cell) == cell.metadata.nbgrader.checksum
    except (AttributeError, KeyError, TypeError, ValueError):  # damaged marks, or none
        return False


def material_of(released: NotebookNode) -> NotebookMaterial:
    """Return a student's notebook as the grader's code knows an assignment's."""
    graded = [cell for cell in released.cells if grade_id(cell)]
    cells = tuple(
        CellMaterial(
            name=grade_id(cell),
            cell_type=cell.cell_type,
            locked=bool(cell.metadata.nbgrader.get("locked")),
            grade=bool(cell.metadata.nbgrader.get("grade")),
            solution=bool(cell.metadata.nbgrader.get("solution")),
            task=bool(cell.metadata.nbgrader.get("task")),
            points=cell.metadata.nbgrader.get("points"),
            source=cell.source,
            checksum=cell.metadata.nbgrader.get("checksum"),
        )
        for cell in graded
    )
    plain = frozenset(mark_of(cell.source) for cell in released.cells if not grade_id(cell))
    return NotebookMaterial("notebook", "{}", cells, plain=plain)
