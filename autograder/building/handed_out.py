"""What of a notebook is not as it was handed out, in sentences, as far as that can be known."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import exercises
from autograder.cells import is_test_cell
from autograder.learning.copies import original
from autograder.learning.progress import CALL, home

STATE = "state.json"


def differences(path: Path, nb: NotebookNode) -> list[str]:
    """Return what to know of a notebook's name and of its checks; nothing where all is well.

    A working copy keeps what was handed out. Elsewhere the notebook alone is asked: an exercise
    that has its cell and no check.
    """
    path = path.resolve()
    root = home(path.parent)
    found = original(path, root) if root else None
    if root is None or found is None:
        return _unchecked(nb)
    sentences = []
    if found.name != path.name:
        sentences.append(
            f"{path.name} is {found.name} under another name: "
            "an update and a grader look for that name."
        )
    here = {cell.metadata.nbgrader.get("grade_id"): cell for cell in nb.cells if is_test_cell(cell)}
    with_faults = False
    for cell in filter(is_test_cell, nbformat.read(found, as_version=4).cells):
        name = cell.metadata.nbgrader.grade_id
        points = float(cell.metadata.nbgrader.get("points", 0))
        worth = "1 point" if points == 1 else f"{points:g} points"
        if name not in here:
            sentences.append(f"{name} ({worth}) is missing: it was in the notebook handed out.")
        elif here[name].source.strip() != cell.source.strip():
            sentences.append(f"{name} ({worth}) is not as handed out; a grader takes its own.")
        else:
            continue
        with_faults = True
    if with_faults and found.name == path.name:
        sentences.append(f"{_update(root)} puts the checks back and keeps what you wrote.")
    return sentences


def _unchecked(nb: NotebookNode) -> list[str]:
    """Return a sentence for the exercises of the course that have their cell and no check."""
    called = {n for cell in nb.cells if is_test_cell(cell) for n in CALL.findall(cell.source)}
    marks = [cell.metadata.get("nbgrader", {}) for cell in nb.cells if cell.cell_type == "code"]
    written = [mark.get("grade_id", "") for mark in marks if mark.get("solution")]
    known = exercises.quizzes().keys() | exercises.everything().keys()
    names = [name for name in written if name in known and name not in called]
    if not names:
        return []
    return [f"No check of {', '.join(names)}: copy its cell from the notebook as handed out."]


def _update(root: Path) -> str:
    """Return the command that brings a working copy up to date."""
    if not (root / ".course" / STATE).exists():
        return "`python3 start.py update FOLDER NEW_RELEASE`"
    language = root.name.partition("-")[2]
    return f"`python3 start.py {f'--language {language} ' if language else ''}update`"
