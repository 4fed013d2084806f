"""Late penalties of an assignment, by nbgrader's rule and the course's plugin.

The rule is that of nbgrader's AssignLatePenalties, which asks notebook by notebook. Here only
submissions that are late, or were when somebody looked last, cost queries of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import scoped_session
from traitlets.config import Config

from autograder.coursefolder.extensions import Extension
from autograder.grading.classroom.rows import run

if TYPE_CHECKING:
    from nbgrader.preprocessors import AssignLatePenalties

# Databases bound how many values a statement may have.
AT_ONCE = 200


class Penalties:
    """Works out penalties, and the extensions that they depend on; commits nothing.

    notebooks, cells: the identities of the assignment's notebooks and graded cells.
    """

    def __init__(
        self,
        db: scoped_session,
        assignment: tuple[str, str],
        notebooks: Sequence[str],
        cells: Sequence[str],
        config: Config,
        extensions: Mapping[tuple[str, str], Extension],
    ) -> None:
        self.db, self.extensions = db, extensions
        self.name, self.identity = assignment
        self.notebooks, self.cells, self.config = notebooks, cells, config
        if "AssignLatePenalties" in config:
            _ = self.late  # a plugin that cannot be loaded is said before anything is graded

    @cached_property
    def late(self) -> AssignLatePenalties:
        """The course's plugin; nbgrader's own is loaded when it is needed, it takes a while."""
        from nbgrader.preprocessors import AssignLatePenalties

        late = AssignLatePenalties(config=self.config)
        late.log = logging.getLogger("autograder.late")
        late.log.addHandler(logging.NullHandler())
        late.log.propagate = False
        late.init_plugin()
        return late

    def of_all(self) -> bool:
        """Work out those of the whole class; return whether one changed."""
        query = select(SubmittedAssignment.id).where(
            SubmittedAssignment.assignment_id == self.identity
        )
        every = self.db.scalars(query).all()
        changed = False
        for start in range(0, len(every), AT_ONCE):
            changed |= self.of(every[start : start + AT_ONCE])
        return changed

    def of(self, submissions: Sequence[str]) -> bool:
        """Work out those of at most AT_ONCE submissions; return whether one changed."""
        query = (
            select(
                SubmittedAssignment.id,
                SubmittedAssignment.student_id,
                SubmittedAssignment.timestamp,
                SubmittedAssignment.extension,
                Assignment.duedate,
            )
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(SubmittedAssignment.id.in_(submissions))
        )
        late: dict[str, tuple[str, float]] = {}
        extended = []
        for submission, student, timestamp, extension, due in self.db.execute(query):
            given = self.extensions.get((self.name, student))
            # nbgrader adds it to the due date, so there has to be one.
            wanted = given.delta if given and due is not None else None
            if (extension or None) != wanted:
                extended.append({"of": submission, "extension": wanted})
            if seconds := seconds_late(timestamp, due, wanted):
                late[submission] = student, seconds
        self._write(SubmittedAssignment, "extension", extended)
        changed = self._changed(submissions, late)
        self._write(SubmittedNotebook, "late_submission_penalty", changed)
        return bool(extended or changed)

    def _changed(
        self, submissions: Sequence[str], late: Mapping[str, tuple[str, float]]
    ) -> list[dict]:
        """Return the notebooks whose penalty is another than the one written down."""
        query = select(
            SubmittedNotebook.id,
            SubmittedNotebook.assignment_id,
            SubmittedNotebook.late_submission_penalty,
        ).where(
            # Both columns: the index that nbgrader's tables have begins with the first.
            SubmittedNotebook.notebook_id.in_(self.notebooks),
            SubmittedNotebook.assignment_id.in_(submissions),
        )
        found = [row for row in self.db.execute(query) if row[1] in late or row[2] is not None]
        scores = self._scores([notebook for notebook, of, _ in found if of in late])
        changed = []
        for notebook, of, before in found:
            penalty = None
            if of in late:
                student, seconds = late[of]
                penalty = self._penalty(student, scores.get(notebook, 0.0), seconds)
            if penalty != before:
                changed.append({"of": notebook, "late_submission_penalty": penalty})
        return changed

    def _penalty(self, student: str, score: float, seconds: float) -> float | None:
        penalty = self.late.plugin_inst.late_submission_penalty(student, score, seconds)
        if penalty is None:
            return None
        return self.late._check_late_penalty(SimpleNamespace(score=score), penalty)

    def _scores(self, notebooks: Sequence[str]) -> dict[str, float]:
        """Return the points of submitted notebooks, those given by hand among them."""
        if not notebooks:
            return {}
        query = (
            select(Grade.notebook_id, func.coalesce(func.sum(Grade.score), 0.0))
            .where(Grade.cell_id.in_(self.cells), Grade.notebook_id.in_(notebooks))
            .group_by(Grade.notebook_id)
        )
        return dict(self.db.execute(query).tuples().all())

    def _write(self, table: type, column: str, rows: list[dict]) -> None:
        of = table.__table__  # type: ignore[attr-defined]
        statement = update(of).where(of.c.id == bindparam("of"))
        run(self.db, statement.values({column: bindparam(column)}), rows)


def seconds_late(
    timestamp: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """Return how late a submission is; 0 where it has no time or the assignment no due date."""
    if timestamp is None or due is None:
        return 0.0
    return max(0.0, (timestamp - (due + (extension or timedelta()))).total_seconds())
