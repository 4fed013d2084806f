"""Who hands in together: course/groups.csv, a table `group,student` that the instructor edits."""

from __future__ import annotations

import csv
from pathlib import Path

from autograder.coursefolder.names import groups_path


class GroupsError(ValueError):
    """The table of groups cannot be used; the message says which line and why."""


def load_groups(root: Path) -> dict[str, list[str]]:
    """Return the members of each group; none where there is no table."""
    path = groups_path(root)
    if not path.is_file():
        return {}
    found: dict[str, list[str]] = {}
    of: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if not {"group", "student"} <= set(table.fieldnames or ()):
            raise GroupsError(f"{path} needs the columns group and student in its first line")
        for line, row in enumerate(table, 2):
            group, student = (row["group"] or "").strip(), (row["student"] or "").strip()
            if not group and not student:
                continue
            if not group or not student:
                raise GroupsError(f"{path}, line {line}: group or student is empty")
            if of.setdefault(student, group) != group:
                raise GroupsError(f"{path}, line {line}: {student} is in {of[student]} already")
            if student not in found.setdefault(group, []):
                found[group].append(student)
    return found
