"""The one writer to nbgrader's gradebook: a submission is a few statements and one commit.

The rules are those of nbgrader's SaveAutoGrades and AssignLatePenalties; only the queries differ,
since those preprocessors ask and commit for every cell.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from types import MappingProxyType

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

from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import Extension, load_extensions
from autograder.grading.judging.results import NotebookResult, Result


class GradebookWriter:
    """Writes results of one assignment. Not for several threads."""

    def __init__(
        self,
        gradebook: Gradebook,
        assignment: str,
        config: Config,
        extensions: Mapping[tuple[str, str], Extension] = MappingProxyType({}),
    ) -> None:
        self.gradebook = gradebook
        self.db = gradebook.db
        self.assignment = assignment
        self.extensions = extensions
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

    def save(self, result: Result, timestamp: str | None, old: Result | None = None) -> None:
        """Put a result into the gradebook, all of it or nothing.

        old: what was kept of the student before.
        """
        before = {(c.notebook, c.grade_id): (c.answer, c.score) for c in old.cells} if old else {}
        submission = self._submission(result.student, timestamp)
        query = select(SubmittedNotebook.notebook_id, SubmittedNotebook.id).where(
            SubmittedNotebook.assignment_id == submission
        )
        submitted = dict(self.db.execute(query).tuples().all())
        for notebook in result.notebooks:
            of = self.notebooks[notebook.name]
            self._grades(notebook, of, submitted[of], before)
            self._comments(notebook, of, submitted[of])
        self.db.flush()
        self._penalties(submission)
        self.db.commit()
        # What the session remembers would grow with the class.
        self.db.expunge_all()

    def _submission(self, student: str, timestamp: str | None) -> str:
        """Return the submission's id, made where there is none, with nbgrader's own functions."""
        if self.db.scalar(select(Student.id).where(Student.id == student)) is None:
            self.gradebook.add_student(student)
        query = select(SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == self.assignment_id,
            SubmittedAssignment.student_id == student,
        )
        found = self.db.scalar(query)
        if found is None:
            with warnings.catch_warnings():
                # SQLAlchemy says of nbgrader's own code that it asks while objects are not yet
                # saved.
                warnings.simplefilter("ignore", SAWarning)
                self.gradebook.add_submission(self.assignment, student)
            found = self.db.scalar(query)
        self.db.execute(
            update(SubmittedAssignment)
            .where(SubmittedAssignment.id == found)
            .values(timestamp=parse_utc(timestamp) if timestamp else None)
        )
        return found

    def _grades(
        self, result: NotebookResult, notebook: str, submitted: str, before: dict[tuple, tuple]
    ) -> None:
        wanted, same = {}, set()
        for cell in result.cells:
            for kind in ("GradeCell", "TaskCell"):
                identity = self.cells.get((notebook, cell.grade_id, kind))
                if identity is not None:
                    wanted[identity] = cell.score
                    now = (cell.answer, cell.score)
                    if cell.answer and before.get((result.name, cell.grade_id)) == now:
                        same.add(identity)
        query = select(Grade.id, Grade.cell_id, Grade.manual_score, Grade.needs_manual_grade).where(
            Grade.notebook_id == submitted, Grade.cell_id.in_(wanted)
        )
        rows = [
            {
                "id": grade,
                "auto_score": wanted[cell],
                # nbgrader's rule: to be looked at when a person graded before, or has to now. But
                # what
                # a person has graded and has not changed since is not to be read a second time.
                "needs_manual_grade": needed
                if manual is not None and cell in same
                else manual is not None or wanted[cell] is None,
            }
            for grade, cell, manual, needed in self.db.execute(query)
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

    def refresh_penalties(self) -> None:
        """Work out every late penalty of the assignment anew; write nothing where all are right.

        Points given by hand and due dates move them.
        """
        query = select(SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == self.assignment_id
        )
        changed = [self._penalties(submission) for submission in self.db.scalars(query).all()]
        if any(changed):
            self.db.commit()
        self.db.expunge_all()

    def _penalties(self, submission: str) -> bool:
        """Work out a submission's late penalties and return whether one changed.

        The course's plugin is asked notebook by notebook, as nbgrader does.
        """
        found = self.db.get(SubmittedAssignment, submission)
        self.db.refresh(found)
        changed = self._extension(found)
        late = found.total_seconds_late
        for notebook in found.notebooks:
            self.db.refresh(notebook)
            before, penalty = notebook.late_submission_penalty, None
            if late > 0:
                penalty = self.late.plugin_inst.late_submission_penalty(
                    found.student_id, notebook.score, late
                )
            if penalty is not None:
                penalty = self.late._check_late_penalty(notebook, penalty)
            if penalty != before:
                notebook.late_submission_penalty = penalty
                changed = True
        return changed

    def _extension(self, found: SubmittedAssignment) -> bool:
        """Put a student's extension where nbgrader looks for it; whether it is a new one."""
        given = self.extensions.get((self.assignment, found.student_id))
        # nbgrader adds it to the due date, so there has to be one.
        wanted = given.delta if given and found.assignment.duedate is not None else None
        if (found.extension or None) == wanted:
            return False
        found.extension = wanted
        return True


def refresh_penalties(course: Course, assignment: str) -> None:
    """Work out the late penalties of an assignment anew; nothing where it was never released."""
    with course.gradebook() as gradebook:
        try:
            writer = GradebookWriter(
                gradebook, assignment, course.config, load_extensions(course.root)
            )
        except MissingEntry:
            return
        writer.refresh_penalties()
