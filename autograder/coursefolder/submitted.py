"""Whose submissions lie in submitted/, and what there will not be graded, each with a reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.coursefolder.shown import HIDDEN, shown

# A student's name is part of file names, beside it stand endings and marks of temporary files.
MAX_NAME = 180
MAX_PATH = 1500
MAX_LOOKED_AT = 200
IGNORED = {
    ".DS_Store",
    ".gitkeep",
    ".gitignore",
    ".git",
    ".ipynb_checkpoints",
    "__MACOSX",
    "Thumbs.db",
}
HANDED_IN = (".ipynb", ".zip", ".py")


@dataclass
class Discovery:
    """Who has handed in, and what will not be graded.

    submissions: student -> folder.  passed_over: name as it may be shown -> why it is not graded.
    """

    submissions: dict[str, Path] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)


def discover(submitted: Path, assignment: str, assignments: set[str]) -> Discovery:
    """Look through the folder `submitted`; assignments: all names the gradebook knows."""
    found = Discovery()
    if not submitted.is_dir():
        return found
    for student in sorted(os.listdir(submitted)):
        if student in IGNORED:
            continue
        try:
            reason = _unfit(submitted, student) or _look(
                found, submitted, student, assignment, assignments
            )
        except (OSError, ValueError) as error:
            reason = f"cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
        if reason:
            name = shown(student)
            while name in found.passed_over:
                name += "'"
            found.passed_over[name] = reason
    return found


def _unfit(submitted: Path, student: str) -> str:
    """Return why a name cannot be a student's; empty if it can."""
    try:
        size = len(student.encode("utf-8"))
    except UnicodeEncodeError:
        return "the folder's name is not UTF-8 and cannot be a student's: rename it"
    if not stat.S_ISDIR((submitted / student).stat().st_mode):
        return "is a file, no student's folder: nothing of it is graded"
    if student.startswith("."):
        return "begins with a dot and is not taken for a student's folder: rename it"
    if HIDDEN.search(student) or student != student.strip():
        return "the folder's name holds characters that cannot be seen: rename it"
    if size > MAX_NAME:
        return (
            f"the folder's name has {size} bytes, more than the {MAX_NAME} of a student's: "
            "rename it"
        )
    if len(os.fsencode(submitted)) > MAX_PATH:
        return "the course folder's own path is too long: move the course"
    return ""


def _look(
    found: Discovery, submitted: Path, student: str, assignment: str, assignments: set[str]
) -> str:
    """Take a student's submission; why there is none although something was handed in."""
    folder = submitted / student
    names = set(_first(folder))
    if assignment in names or os.path.lexists(folder / assignment):
        found.submissions[student] = folder / assignment
        return ""
    others = names - assignments - IGNORED
    loose = sorted(n for n in others if n.lower().endswith(HANDED_IN))
    # Beside another chapter's folder a loose file is not what was to be handed in for this one.
    alone = not names & assignments
    strange = sorted(n for n in others - set(loose) if alone or _is_folder(folder / n))
    if not loose and not strange:
        return ""
    what = ", ".join(shown(name, 60) for name in [*loose, *strange][:4])
    return (
        f"holds no folder {assignment}, but {what}: move the notebooks into {assignment}/ to "
        "have them graded"
    )


def _first(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for _, entry in zip(range(MAX_LOOKED_AT), entries, strict=False):
            yield entry.name


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False
