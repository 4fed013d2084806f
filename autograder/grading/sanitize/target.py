"""Which notebook of an assignment a file is, and whether there is work of the student's in it."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from autograder.coursefolder.material import Material, NotebookMaterial, mark_of
from autograder.grading.sanitize.identify import defined, handed_out
from autograder.grading.sanitize.walk import MAX_NAME

# What platforms and browsers add to a name: "X (1)", "X-Copy1", "X copy 2", "X_1", "Kopie von X".
COPY_OF = re.compile(r"kopie von |copy of ", re.I)
COPY = re.compile(r"[ _-]*(?:\(\d+\)|(?:copy|kopie)[ _-]*\d*)$", re.I)


def target_of(base: str, nb: NotebookNode | None, material: Material) -> NotebookMaterial | None:
    """Return the notebook a file must be, by its graded cells, name, or functions it defines.

    base: the file's name without folder and ending; nb: None where it cannot be read.
    """
    by_name = material.by_name.get(base) or material.by_name.get(copied_name(base))
    if nb is None:
        # A damaged file under a similar name says more than "missing".
        start = base.lower()
        near = [n for n in material.notebooks if start.startswith(n.name.lower()[:6])]
        return by_name or (near[0] if near else None)
    score, best = most_like(nb, by_name, material)
    if score:
        return best
    if grade_ids(nb):
        return None  # another assignment's
    return by_name or written_in(nb, material)


def most_like(
    nb: NotebookNode, by_name: NotebookMaterial | None, material: Material
) -> tuple[int, NotebookMaterial | None]:
    """Return the most graded cells in common and their notebook; the name decides a tie."""
    scores = [(likeness(nb, one), one is by_name, one) for one in material.notebooks]
    score, _, best = max(scores, key=lambda s: s[:2], default=(0, False, None))
    return score, best


def written_in(nb: NotebookNode, material: Material) -> NotebookMaterial | None:
    """Return the notebook that asked for most of the functions in a file without marks."""
    names = {name for cell in nb.cells if cell.cell_type == "code" for name in defined(cell.source)}
    scores = []
    for one in material.notebooks:
        asked = {name for c in one.cells if c.solution for name in [c.name, *handed_out(c.source)]}
        scores.append((len(asked & names), one))
    score, best = max(scores, key=lambda s: s[0], default=(0, None))
    return best if score else None


def likeness(nb: NotebookNode, material: NotebookMaterial) -> int:
    """Return how many of the notebook's graded cells a file holds."""
    return len((grade_ids(nb) | {cell.id for cell in nb.cells}) & material.by_name.keys())


def grade_ids(nb: NotebookNode) -> set[str]:
    """Return the grade_ids that stand in a file."""
    found = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
    return {name for name in found if isinstance(name, str)}


def work_in(nb: NotebookNode | None, material: NotebookMaterial) -> tuple[bool, bool]:
    """Return whether an answer was changed, and whether any cell was."""
    if nb is None:
        return False, False
    answered = touched = False
    for cell in nb.cells:
        mark = mark_of(cell.source)
        if not cell.source.strip() or mark in material.plain or mark in material.handed_out:
            continue
        touched = True
        known = material.by_name.get(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id)
        known_names = known.solution if known else bool(
            cell.cell_type == "code" and set(defined(cell.source)) & material.asked
        )  # fmt: skip
        answered |= known_names
    return answered, touched


def holds_answers(nb: NotebookNode | None, notebook: NotebookMaterial, material: Material) -> bool:
    """Return whether answers to a notebook stand in a file that is another notebook's.

    They do where a graded cell of it was worked on, or half of its functions are defined.
    """
    if nb is None:
        return False
    given = {mark for one in material.notebooks for mark in one.handed_out}
    own = [cell for cell in nb.cells if mark_of(cell.source) not in given]
    marks = {cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id for cell in own}
    if any(c.solution and c.cell_type == "code" and c.name in marks for c in notebook.cells):
        return True
    names = {name for cell in own if cell.cell_type == "code" for name in defined(cell.source)}
    asked = {n for c in notebook.cells if c.solution and c.cell_type == "code"
             for n in handed_out(c.source)}  # fmt: skip
    return bool(asked) and len(asked & names) * 2 >= len(asked)


def copied_name(base: str) -> str:
    """Return the name that a copy's is made of: "X" for "X (1)", "X-Copy1" and the like."""
    if len(base) > MAX_NAME:
        return base
    start = COPY_OF.match(base)
    base = base[start.end() :] if start else base
    # One addition after the other: as one pattern they can be told apart in 2^n ways.
    while match := COPY.search(base):
        base = base[: match.start()]
    return base.strip()
