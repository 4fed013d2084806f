"""Grades and comments for a notebook's feedback, by one question to the gradebook each."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import BaseCell, Comment, Grade, MissingEntry
from nbgrader.preprocessors import GetGrades


class GetAllGrades(GetGrades):
    """nbgrader's GetGrades, which asks the gradebook again for each cell and each number."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Write the points and comments into the cells' metadata."""
        self._rows: dict[type, dict[str, tuple]] = {}
        return super().preprocess(nb, resources)

    def _row(self, table: type, name: str, *columns: Any) -> tuple:
        """Return the columns of the row that this student's notebook has for a cell."""
        if table not in self._rows:
            notebook = self.gradebook.find_submission_notebook(
                self.notebook_id, self.assignment_id, self.student_id
            )
            rows = (
                self.gradebook.db.query(BaseCell.name, *columns)
                .join(table, table.cell_id == BaseCell.id)  # type: ignore[attr-defined]
                .filter(table.notebook_id == notebook.id)  # type: ignore[attr-defined]
            )
            self._rows[table] = {cell: tuple(values) for cell, *values in rows}
        try:
            return self._rows[table][name]
        except KeyError:
            raise MissingEntry(f"No such cell in the gradebook: {name}") from None

    def _get_comment(self, cell: NotebookNode, resources: Any) -> None:
        known = cell.metadata["nbgrader"]
        (known["comment"],) = self._row(Comment, known["grade_id"], Comment.comment)

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        known = cell.metadata["nbgrader"]
        known["score"], known["points"] = self._row(
            Grade, known["grade_id"], Grade.score, Grade.max_score
        )
