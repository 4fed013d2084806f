"""Who hands in together: course/groups.csv, a table `group,student` that the instructor edits."""

from __future__ import annotations

from pathlib import Path

from autograder.coursefolder.names import groups_path
from autograder.coursefolder.tables import TableError, read_table


class GroupsError(TableError):
    """The table of groups cannot be used; the message says which line and why."""


def load_groups(root: Path) -> dict[str, list[str]]:
    """Return the members of each group; none where there is no table."""
    path = groups_path(root)
    if not path.is_file():
        return {}
    found: dict[str, list[str]] = {}
    of: dict[str, str] = {}
    for line, row in read_table(path, ("group", "student")):
        group, student = row["group"], row["student"]
        if not group or not student:
            raise GroupsError(f"{path}, line {line}: group or student is empty")
        if of.setdefault(student, group) != group:
            raise GroupsError(f"{path}, line {line}: {student} is in {of[student]} already")
        if student not in found.setdefault(group, []):
            found[group].append(student)
    return found
