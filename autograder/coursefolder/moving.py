"""Move a gradebook to another database, row by row: from SQLite's file to PostgreSQL, or back."""

from __future__ import annotations

from nbgrader.api import Base, Gradebook
from nbgrader.api import Course as CourseRow
from sqlalchemy import Connection, Table, create_engine, insert, select

from autograder.coursefolder.course import Course
from autograder.coursefolder.nbgrader import quiet_nbgrader
from autograder.coursefolder.trouble import CourseTrouble, patient

AT_ONCE = 5000


def move_gradebook(course: Course, url: str) -> dict[str, int]:
    """Copy every row of the course's gradebook into the empty database at `url`.

    Returns the number of rows by table; all of them are there or none. The gradebook that was is
    left as it is. Raises CourseTrouble where the other database has students or assignments.
    """
    old = course.directory.db_url
    if url == old:
        raise CourseTrouble(f"The gradebook is at {url} already.")
    with quiet_nbgrader(), Gradebook(url) as there:  # makes the tables, as nbgrader has them
        if there.students or there.assignments:
            raise CourseTrouble(f"{url} has students or assignments: give an empty database.")
    moved = {}
    source, target = create_engine(patient(old)), create_engine(url)
    try:
        with source.connect() as reading, target.begin() as writing:
            writing.execute(CourseRow.__table__.delete())  # the one that nbgrader just made
            for table in Base.metadata.sorted_tables:
                moved[table.name] = copy_table(table, reading, writing)
    finally:
        source.dispose()
        target.dispose()
    return moved


def copy_table(table: Table, reading: Connection, writing: Connection) -> int:
    """Copy the rows of one table; return how many."""
    if table.name == "assignment":
        add_courses(table, reading, writing)
    count = 0
    rows = reading.execution_options(yield_per=AT_ONCE).execute(select(table))
    for part in rows.mappings().partitions(AT_ONCE):
        writing.execute(insert(table), [dict(row) for row in part])
        count += len(part)
    return count


def add_courses(assignments: Table, reading: Connection, writing: Connection) -> None:
    """Add the courses that assignments name and that have no row: SQLite lets that pass."""
    courses = CourseRow.__table__
    there = set(writing.scalars(select(courses.c.id)))
    named = set(reading.scalars(select(assignments.c.course_id).distinct()))
    for one in sorted(named - there):
        writing.execute(insert(courses), {"id": one})
