"""What a gradebook says, row by row, without its random identifiers: SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import create_engine, select

CELL = (Notebook.name, BaseCell.name, BaseCell.type)
TABLES = {
    "students": select(Student.id, Student.first_name, Student.last_name, Student.email),
    "submissions": select(
        SubmittedAssignment.student_id,
        Assignment.name,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
    ).join(Assignment),
    "notebooks": select(
        SubmittedAssignment.student_id,
        Notebook.name,
        SubmittedNotebook.flagged,
        SubmittedNotebook.late_submission_penalty,
    )
    .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id),
    **{
        name: select(SubmittedAssignment.student_id, *CELL, *columns)
        .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(BaseCell, table.cell_id == BaseCell.id)
        .join(Notebook, BaseCell.notebook_id == Notebook.id)
        for name, table, columns in (
            (
                "grades",
                Grade,
                (Grade.auto_score, Grade.manual_score, Grade.extra_credit,
                 Grade.needs_manual_grade),
            ),
            ("comments", Comment, (Comment.auto_comment, Comment.manual_comment)),
        )
    },
    "cells": select(Assignment.name, *CELL, GradeCell.__table__.c.max_score)
    .select_from(BaseCell.__table__)
    .join(Notebook, BaseCell.__table__.c.notebook_id == Notebook.id)
    .join(Assignment, Notebook.assignment_id == Assignment.id)
    .outerjoin(GradeCell.__table__, GradeCell.__table__.c.id == BaseCell.__table__.c.id),
}  # fmt: skip


def url_of(course: Path) -> str:
    """The address of a course folder's SQLite file."""
    return f"sqlite:///{course}/gradebook.db"


def everything(url: str) -> dict[str, list[tuple]]:
    """All rows of a gradebook, table by table, in one order."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(query)), key=repr)
                for name, query in TABLES.items()
            }
    finally:
        engine.dispose()
