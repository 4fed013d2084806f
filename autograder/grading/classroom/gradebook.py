"""The one writer to nbgrader's gradebook: submissions are a few statements and one commit.

The rules are those of nbgrader's add_submission and SaveAutoGrades; only the statements differ,
since those ask and write row by row. No query here gets slower as the class grows: each gives all
columns of an index that nbgrader's tables have.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nbgrader.api import (
    Assignment,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from traitlets.config import Config

from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import Extension, load_extensions
from autograder.grading.classroom.identities import new_id
from autograder.grading.classroom.penalties import Penalties
from autograder.grading.classroom.rows import Cells, Entry, run

SET_TIME = (
    update(SubmittedAssignment.__table__)
    .where(SubmittedAssignment.__table__.c.id == bindparam("of"))
    .values(timestamp=bindparam("time"))
)


ATTEMPTS = 5
# PostgreSQL's codes of a deadlock, and of a transaction that has to be done again.
IN_EACH_OTHERS_WAY = {"40P01", "40001"}


class GradebookWriter:
    """Writes results of one assignment. Not for several threads."""

    def __init__(
        self,
        gradebook: Gradebook,
        assignment: str,
        config: Config,
        extensions: Mapping[tuple[str, str], Extension] = MappingProxyType({}),
    ) -> None:
        self.db = gradebook.db
        found = self.db.scalar(select(Assignment.id).where(Assignment.name == assignment))
        if found is None:
            raise MissingEntry(f"No such assignment: {assignment}")
        self.assignment_id: str = found
        rows = self.db.execute(
            select(Notebook.name, Notebook.id).where(Notebook.assignment_id == found)
        )
        self.notebooks: dict[str, str] = dict(rows.tuples().all())
        self.cells = Cells(self.db, self.notebooks)
        self.penalties = Penalties(
            self.db, (assignment, found), list(self.notebooks.values()), list(self.cells.graded),
            config, extensions,
        )  # fmt: skip

    def graded_students(self) -> set[str]:
        """Students whose submission is in the gradebook."""
        query = select(SubmittedAssignment.student_id).where(
            SubmittedAssignment.assignment_id == self.assignment_id
        )
        return set(self.db.scalars(query))

    def save(self, entries: Sequence[Entry]) -> None:
        """Put results of different students into the gradebook, all of them or nothing."""
        # In one order for every program: two that wait for rows do not wait for each other.
        entries = sorted(entries, key=lambda entry: entry.result.student)
        for left in reversed(range(ATTEMPTS)):
            try:
                return self._save(entries)
            except (IntegrityError, OperationalError) as error:
                self.db.rollback()
                if not left or not by_another_writer(error):
                    raise

    def _save(self, entries: Sequence[Entry]) -> None:
        of = self._submissions(entries)
        submitted = self._notebooks(of)
        self.cells.write_grades(entries, submitted)
        self.cells.write_comments(entries, submitted)
        self.penalties.of(list(of.values()))
        self.db.commit()

    def _submissions(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Return student -> submission, made where there is none."""
        when = {e.result.student: e.timestamp and parse_utc(e.timestamp) for e in entries}
        query = select(SubmittedAssignment.student_id, SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == self.assignment_id,
            SubmittedAssignment.student_id.in_(when),
        )
        found = dict(self.db.execute(query).tuples().all())
        again = [{"of": one, "time": when[who]} for who, one in sorted(found.items())]
        run(self.db, SET_TIME, again)
        new = {student: new_id() for student in when if student not in found}
        there = set(self.db.scalars(select(Student.id).where(Student.id.in_(new))))
        run(self.db, insert(Student.__table__), [{"id": one} for one in new if one not in there])
        of = {"assignment_id": self.assignment_id}
        run(
            self.db,
            insert(SubmittedAssignment.__table__),
            [
                {"id": one, "student_id": who, "timestamp": when[who], **of}
                for who, one in new.items()
            ],
        )
        return found | new

    def _notebooks(self, submissions: Mapping[str, str]) -> dict[tuple[str, str], str]:
        """Return (student, notebook) -> submitted notebook, made where there is none."""
        query = select(
            SubmittedNotebook.assignment_id, SubmittedNotebook.notebook_id, SubmittedNotebook.id
        ).where(
            SubmittedNotebook.notebook_id.in_(self.notebooks.values()),
            SubmittedNotebook.assignment_id.in_(submissions.values()),
        )
        found = {(of, notebook): one for of, notebook, one in self.db.execute(query)}
        wanted = itertools.product(submissions.values(), self.notebooks.values())
        made = {key: new_id() for key in wanted if key not in found}
        run(
            self.db,
            insert(SubmittedNotebook.__table__),
            [{"id": i, "assignment_id": of, "notebook_id": nb} for (of, nb), i in made.items()],
        )
        every = found | made
        return {
            (student, name): every[of, identity]
            for student, of in submissions.items()
            for name, identity in self.notebooks.items()
        }

    def refresh_penalties(self) -> None:
        """Work out every late penalty of the assignment anew; write nothing where all are right.

        Points given by hand and due dates move them.
        """
        if self.penalties.of_all():
            self.db.commit()


def by_another_writer(error: IntegrityError | OperationalError) -> bool:
    """Return whether another program wrote the same rows, and a new try finds them."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in IN_EACH_OTHERS_WAY


def refresh_penalties(course: Course, assignment: str) -> None:
    """Work out the late penalties of an assignment anew; nothing where it was never released."""
    with course.gradebook() as gradebook:
        try:
            writer = GradebookWriter(
                gradebook, assignment, course.config, load_extensions(course.root, [])
            )
        except MissingEntry:
            return
        writer.refresh_penalties()
