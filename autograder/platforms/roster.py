"""Who is who: the table of a course's members as the platform exports it.

Canvas: Grades > Export, the columns Student, ID, SIS User ID, SIS Login ID, Section. Moodle: an
assignment's grading worksheet, the columns Identifier ("Participant 4711"), Full name and, as the
site is set up, Email address, ID number, Username. Kept as it came in course/roster/<platform>.csv,
since the tables of grades that go back need its columns.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.coursefolder.names import roster_path

KEYS = {
    "canvas": ("SIS Login ID", "SIS User ID", "ID"),
    "moodle": ("Username", "ID number", "Email address", "Identifier"),
}
NEEDED = {"canvas": ("Student", "ID"), "moodle": ("Identifier", "Full name")}


class RosterError(ValueError):
    """The table is no roster; the message says what was expected."""


@dataclass
class Roster:
    """A platform, the table's columns, and its rows by the name that the course uses."""

    platform: str
    columns: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def student(self, user: str) -> str | None:
        """Return the student whom the platform knows by a number; None where it lacks them."""
        for student, row in self.rows.items():
            if user and user in (row.get("ID"), number(row.get("Identifier", ""))):
                return student
        return None

    def row(self, student: str) -> dict[str, str] | None:
        """Return a student's row by any of its keys; None where that is none's or several's."""
        if student in self.rows:
            return self.rows[student]
        wanted = student.casefold()
        found = []
        for row in self.rows.values():
            values = [row.get(key, "") for key in KEYS[self.platform]]
            values += [
                number(row.get("Identifier", "")),
                row.get("Email address", "").split("@")[0],
            ]
            if wanted in {value.casefold() for value in values if value}:
                found.append(row)
        return found[0] if len(found) == 1 else None


def number(identifier: str) -> str:
    """Return the number in Moodle's "Participant 4711"."""
    match = re.search(r"(\d+)\s*$", identifier)
    return match[1] if match else ""


def read(data: bytes, source: str = "the roster") -> Roster:
    """Read a platform's table; RosterError where it is neither's."""
    text = decoded(data, source)
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    table = list(csv.reader(io.StringIO(text), delimiter=separator))
    columns = [name.strip() for name in table[0]] if table else []
    platform = next((p for p, needed in NEEDED.items() if set(needed) <= set(columns)), "")
    if not platform:
        raise RosterError(
            f"{source} is no roster: expected Canvas's gradebook export "
            "(columns Student, ID, ...) or "
            "Moodle's grading worksheet (Identifier, Full name, ...); "
            f"found {', '.join(columns[:6]) or 'nothing'}"
        )
    roster = Roster(platform, columns)
    for values in table[1:]:
        row = dict(zip(columns, (value.strip() for value in values), strict=False))
        if platform == "canvas" and not row.get("ID"):
            if "Points Possible" in row.get("Student", ""):
                roster.first = row
            continue  # also the line "Manual Posting"
        if row.get("Student", "") == "Student, Test" or not any(row.values()):
            continue
        name = next((row[key] for key in KEYS[platform] if row.get(key)), "")
        if platform == "moodle" and name == row.get("Identifier"):
            name = number(name)
        if name in roster.rows:
            raise RosterError(f"{source} has two rows for {name}: remove one")
        roster.rows[name] = row
    return roster


def decoded(data: bytes, source: str) -> str:
    """Return a table's text, whatever spreadsheet saved it; RosterError where it is no Unicode."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise RosterError(f"{source} is not UTF-8: save it as CSV UTF-8") from None


def remember(root: Path, path: Path) -> Roster:
    """Read a roster and keep it in the course folder."""
    data = path.read_bytes()
    roster = read(data, str(path))
    write_atomic(roster_path(root, roster.platform), decoded(data, str(path)))
    return roster


def load(root: Path, platform: str) -> Roster | None:
    """Return the roster that is kept for a platform, None for none."""
    kept = roster_path(root, platform)
    return read(kept.read_bytes(), str(kept)) if kept.is_file() else None
