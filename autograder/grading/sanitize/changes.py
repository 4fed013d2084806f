"""What a student's copy of a graded cell has of its own: text of a test, metadata, tags."""

from __future__ import annotations

import ast
import json

from nbformat import NotebookNode

from autograder.coursefolder.earlier import EarlierCell
from autograder.coursefolder.material import CellMaterial, mark_of, squeezed
from autograder.grading.sanitize.identify import defined
from autograder.grading.sanitize.notes import Note

SCHEMA = 3
HARMFUL = ("skip-execution", "remove_cell", "remove-cell", "remove_input")


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
        elif squeezed(cell.source) == squeezed(known.source):
            text = "the test is the instructor's, with the hidden part that nobody is given"
            notes.append(Note(f"{known.name}: {text}", tampering=True))
        elif known.cell_type == "code" and same_code(cell.source, known.visible):
            notes.append(
                Note(f"{known.name}: comments or layout of the test were changed, put right")
            )
        elif known.cell_type == "code" and same_code(cell.source, known.visible, more=True):
            notes.append(
                Note(f"{known.name}: what was written into the test's cell was run before it")
            )
        else:
            line = first_difference(cell.source, known.visible)
            notes.append(
                Note(f"{known.name}: the test was edited ({line}), put right", tampering=True)
            )
    harmful = [tag for tag in tags if tag in HARMFUL]
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


def same_code(given: str, right: str, more: bool = False) -> bool:
    """Return whether two texts are the same program but for comments and layout.

    more: definitions may stand before it, but of nothing that it calls for its verdict.
    """
    if len(given) > 20_000:
        return False
    try:
        ours, theirs = ([ast.dump(n) for n in ast.parse(t).body] for t in (given, right))
        if more and "check" not in defined(given):
            ours = ours[-len(theirs) :]
        return ours == theirs
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def first_difference(given: str, right: str) -> str:
    """Return the first line that differs, shortened."""
    for ours, theirs in zip(given.splitlines(), right.splitlines(), strict=False):
        if ours.strip() != theirs.strip():
            return f"{theirs.strip()[:60]!r} became {ours.strip()[:60]!r}"
    return "lines were added or removed"
