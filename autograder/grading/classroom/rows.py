"""The gradebook's rows of cells: points and comments, by the rules of nbgrader's SaveAutoGrades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import scoped_session

from autograder.grading.classroom.identities import new_id
from autograder.grading.judging.results import Result

GRADED, ANSWERED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")
SET_GRADE = (
    update(Grade.__table__)
    .where(Grade.__table__.c.id == bindparam("of"))
    .values(auto_score=bindparam("auto"), needs_manual_grade=bindparam("needed"))
)
SET_COMMENT = (
    update(Comment.__table__)
    .where(Comment.__table__.c.id == bindparam("of"))
    .values(auto_comment=bindparam("auto"))
)


@dataclass(frozen=True)
class Entry:
    """A result to be kept, when it was handed in, and what was kept of the student before."""

    result: Result
    timestamp: str | None = None
    old: Result | None = None

    @property
    def before(self) -> dict[tuple[str, str], tuple[str, float | None]]:
        """The answers and points of before, by notebook and cell."""
        cells = self.old.cells if self.old else []
        return {(cell.notebook, cell.grade_id): (cell.answer, cell.score) for cell in cells}


class Cells:
    """The assignment's graded cells and cells with answers: identity -> (notebook, name).

    A grade and a solution cell may share a name: they are two rows of one table.
    """

    def __init__(self, db: scoped_session, notebooks: Mapping[str, str]) -> None:
        self.db = db
        names = {identity: name for name, identity in notebooks.items()}
        query = select(BaseCell.id, BaseCell.notebook_id, BaseCell.name, BaseCell.type).where(
            BaseCell.notebook_id.in_(names)
        )
        rows = [(i, (names[of], name), kind) for i, of, name, kind in db.execute(query)]
        self.graded = {identity: key for identity, key, kind in rows if kind in GRADED}
        self.answered = {identity: key for identity, key, kind in rows if kind in ANSWERED}

    def write_grades(
        self, entries: Sequence[Entry], submitted: Mapping[tuple[str, str], str]
    ) -> None:
        """Write the points. submitted: (student, notebook) -> submitted notebook."""
        columns = (Grade.id, Grade.manual_score, Grade.needs_manual_grade)
        query = (
            select(Grade.notebook_id, Grade.cell_id, *columns)
            .where(Grade.cell_id.in_(self.graded), Grade.notebook_id.in_(submitted.values()))
            .with_for_update()  # a person's points that come now wait for ours
        )
        present = {row[:2]: row[2:] for row in self.db.execute(query)}
        made, changed = [], []
        for entry in entries:
            results = {(cell.notebook, cell.grade_id): cell for cell in entry.result.cells}
            before = entry.before
            for cell, key in self.graded.items():
                notebook = submitted[entry.result.student, key[0]]
                result = results.get(key)
                score = result.score if result else None
                if (notebook, cell) not in present:
                    made.append({
                        "id": new_id(), "cell_id": cell, "notebook_id": notebook,
                        "auto_score": score, "needs_manual_grade": score is None,
                    })  # fmt: skip
                elif result:
                    grade, manual, needed = present[notebook, cell]
                    same = result.answer and before.get(key) == (result.answer, score)
                    # nbgrader's rule: to be looked at when a person graded before, or has to now.
                    # But what a person has graded and has not changed since is not to be read a
                    # second time.
                    if manual is None or not same:
                        needed = manual is not None or score is None
                    changed.append({"of": grade, "auto": score, "needed": needed})
        run(self.db, insert(Grade.__table__), made)
        run(self.db, SET_GRADE, changed)

    def write_comments(
        self, entries: Sequence[Entry], submitted: Mapping[tuple[str, str], str]
    ) -> None:
        """Write the automatic comments. submitted: (student, notebook) -> submitted notebook."""
        query = select(Comment.notebook_id, Comment.cell_id, Comment.id).where(
            Comment.cell_id.in_(self.answered), Comment.notebook_id.in_(submitted.values())
        )
        present = {row[:2]: row[2] for row in self.db.execute(query)}
        made, changed = [], []
        for entry in entries:
            texts = {
                (notebook.name, name): text
                for notebook in entry.result.notebooks
                for name, text in notebook.comments.items()
            }
            for cell, key in self.answered.items():
                notebook = submitted[entry.result.student, key[0]]
                if (notebook, cell) not in present:
                    made.append({
                        "id": new_id(), "cell_id": cell, "notebook_id": notebook,
                        "auto_comment": texts.get(key),
                    })  # fmt: skip
                elif key in texts:
                    changed.append({"of": present[notebook, cell], "auto": texts[key]})
        run(self.db, insert(Comment.__table__), made)
        run(self.db, SET_COMMENT, changed)


def run(db: scoped_session, statement: Any, rows: list[dict]) -> None:
    """Execute a statement once for all rows, where there are any."""
    if rows:
        db.connection().execute(statement, rows)
