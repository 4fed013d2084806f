"""The class as a table in the terminal."""

from __future__ import annotations

import re

from rich import box
from rich.markup import escape
from rich.table import Table

from autograder.coursefolder.shown import shown
from autograder.grading.reports.data import ClassData, Row


def class_table(data: ClassData, title: str = "") -> Table:
    """Student, points by group of exercises, total, why."""
    table = Table(
        title=title or data.assignment,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("student", no_wrap=True)
    for group, points in data.groups.items():
        table.add_column(f"{narrow(group)}\n/{points:g}", justify="right")
    table.add_column(f"total\n/{data.max_score:g}", justify="right", style="bold")
    table.add_column("in\nwords", justify="right")
    table.add_column("why", ratio=1, min_width=30, overflow="ellipsis")
    for row in data.rows:
        scores = data.group_scores(row)
        cells = [
            f"{scores[group]:g}" if scores[group] >= points else f"[red]{scores[group]:g}[/]"
            for group, points in data.groups.items()
        ]
        table.add_row(
            escape(shown(row.student, 40)), *cells, f"{row.total:g}", words(row, data), why(row)
        )
    return table


def words(row: Row, data: ClassData) -> str:
    """Points of the questions that a person reads."""
    if not data.manual_points:
        return "-"
    return "to read" if row.manual is None else f"{row.manual:g}/{data.manual_points:g}"


def why(row: Row, width: int = 84) -> str:
    """Return the reason in a form that fits a line or two."""
    text = escape(shown(row.why, 200))
    if row.late:
        text = f"{row.late:.0f} h late. {text}"
    text = re.sub(r"\b(\d\d)_\w+: ", r"notebook \1: ", text)
    return text if len(text) <= width else text[: width - 1] + "…"


def narrow(group: str) -> str:
    """Return a heading on two lines where it has two words."""
    return group.replace(" ", "\n", 1)
