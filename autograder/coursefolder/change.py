"""What a new release does to submissions that are in the gradebook, said and then made possible.

nbgrader refuses to change the cells of an assignment with submissions. New cells are safe all the
same: they get their rows here, in the form that nbgrader gives them, before it compares. What would
take points or answers away is left to its refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
    new_uuid,
)
from sqlalchemy import func, insert, select

KINDS = {"grade": GradeCell, "solution": SolutionCell, "task": TaskCell}


@dataclass
class Change:
    """submissions: how many are in the gradebook.

    points: (cell, before, after, given by hand, of these above the new most).  added: (notebook,
    cell, its marks, type, text).  notebooks: new ones, with their kernels as JSON.  total: the
    chapter's points before and after.
    """

    submissions: int = 0
    points: list[tuple[str, float, float, int, int]] = field(default_factory=list)
    added: list[tuple[str, str, dict[str, Any], str, str]] = field(default_factory=list)
    notebooks: dict[str, str] = field(default_factory=dict)
    total: tuple[float, float] = (0.0, 0.0)

    def sentences(self) -> list[str]:
        """Say what happens to scores; nothing where nothing does."""
        worth = [(cell, marks["points"]) for _, cell, marks, *_ in self.added if is_graded(marks)]
        if not self.submissions or not (self.points or worth):
            return []
        said = [f"{self.submissions} submissions are in the gradebook."]
        for cell, before, after, given, above in self.points:
            text = f"{cell}: {before:g} points become {after:g}."
            if given:
                text += f" {given} given by hand stay as they are"
                text += f", {above} of them more than that." if above else "."
            said.append(text)
        said += [
            f"{cell} is new, {points:g} points: nobody who handed in has an answer to it, "
            "so these points are missing to all until they hand in again."
            for cell, points in worth
        ]
        if self.total[0] != self.total[1]:
            said.append(f"The chapter is worth {self.total[1]:g} points, {self.total[0]:g} before.")
        said.append(
            "Automatic points are worked out anew by the next `autograder grade`, for everybody."
        )
        return said


def is_graded(marks: dict[str, Any]) -> bool:
    """Return whether a cell with these marks has points."""
    return bool(marks.get("grade") or marks.get("task"))


def planned(gradebook: Gradebook, assignment: str, files: dict[str, str]) -> Change:
    """Compare instructor's notebooks (file -> text) with what the gradebook has."""
    change = Change()
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        return change
    change.submissions = found.num_submissions
    known = {one.name: one for one in found.notebooks}
    before = after = 0.0
    for one in found.notebooks:
        before += sum(cell.max_score for cell in (*one.grade_cells, *one.task_cells))
    for file, text in files.items():
        name = file.removesuffix(".ipynb")
        notebook = json.loads(text)
        if name not in known:
            change.notebooks[name] = json.dumps(notebook["metadata"].get("kernelspec", {}))
        there = known.get(name)
        graded = (*there.grade_cells, *there.task_cells) if there else ()
        points = {cell.name: cell for cell in graded}
        sources = {cell.name for cell in there.source_cells} if there else set()
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if not marks.get("grade_id"):
                continue
            if is_graded(marks):
                after += float(marks["points"])
            if marks["grade_id"] not in sources:
                source = "".join(cell["source"])
                change.added.append((name, marks["grade_id"], marks, cell["cell_type"], source))
            elif is_graded(marks) and marks["grade_id"] in points:
                old = points[marks["grade_id"]]
                if old.max_score != float(marks["points"]):
                    change.points.append(_points(gradebook, old, float(marks["points"])))
    change.total = before, after
    return change


def _points(
    gradebook: Gradebook, cell: GradeCell | TaskCell, after: float
) -> tuple[str, float, float, int, int]:
    given = select(func.count()).where(Grade.cell_id == cell.id, Grade.manual_score.is_not(None))
    above = given.where(Grade.manual_score > after)
    counts = gradebook.db.scalar(given), gradebook.db.scalar(above)
    return (cell.name, float(cell.max_score), after, *counts)


def make_room(gradebook: Gradebook, assignment: str, change: Change) -> None:
    """Give new notebooks and cells their rows, for the assignment and for each submission."""
    if not change.submissions or not change.added:
        return
    db = gradebook.db
    found = gradebook.find_assignment(assignment)
    submissions = [submission.id for submission in found.submissions]
    for name, kernel in change.notebooks.items():
        made = Notebook(name=name, assignment=found, kernelspec=kernel)
        db.add(made)
        db.flush()
        rows = [{"id": new_uuid(), "notebook_id": made.id, "assignment_id": s} for s in submissions]
        db.execute(insert(SubmittedNotebook.__table__), rows)
    notebooks = {notebook.name: notebook.id for notebook in found.notebooks}
    for name, cell, marks, cell_type, source in change.added:
        of = {"name": cell, "notebook_id": notebooks[name]}
        checksum, locked = marks.get("checksum"), bool(marks.get("locked"))
        db.add(SourceCell(**of, cell_type=cell_type, source=source, locked=locked,
                          checksum=checksum))  # fmt: skip
        for mark, kind in KINDS.items():
            if not marks.get(mark):
                continue
            worth = {} if mark == "solution" else {"cell_type": cell_type,
                                                   "max_score": float(marks["points"])}  # fmt: skip
            row = kind(**of, **worth)
            db.add(row)
            db.flush()
            _for_everybody(db, row.id, notebooks[name], mark)
    db.commit()


def _for_everybody(db: Any, cell: str, notebook: str, mark: str) -> None:
    query = select(SubmittedNotebook.id).where(SubmittedNotebook.notebook_id == notebook)
    submitted = db.scalars(query).all()
    for table, wanted in ((Grade, mark != "solution"), (Comment, mark != "grade")):
        if wanted and submitted:
            rows = [{"id": new_uuid(), "cell_id": cell, "notebook_id": one} for one in submitted]
            db.execute(insert(table.__table__), rows)
