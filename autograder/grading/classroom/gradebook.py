"""The one writer to nbgrader's gradebook: a submission is a few statements and one commit.

The rules are those of nbgrader's SaveAutoGrades and AssignLatePenalties; only the queries differ,
since those preprocessors ask and commit for every cell.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import select, update
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.grading.judging.results import NotebookResult, Result


class GradebookWriter:
    """Writes results of one assignment. Not for several threads."""

    def __init__(self, gradebook: Gradebook, assignment: str, config: Config) -> None:
        self.gradebook = gradebook
        self.db = gradebook.db
        self.assignment = assignment
        self.late = AssignLatePenalties(config=config)
        self.late.log = logging.getLogger("autograder.late")
        self.late.log.addHandler(logging.NullHandler())
        self.late.log.propagate = False
        self.late.init_plugin()
        self.assignment_id = self.db.scalar(
            select(Assignment.id).where(Assignment.name == assignment)
        )
        if self.assignment_id is None:
            raise MissingEntry(f"No such assignment: {assignment}")
        rows = self.db.execute(
            select(Notebook.name, Notebook.id).where(Notebook.assignment_id == self.assignment_id)
        )
        self.notebooks: dict[str, str] = dict(rows.tuples().all())
        rows = self.db.execute(
            select(BaseCell.notebook_id, BaseCell.name, BaseCell.type, BaseCell.id).where(
                BaseCell.notebook_id.in_(self.notebooks.values())
            )
        )
        # A grade and a solution cell may share a name: they are two rows of one table.
        self.cells = {(notebook, name, kind): identity for notebook, name, kind, identity in rows}

    def graded_students(self) -> set[str]:
        """Students whose submission is in the gradebook."""
        query = select(SubmittedAssignment.student_id).where(
            SubmittedAssignment.assignment_id == self.assignment_id
        )
        return set(self.db.scalars(query))

    def save(self, result: Result, timestamp: str | None) -> None:
        """Put a result into the gradebook; all of it or nothing."""
        submission = self._submission(result.student, timestamp)
        query = select(SubmittedNotebook.notebook_id, SubmittedNotebook.id).where(
            SubmittedNotebook.assignment_id == submission
        )
        submitted = dict(self.db.execute(query).tuples().all())
        for notebook in result.notebooks:
            of = self.notebooks[notebook.name]
            self._grades(notebook, of, submitted[of])
            self._comments(notebook, of, submitted[of])
        self._penalties(submission, result, submitted.values())
        self.db.commit()
        # What the session remembers would grow with the class.
        self.db.expunge_all()

    def _submission(self, student: str, timestamp: str | None) -> str:
        """The submission's id, made where there is none, with nbgrader's own functions."""
        if self.db.scalar(select(Student.id).where(Student.id == student)) is None:
            self.gradebook.add_student(student)
        query = select(SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == self.assignment_id,
            SubmittedAssignment.student_id == student,
        )
        found = self.db.scalar(query)
        if found is None:
            with warnings.catch_warnings():
                # SQLAlchemy says of nbgrader's own code that it asks while objects are not yet saved.
                warnings.simplefilter("ignore", SAWarning)
                self.gradebook.add_submission(self.assignment, student)
            found = self.db.scalar(query)
        self.db.execute(
            update(SubmittedAssignment)
            .where(SubmittedAssignment.id == found)
            .values(timestamp=parse_utc(timestamp) if timestamp else None)
        )
        return found

    def _grades(self, result: NotebookResult, notebook: str, submitted: str) -> None:
        wanted = {}
        for cell in result.cells:
            for kind in ("GradeCell", "TaskCell"):
                identity = self.cells.get((notebook, cell.grade_id, kind))
                if identity is not None:
                    wanted[identity] = cell.score
        query = select(Grade.id, Grade.cell_id, Grade.manual_score).where(
            Grade.notebook_id == submitted, Grade.cell_id.in_(wanted)
        )
        rows = [
            {
                "id": grade,
                "auto_score": wanted[cell],
                # nbgrader's rule: to be looked at when a person graded before, or has to now.
                "needs_manual_grade": manual is not None or wanted[cell] is None,
            }
            for grade, cell, manual in self.db.execute(query)
        ]
        if rows:
            self.db.execute(update(Grade), rows)

    def _comments(self, result: NotebookResult, notebook: str, submitted: str) -> None:
        wanted = {}
        for name, text in result.comments.items():
            for kind in ("SolutionCell", "TaskCell"):
                identity = self.cells.get((notebook, name, kind))
                if identity is not None:
                    wanted[identity] = text
        query = select(Comment.id, Comment.cell_id).where(
            Comment.notebook_id == submitted, Comment.cell_id.in_(wanted)
        )
        rows = [
            {"id": comment, "auto_comment": wanted[cell]}
            for comment, cell in self.db.execute(query)
        ]
        if rows:
            self.db.execute(update(Comment), rows)

    def _penalties(self, submission: str, result: Result, submitted: Iterable[str]) -> None:
        """The course's late penalty plugin, asked notebook by notebook as nbgrader does."""
        self.db.execute(
            update(SubmittedNotebook)
            .where(SubmittedNotebook.id.in_(list(submitted)))
            .values(late_submission_penalty=None)
        )
        found = self.db.get(SubmittedAssignment, submission)
        self.db.refresh(found)
        if found.total_seconds_late <= 0:
            return
        for notebook in found.notebooks:
            self.db.refresh(notebook)
            penalty = self.late.plugin_inst.late_submission_penalty(
                result.student, notebook.score, found.total_seconds_late
            )
            if penalty is not None:
                notebook.late_submission_penalty = self.late._check_late_penalty(notebook, penalty)
