"""Puts the instructor's cells back in their places; the student's work stays where it was.

Which cell is which is decided first (identify.py), then gaps are filled, last every graded cell
gets the instructor's text and metadata. Nothing a student wrote into metadata survives.
"""

from __future__ import annotations

import json
import re

import nbformat
from nbformat import NotebookNode

from autograder.cells import EXPERIMENT
from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of, squeezed
from autograder.grading.sanitize.active import defuse
from autograder.grading.sanitize.answers import REMARK, candidates, is_answer
from autograder.grading.sanitize.changes import HARMFUL, SCHEMA, report_changes
from autograder.grading.sanitize.identify import (
    defined,
    identify,
    tests_after_solutions,
    without_doubles,
)
from autograder.grading.sanitize.notes import Note


def repair(nb: NotebookNode, material: NotebookMaterial) -> list[Note]:
    """Make `nb` (from read_notebook) ready for grading, in place; what was done comes back."""
    notes: list[Note] = []
    labels = identify(nb, material, notes)
    labels = without_doubles(nb, labels, material, notes)
    labels = tests_after_solutions(nb, labels, material, notes)
    restore_missing(nb, labels, material, notes)
    keep_work(nb, labels, material)
    earlier = False
    for index, cell in enumerate(nb.cells):
        name = labels[index]
        tags = cell.metadata.pop("tags", [])
        marks = cell.metadata.get("nbgrader", {})
        cell.metadata = NotebookNode()
        if name is not None:
            known = material.by_name[name]
            earlier |= report_changes(cell, marks, tags, known, material.earlier.get(name), notes)
            install(nb, index, known)
        else:
            harmful = [tag for tag in tags if tag in HARMFUL]
            if harmful:
                notes.append(Note(f"cell {index + 1}: tag {harmful[0]} removed"))
            known_as = {cell.id, mark_of(cell.source)}
            if EXPERIMENT in tags or known_as & material.experiments:
                cell.metadata["tags"] = [EXPERIMENT]
        ours = name is not None and material.by_name[name].locked
        if not ours and mark_of(nb.cells[index].source) not in material.handed_out:
            done = defuse(nb.cells[index])
            if done:
                notes.append(Note(f"{name or f'cell {index + 1}'}: the text {done}", "act" in done))
    if earlier:
        notes.append(Note("copy of an earlier release, graded by the present one"))
    unique_ids(nb)
    nb.metadata = kernel(material)
    return notes


def blank(material: NotebookMaterial, reason: str) -> NotebookNode:
    """Return what stands in for a notebook that cannot be read.

    It has the graded cells as handed out, and the reason.
    """
    nb = nbformat.v4.new_notebook(metadata=kernel(material))
    nb.cells = [nbformat.v4.new_markdown_cell(f"**Not graded:** {reason}.", id="reason")]
    for cell in material.cells:
        nb.cells.append(fresh(cell))
        install(nb, len(nb.cells) - 1, cell)
    unique_ids(nb)
    return nb


def kernel(material: NotebookMaterial) -> NotebookNode:
    """Return the notebook's metadata: the release's kernel and nothing else."""
    spec = json.loads(material.kernelspec) or {}
    return nbformat.from_dict({"kernelspec": spec, "language_info": {"name": "python"}})


def restore_missing(
    nb: NotebookNode, labels: list[str | None], material: NotebookMaterial, notes: list[Note]
) -> None:
    """Put missing graded cells behind the cell that precedes them in the release."""
    at = -1
    for known in material.cells:
        if known.name in labels:
            at = max(at, labels.index(known.name))
            continue
        if not (known.grade or known.task):
            continue  # work that was deleted; its test says so
        at += 1
        cell = fresh(known)
        beside = candidates(nb, labels, known, material) if is_answer(known) else []
        if beside:
            at = max(at, beside[0])
            cell.source += f"\n\n{REMARK}"
            notes.append(Note(f"{known.name}: the cell's grading marks were missing; {len(beside)} "
                              "texts that may be the answer stand below the question"))  # fmt: skip
        nb.cells.insert(at, cell)
        labels.insert(at, known.name)
        kind = "test" if known.is_test else "question"
        if not any(note.text.startswith(f"{known.name}:") for note in notes):
            notes.append(Note(f"{known.name}: the {kind} was deleted, put back"))


def keep_work(nb: NotebookNode, labels: list[str | None], material: NotebookMaterial) -> None:
    """Put what a student defined in a test's cell into a cell of its own before it."""
    for index in range(len(nb.cells) - 1, -1, -1):
        known = material.by_name.get(labels[index] or "")
        source = nb.cells[index].source
        if not known or not known.is_test or squeezed(source) == squeezed(known.visible):
            continue
        if defined(source):
            nb.cells.insert(index, nbformat.v4.new_code_cell(source, id=f"work-{index}"))
            labels.insert(index, None)


def fresh(known: CellMaterial) -> NotebookNode:
    """Return a new cell with the text that was handed out."""
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[known.cell_type]
    return make(known.visible, id=_identity(known.name))


def install(nb: NotebookNode, index: int, known: CellMaterial) -> None:
    """Make cell `index` the instructor's: type, metadata and, where it is locked, text."""
    old = nb.cells[index]
    if old.cell_type != known.cell_type:
        old = fresh(known) | {"source": old.source}
        nb.cells[index] = nbformat.from_dict(old)
    cell = nb.cells[index]
    if known.locked:
        cell.source = known.source
        cell.pop("attachments", None)
    marks = {
        "grade": known.grade,
        "solution": known.solution,
        "locked": known.locked,
        "task": known.task,
        "grade_id": known.name,
        "schema_version": SCHEMA,
        "cell_type": known.cell_type,
        "checksum": known.checksum,
    }
    if known.points is not None:
        marks["points"] = known.points
    cell.metadata = nbformat.from_dict({"nbgrader": marks})
    cell.id = _identity(known.name)


def unique_ids(nb: NotebookNode) -> None:
    """No two cells share an id; graded cells keep theirs."""
    seen = {c.id for c in nb.cells if "nbgrader" in c.metadata}
    for number, cell in enumerate(nb.cells):
        if "nbgrader" in cell.metadata:
            continue
        while cell.id in seen:
            cell.id = f"{cell.id[:50]}-{number}"
            number += 1
        seen.add(cell.id)


def _identity(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "-", name)[:60] or "cell"
