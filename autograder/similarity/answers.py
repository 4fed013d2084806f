"""What students wrote, and what everybody was given: the cells for answers, as code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from autograder.coursefolder import names
from autograder.coursefolder.course import Course


def answers(course: Course, assignment: str) -> dict[str, str]:
    """Return the code of each graded student, cell after cell; the others are not there."""
    found = {}
    for student in course.submissions(assignment):
        code = list(cells(course.folder("autograded", student, assignment)))
        if code:
            found[student] = "\n\n".join(f"# {where}\n{text}" for where, text in code) + "\n"
    return found


def given(course: Course, assignment: str) -> list[str]:
    """Return what nobody has from a classmate: the solutions and the text that was handed out."""
    folders = (
        names.source_folder(course.root, assignment),
        names.release_folder(course.root, assignment),
    )
    return ["\n\n".join(text for _, text in cells(folder)) for folder in folders]


def cells(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield where and what, for each cell for code of an answer in a folder of notebooks."""
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        for cell in notebook.get("cells", ()):
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if cell.get("cell_type") == "code" and marks.get("solution"):
                text = "".join(cell["source"])
                yield f"{path.stem}: {marks.get('grade_id', '')}", text.strip("\n")
