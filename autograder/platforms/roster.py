"""Who is who: the table of a course's members as the platform exports it.

Canvas: Grades > Export, the columns Student (or LastName and FirstName), ID, SIS User ID, SIS Login
ID, Section. Moodle: an assignment's grading worksheet, the columns Identifier ("Participant 4711"),
Grade and, as the site is set up, Full name, Email address, ID number, Username. Kept as it came in
course/roster/<platform>.csv, since the tables of grades that go back need its columns; Moodle's
also in course/roster/moodle.<chapter>.csv, since its numbers are those of one assignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.coursefolder.groups import load_groups
from autograder.coursefolder.names import roster_path
from autograder.coursefolder.tables import TableError, decoded, split

KEYS = {
    "canvas": ("SIS Login ID", "SIS User ID", "ID"),
    "moodle": ("Username", "ID number", "Email address", "Identifier"),
}
NEEDED = [
    ("canvas", {"Student", "ID"}),
    ("canvas", {"LastName", "FirstName", "ID"}),
    ("moodle", {"Identifier", "Full name"}),
    ("moodle", {"Identifier", "Grade"}),  # with anonymous submissions
]
ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)


class RosterError(TableError):
    """The table is no roster; the message says what was expected."""


@dataclass
class Roster:
    """A platform, the table's columns, and its rows by the name that the course uses.

    own: whether the table was given for the assignment in question; Canvas's is for all.
    """

    platform: str
    columns: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    by_alias: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""
    own: bool = True

    def add(self, student: str, row: dict[str, str]) -> None:
        """Add a member under the name that the course uses."""
        self.rows[student] = row
        ids = {row.get("ID", ""), number(row.get("Identifier", ""))} - {""}
        self.by_number.update(dict.fromkeys(ids, student))
        email = row.get("Email address", "").split("@")[0]
        aliases = {email, called(row), *ids, *(row.get(key, "") for key in KEYS[self.platform])}
        for alias in {one.casefold() for one in aliases} - {""}:
            self.by_alias.setdefault(alias, []).append(student)

    def student(self, user: str) -> str | None:
        """Return the student whom the platform knows by a number; None where it lacks them."""
        return self.by_number.get(user)

    def row_of(self, user: str) -> dict[str, str] | None:
        """Return the row with a platform's number; None where it is nobody's."""
        return self.rows.get(self.by_number.get(user, ""))

    def meant(self, name: str) -> list[str]:
        """Return the students who have this name, number or address: one, none or several."""
        return [name] if name in self.rows else self.by_alias.get(name.casefold(), [])

    def row(self, student: str) -> dict[str, str] | None:
        """Return a student's row by any of its keys; None where that is none's or several's."""
        found = self.meant(student)
        return self.rows[found[0]] if len(found) == 1 else None


def called(row: dict[str, str]) -> str:
    """Return a member's name as the platform writes it, the family name first in Canvas."""
    parts = (row.get("LastName", ""), row.get("FirstName", ""))
    return row.get("Student") or row.get("Full name") or ", ".join(part for part in parts if part)


def number(identifier: str) -> str:
    """Return the number in Moodle's "Participant 4711"."""
    match = re.search(r"(\d+)\s*$", identifier)
    return match[1] if match else ""


def read(data: bytes, source: str = "the roster") -> Roster:
    """Read a platform's table; RosterError where it is neither's."""
    text = decoded(data, source)
    table = split(text)
    columns = [name.strip() for name in table[0]] if table else []
    platform = next((p for p, needed in NEEDED if needed <= set(columns)), "")
    if not platform:
        raise RosterError(
            f"{source} is no roster: expected Canvas's gradebook export "
            "(columns Student, ID, ...) or "
            "Moodle's grading worksheet (Identifier, Full name, ..., with Moodle in English); "
            f"found {', '.join(columns[:6]) or 'nothing'}"
        )
    roster = Roster(platform, columns, text=text)
    for values in table[1:]:
        row = dict(zip(columns, (value.strip() for value in values), strict=False))
        if platform == "canvas" and not row.get("ID"):
            if values and "Points Possible" in values[0]:
                roster.first = row
            continue  # also the line "Manual Posting"
        if called(row) == "Student, Test" or not any(row.values()):
            continue
        if rounded := next(
            (row[k] for k in KEYS[platform] if ROUNDED.fullmatch(row.get(k, ""))), ""
        ):
            raise RosterError(
                f"{source} has the id {rounded}: a spreadsheet has rounded it. Give the file as "
                f"{platform.capitalize()} exported it"
            )
        name = next((row[key] for key in KEYS[platform] if row.get(key)), "")
        if platform == "moodle" and name == row.get("Identifier"):
            name = number(name)
        if name in roster.rows:
            raise RosterError(f"{source} has two rows for {name}: remove one")
        roster.add(name, row)
    return roster


def given(path: Path) -> Roster:
    """Read a roster that somebody gives; nothing is kept yet."""
    return read(path.read_bytes(), str(path))


def keep(root: Path, roster: Roster, assignments: Iterable[str] = ()) -> None:
    """Keep a roster in the course folder; Moodle's also as that of these assignments."""
    write_atomic(roster_path(root, roster.platform), roster.text)
    for assignment in assignments if roster.platform == "moodle" else ():
        write_atomic(roster_path(root, roster.platform, assignment), roster.text)


def load(root: Path, platform: str, assignment: str = "") -> Roster | None:
    """Return the roster that is kept for a platform, an assignment's own first; None for none."""
    own = roster_path(root, platform, assignment)
    kept = own if own.is_file() else roster_path(root, platform)
    if not kept.is_file():
        return None
    roster = read(kept.read_bytes(), str(kept))
    roster.own = platform != "moodle" or kept == own
    return roster


def known_groups(root: Path, given: Roster | None = None) -> dict[str, list[str]]:
    """Return the groups of groups.csv, members by the course's names where a roster has them.

    given: a roster that is not kept yet.
    """
    rosters = [given, *(load(root, platform) for platform in KEYS)]
    present = [roster for roster in rosters if roster is not None]

    def named(text: str) -> str:
        if any(text in roster.rows for roster in present):
            return text
        found = {student for roster in present for student in roster.meant(text)}
        return found.pop() if len(found) == 1 else text

    groups = load_groups(root)
    return {group: list(dict.fromkeys(map(named, names))) for group, names in groups.items()}
