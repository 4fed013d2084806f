"""Downloads as Canvas and Moodle make them, after their sources; no code of theirs is in here.

Canvas: lib/content_zipper.rb (names), lib/gradebook_exporter.rb (the table). Moodle:
mod/assign/classes/downloader.php (names), mod/assign/gradingtable.php (the worksheet).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

# As people are called, family name first; what the platforms and file systems stumble over.
NAMES = [
    "Lovelace, Ada", "O'Brien, Se\xe1n", "M\xfcller, Jos\xe9", "\u738b, \u5c0f\u660e",
    "\u0627\u0628\u0646 \u0633\u064a\u0646\u0627, \u0639\u0644\u064a",
    "de la Cruz, Mar\xeda Jos\xe9", "Nguy\u1ec5n, \xc1nh", "Smith_7, Bob", "A-12, X \xc6",
    "\u674e", "van 't Hoff, J.", "\u0141ukasiewicz, Zoe\u0308", "\u2026", "\U0001f389",
    "W" * 200 + ", Ada", "W" * 200 + ", Bob", "Doe, Jane", "Doe, Jane", "_1_2_, A", "LATE, Al",
    "anon, Y", "\u0939\u093f\u0928\u094d\u0926\u0940, \u0915\u093f", "\u0130stanbul, I",
    "Stra\xdfe, \xdf", "null", "=1+1, Eve", "4711", "text, link", "a/b, c", "C:, \\d",
    '<b>, "&"', "Anne-Marie, Curie", "Team 7, Al", "..", "\u202ereversed, Al", "tab\tby, Al",
    "Smith_8, Bob", "_LATE_, Al", "x_text.html, Al", "\xe9 e\u0301, Al", "nameless, Al",
    "Lab_4_7, Al",
]  # fmt: skip


def canvas_name(
    sortable: str, user: int | str, number: int, file: str, *, late: bool = False
) -> str:
    """Return how Canvas calls one file of a hand-in; user: a text where names are hidden."""
    name = re.sub(r"_(\d+)_", r"\1", sortable).lower()
    parts = [*([name] if isinstance(user, int) else []), *(["LATE"] if late else [])]
    parts.append(str(user) if isinstance(user, int) else f"anon_{user}")
    front = re.sub(r"[^\w\u0300-\u036f\u0900-\u0963]", "", "_".join(parts))
    return f"{front}_{number}_" + re.sub(r'[\x00/\\:*?"<>|]+', "_", file)


def moodle_name(full: str, number: int | None, file: str, *, flat: bool = False) -> str:
    """Return the path that Moodle gives one file of a hand-in, of a person or a group."""
    front = full.replace("_", " ") + ("" if number is None else f"_{number}")
    front = re.sub(r"\.\.+", "", re.sub(r"[\x00-\x1f\x7f&<>\"`|':\\/]", "", front))
    return f"{front}_assignsubmission_file{'_' if flat else '/'}{file}"


def gradebook(people: Iterable[tuple[str, int, str]]) -> str:
    """Return Canvas's table of (family name first, number, login)."""
    lines: list[list[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "03_small (991)"],
        ["    Points Possible", "", "", "", "", "105"],
    ]
    lines += [[name, number, "", login, "Morning", ""] for name, number, login in people]
    return written(lines)


def worksheet(people: Iterable[tuple[str, int, str, str]]) -> str:
    """Return Moodle's worksheet of (name, number, address, status)."""
    head = (
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments"
    )
    lines: list[list[object]] = [head.split(",")]
    lines += [
        [f"Participant {number}", name, mail, status, "", "100.00", "Yes",
         "Sunday, 1 March 2026, 1:00 PM", "-", ""]
        for name, number, mail, status in people
    ]  # fmt: skip
    return written(lines)


def written(lines: Iterable[list[object]]) -> str:
    """Return lines as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


class Unflagged(zipfile.ZipInfo):
    """A member whose name is UTF-8 although no flag says so, as Canvas writes it."""

    __slots__ = ()

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("utf-8"), self.flag_bits & ~0x800


def zipped(path: Path, files: Iterable[tuple[str, bytes]], member: type = Unflagged) -> Path:
    """Write a zip file of names and contents, the same name twice if it is given so."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            archive.writestr(member(name), data)
    return path
