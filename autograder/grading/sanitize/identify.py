"""Which cell of a notebook is which graded cell, whatever has become of its marks."""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict

from nbformat import NotebookNode

from autograder.coursefolder.material import NotebookMaterial, squeezed
from autograder.grading.sanitize.answers import find_answers
from autograder.grading.sanitize.notes import Note

LONG = 20_000  # characters of a cell
DEFINES = re.compile(r"^(?:(?:def|class)\s+(\w+)|(\w+)\s*=(?!=))", re.MULTILINE)


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


def defined(source: str) -> list[str]:
    """Return names that the source defines at top level, as far as it is Python.

    Of a long one, which nobody wrote by hand, what its lines look like: each rule on which file
    counts asks anew, and to parse a megabyte takes seconds.
    """
    if len(source) > LONG:
        return [m[1] or m[2] for m in DEFINES.finditer(source)]
    return list(_defined(source))


@functools.lru_cache(maxsize=1024)
def _defined(source: str) -> list[str]:
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
