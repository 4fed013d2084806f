"""What the gradebook says of an assignment, kept before a release and put back when that fails.

nbgrader commits notebook by notebook: a release that it refuses at the second has changed the
first. Rows are kept, not files, so it holds for every database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Connection, Table, create_engine, delete, insert, select, update

from autograder.coursefolder.trouble import patient

# A row follows those that it refers to.
TABLES: tuple[Table, ...] = tuple(
    one.__table__  # type: ignore[attr-defined]
    for one in (Assignment, Notebook, BaseCell, GradeCell, SolutionCell, TaskCell, SourceCell)
)
Rows = dict[str, dict[str, dict[str, Any]]]


@contextlib.contextmanager
def kept_definitions(url: str, assignment: str) -> Iterator[None]:
    """Put notebooks and cells of an assignment back as they were when what follows fails."""
    engine = create_engine(patient(url))
    try:
        with engine.connect() as connection:
            before = rows_of(connection, assignment)
        try:
            yield
        except BaseException:
            with engine.begin() as connection:
                restore(connection, assignment, before)
            raise
    finally:
        engine.dispose()


def rows_of(connection: Connection, assignment: str) -> Rows:
    """Return the rows of an assignment, by table and identity; empty where there is none."""
    named = select(Assignment.id).where(Assignment.name == assignment)
    notebooks = select(Notebook.id).where(Notebook.assignment_id.in_(named))
    cells = select(BaseCell.id).where(BaseCell.notebook_id.in_(notebooks))
    found: Rows = {}
    for table in TABLES:
        columns = table.c
        if table.name == "assignment":
            where = columns.id.in_(named)
        elif table.name == "notebook":
            where = columns.id.in_(notebooks)
        elif table.name == "source_cell":
            where = columns.notebook_id.in_(notebooks)
        else:
            where = columns.id.in_(cells)
        rows = connection.execute(select(table).where(where)).mappings()
        found[table.name] = {row["id"]: dict(row) for row in rows}
    return found


def restore(connection: Connection, assignment: str, before: Rows) -> None:
    """Make the rows of an assignment those of `before`; what students have in other cells stays."""
    now = rows_of(connection, assignment)
    new = {name: list(rows.keys() - before[name].keys()) for name, rows in now.items()}
    for table in (Grade, Comment):
        connection.execute(delete(table).where(table.cell_id.in_(new["base_cell"])))
    of_new = SubmittedNotebook.notebook_id.in_(new["notebook"])
    connection.execute(delete(SubmittedNotebook).where(of_new))
    for table in reversed(TABLES):
        connection.execute(delete(table).where(table.c.id.in_(new[table.name])))
    for table in TABLES:
        for identity, row in before[table.name].items():
            if identity not in now[table.name]:
                connection.execute(insert(table).values(row))
            elif row != now[table.name][identity]:
                connection.execute(update(table).where(table.c.id == identity).values(row))
