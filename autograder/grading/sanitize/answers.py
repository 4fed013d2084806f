"""Finds a student's text again whose cell lost both marks and id: by its words, else by its place.

What a person reads is never dropped: a text that cannot be told from others stays where it is,
beside the question that is put back.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of
from autograder.grading.sanitize.notes import Note

REMARK = (
    "*The grading marks of this answer were lost. What may be it stands below, as it was "
    "handed in.*"
)
STUB = "YOUR ANSWER HERE"
ALIKE = 0.5


def find_answers(
    nb: NotebookNode, labels: list[str | None], material: NotebookMaterial, notes: list[Note]
) -> None:
    """Label, in place, the cells that must be the answers to questions without one."""
    lost = [c for c in material.cells if is_answer(c) and c.name not in labels]
    for known in lost:
        index = by_words(nb, labels, known, lost, material)
        if index is not None:
            take(known, index, "words", labels, notes)
    waiting = [c for c in lost if c.name not in labels]
    while waiting:
        places = candidates(nb, labels, waiting[0], material)
        same = [c for c in waiting if candidates(nb, labels, c, material) == places]
        if len(same) == len(places):
            for known, index in zip(same, places, strict=True):
                take(known, index, "place", labels, notes)
        waiting = [c for c in waiting if c not in same]


def take(
    known: CellMaterial, index: int, by: str, labels: list[str | None], notes: list[Note]
) -> None:
    """Say that cell `index` is the answer to a question."""
    labels[index] = known.name
    notes.append(Note(f"{known.name}: the cell's grading marks were missing, found by its {by}"))


def is_answer(known: CellMaterial) -> bool:
    """Return whether a person reads what the student writes into the cell."""
    return known.is_manual and known.solution


def candidates(
    nb: NotebookNode, labels: Sequence[str | None], known: CellMaterial, material: NotebookMaterial
) -> list[int]:
    """Return where the student's cells are that may be the answer: between known neighbors."""
    names = [c.name for c in material.cells]
    here = names.index(known.name)
    before = max((labels.index(n) for n in names[:here] if n in labels), default=-1)
    after = min((labels.index(n) for n in names[here:] if n in labels), default=len(labels))
    return [i for i in range(before + 1, after) if may_be(nb.cells[i], labels[i], known, material)]


def may_be(
    cell: NotebookNode, label: str | None, known: CellMaterial, material: NotebookMaterial
) -> bool:
    """Return whether a cell may be the answer.

    It is nobody else's, of the right type, and none that was handed out.
    """
    return (
        label is None
        and cell.cell_type == known.cell_type
        and bool(cell.source.strip())
        and mark_of(cell.source) not in material.plain
    )


def by_words(
    nb: NotebookNode,
    labels: Sequence[str | None],
    known: CellMaterial,
    lost: Sequence[CellMaterial],
    material: NotebookMaterial,
) -> int | None:
    """Return the one cell, wherever it stands, that keeps the question's own words.

    None if there are several.
    """
    alike = []
    for index, cell in enumerate(nb.cells):
        if may_be(cell, labels[index], known, material):
            share = likeness(cell.source, known)
            if share >= ALIKE and share >= max(likeness(cell.source, other) for other in lost):
                alike.append((share, index))
    alike.sort(reverse=True)
    if not alike or (len(alike) > 1 and alike[0][0] == alike[1][0]):
        return None
    return alike[0][1]


def likeness(text: str, known: CellMaterial) -> float:
    """Return the share of the question's handed-out lines that stand in a text; 1.0 for all."""
    lines = {line.strip() for line in known.visible.splitlines()} - {""}
    lines = {line for line in lines if STUB not in line}
    found = {line.strip() for line in text.splitlines()}
    if not lines:
        # A question without words of its own: only the untouched stub can be known by them.
        return float(STUB in text and len(found) == 1)
    return len(lines & found) / len(lines)
