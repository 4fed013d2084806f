"""Puts the instructor's cells back in their places; the student's work stays where it was.

Which cell is which is decided first (`identify`), then doubles and gaps are dealt with, last every
graded cell gets the instructor's text and metadata. Nothing a student wrote into metadata survives.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections import defaultdict

import nbformat
from nbformat import NotebookNode

from autograder.cells import EXPERIMENT
from autograder.coursefolder.earlier import EarlierCell
from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of, squeezed
from autograder.grading.sanitize.active import defuse
from autograder.grading.sanitize.answers import REMARK, candidates, find_answers, is_answer
from autograder.grading.sanitize.notes import Note

SCHEMA = 3
_HARMFUL = ("skip-execution", "raises-exception", "remove_cell", "remove-cell", "remove_input")


def repair(nb: NotebookNode, material: NotebookMaterial) -> list[Note]:
    """Make `nb` (from read_notebook) ready for grading, in place; what was done comes back."""
    notes: list[Note] = []
    labels = identify(nb, material, notes)
    labels = without_doubles(nb, labels, material, notes)
    labels = tests_after_solutions(nb, labels, material, notes)
    restore_missing(nb, labels, material, notes)
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
            harmful = [tag for tag in tags if tag in _HARMFUL]
            if harmful:
                notes.append(Note(f"cell {index + 1}: tag {harmful[0]} removed"))
            if EXPERIMENT in tags or cell.id in material.experiments:
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


def identify(nb: NotebookNode, material: NotebookMaterial, notes: list[Note]) -> list[str | None]:
    """Return the grade_id of each cell.

    It is known by its metadata, its id, what it defines, or, for a text, its place.
    """
    labels: list[str | None] = []
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        labels.append(name if name in material.by_name else None)
    for index, cell in enumerate(nb.cells):
        if labels[index] is None and cell.id in material.by_name and cell.id not in labels:
            labels[index] = cell.id
            notes.append(Note(f"{cell.id}: the cell's grading marks were missing or damaged"))
    if all(c.name in labels for c in material.cells if c.cell_type == "code"):
        find_answers(nb, labels, material, notes)
        return labels
    texts = {squeezed(c.visible): c.name for c in material.cells if c.is_test}
    # A function stands in the stub that was handed out, a quiz answer is called like its cell.
    solutions = [c for c in material.cells if c.solution and c.cell_type == "code"]
    stubs = {name: c.name for c in solutions for name in [*handed_out(c.source), c.name]}
    for index, cell in enumerate(nb.cells):
        if labels[index] is not None or cell.cell_type != "code":
            continue
        name = texts.get(squeezed(cell.source))
        if name is None:
            name = next((stubs[n] for n in defined(cell.source) if n in stubs), None)
        if name is not None and name not in labels:
            labels[index] = name
            notes.append(Note(f"{name}: the cell's grading marks were missing, found by its text"))
    find_answers(nb, labels, material, notes)
    return labels


def without_doubles(
    nb: NotebookNode, labels: list[str | None], material: NotebookMaterial, notes: list[Note]
) -> list[str | None]:
    """Keep one cell for each label; the others stay as ordinary cells.

    A test: the first. A solution: the first that is not the stub that was handed out.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(labels):
        if name is not None:
            places[name].append(index)
    result = list(labels)
    for name, indices in places.items():
        if len(indices) == 1:
            continue
        known = material.by_name[name]
        keep = indices[0]
        if known.solution:
            stub = squeezed(known.source)
            keep = next((i for i in indices if squeezed(nb.cells[i].source) != stub), keep)
        for index in indices:
            if index != keep:
                result[index] = None
        notes.append(
            Note(f"{name}: the cell exists {len(indices)} times; the copies stay as ordinary cells")
        )
    return result


def tests_after_solutions(
    nb: NotebookNode, labels: list[str | None], material: NotebookMaterial, notes: list[Note]
) -> list[str | None]:
    """A test that stands before the solution it tests is taken out; it comes back in its place."""
    place = {name: index for index, name in enumerate(labels) if name is not None}
    early = []
    solution = ""
    for known in material.cells:
        if known.solution:
            solution = known.name
        elif known.is_test and known.name in place and place[known.name] < place.get(solution, -1):
            early.append(place[known.name])
            notes.append(Note(f"{known.name}: the test stood before its solution, moved"))
    nb.cells = [cell for index, cell in enumerate(nb.cells) if index not in early]
    return [name for index, name in enumerate(labels) if index not in early]


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


def fresh(known: CellMaterial) -> NotebookNode:
    """Return a new cell with the text that was handed out."""
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[known.cell_type]
    return make(known.visible, id=_identity(known.name))


def report_changes(
    cell: NotebookNode,
    marks: dict,
    tags: list[str],
    known: CellMaterial,
    before: EarlierCell | None,
    notes: list[Note],
) -> bool:
    """Note what the student's copy of a graded cell had of its own.

    Returns whether it is one of an earlier release.
    """
    before = before or EarlierCell()
    earlier = False
    if known.locked and squeezed(cell.source) != squeezed(known.visible):
        if mark_of(cell.source) in before.texts:
            earlier = True
        elif known.cell_type == "code" and same_code(cell.source, known.visible):
            notes.append(
                Note(f"{known.name}: comments or layout of the test were changed, put right")
            )
        else:
            line = first_difference(cell.source, known.visible)
            notes.append(
                Note(f"{known.name}: the test was edited ({line}), put right", tampering=True)
            )
    harmful = [tag for tag in tags if tag in _HARMFUL]
    if harmful:
        notes.append(Note(f"{known.name}: tag {harmful[0]} on a graded cell, removed", True))
    if not marks:
        return earlier
    version = marks.get("schema_version")
    if version != SCHEMA:
        notes.append(
            Note(f"{known.name}: nbgrader metadata of version {in_short(version)}, renewed")
        )
        return earlier
    right = {"grade": known.grade, "solution": known.solution, "task": known.task}
    wrong = [key for key, value in right.items() if bool(marks.get(key, False)) != value]
    if wrong and tuple(bool(marks.get(key, False)) for key in right) in before.kinds:
        earlier, wrong = True, []
    if known.grade and marks.get("points") != known.points:
        if marks.get("points") in before.points:
            earlier = True
        else:
            wrong.append("points")
    if wrong:
        given = ", ".join(f"{key}: {in_short(marks.get(key))}" for key in wrong)
        notes.append(Note(f"{known.name}: metadata said {given}; put right", tampering=True))
    return earlier


def in_short(value: object) -> str:
    """Return a value of the metadata as JSON, its beginning."""
    return json.dumps(value[:60] if isinstance(value, str) else value)[:60]


def same_code(given: str, right: str) -> bool:
    """Return whether two texts are the same program but for comments and layout."""
    if len(given) > 20_000:
        return False
    try:
        return ast.dump(ast.parse(given)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


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


def defined(source: str) -> list[str]:
    """Return names that the source defines at top level; none where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE)
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


@functools.lru_cache(maxsize=512)  # the same for a whole class
def handed_out(source: str) -> list[str]:
    """Return names that a cell of the instructor defines."""
    return defined(source)


def first_difference(given: str, right: str) -> str:
    """Return the first line that differs, shortened."""
    for ours, theirs in zip(given.splitlines(), right.splitlines(), strict=False):
        if ours.strip() != theirs.strip():
            return f"{theirs.strip()[:60]!r} became {ours.strip()[:60]!r}"
    return "lines were added or removed"


def _identity(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "-", name)[:60] or "cell"
