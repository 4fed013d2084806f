"""Who has more time: course/extensions.csv, from `autograder extend`, for late penalties.

An extension moves with the due date: it is so many hours more, not a date of its own.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from autograder.building.layout import write_atomic
from autograder.coursefolder.names import extensions_path
from autograder.coursefolder.tables import TableError, read_table

COLUMNS = ("assignment", "student", "hours", "why")
# A year; more is a slip of the keyboard.
MOST_HOURS = 24 * 366.0


class ExtensionError(TableError):
    """The table or a wish cannot be used; the message says why."""


@dataclass(frozen=True)
class Extension:
    """hours: how much later than the due date is still on time."""

    hours: float
    why: str = ""

    @property
    def delta(self) -> timedelta:
        """The time as a difference."""
        return timedelta(hours=self.hours)


def load_extensions(
    root: Path, doubts: list[str] | None = None
) -> dict[tuple[str, str], Extension]:
    """Return the extensions by assignment and student; none where there is no table.

    doubts: takes a sentence on each line that cannot be used and is left out; where it is not
    given, such a line is an ExtensionError.
    """
    path = extensions_path(root)
    if not path.is_file():
        return {}
    found = {}
    for line, row in read_table(path, COLUMNS[:3]):
        try:
            hours = _hours(row["hours"].replace(",", "."), f"{path}, line {line}")
        except ExtensionError as error:
            if doubts is None:
                raise
            doubts.append(str(error))
            continue
        found[row["assignment"], row["student"]] = Extension(hours, row.get("why", ""))
    return found


def extend(
    root: Path, assignment: str, student: str, hours: float, why: str = ""
) -> Extension | None:
    """Give a student `hours` more for an assignment, 0 to take that back; return the former."""
    known = load_extensions(root)
    before = known.pop((assignment, student), None)
    if _hours(hours, "the extension"):
        known[assignment, student] = Extension(float(hours), " ".join(why.split()))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (one, who), extension in sorted(known.items()):
        writer.writerow([one, who, f"{extension.hours:g}", extension.why])
    write_atomic(extensions_path(root), out.getvalue())
    return before


def _hours(value: object, where: str) -> float:
    try:
        hours = float(str(value))
    except ValueError:
        raise ExtensionError(f"{where}: {value!r} is not a number of hours") from None
    if not math.isfinite(hours) or not 0 <= hours <= MOST_HOURS:
        raise ExtensionError(
            f"{where}: {hours:g} hours; expected 0 to {MOST_HOURS:g}, that is a year"
        )
    return hours
