"""Puts a student's files into the course folder, all at once; what lay there before is kept.

What differs is moved to replaced/, never lost.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.coursefolder.names import replaced_folder
from autograder.coursefolder.shown import HIDDEN, shown
from autograder.coursefolder.submitted import MAX_NAME
from autograder.coursefolder.timestamps import NAME as TIME
from autograder.platforms.archive import Download, Member, UnreadableDownload
from autograder.platforms.collected import Collected


def put(course: Course, assignment: str, student: str, files: dict[str, Member],
         download: Download, found: Collected) -> None:  # fmt: skip
    """Put `files`, by the student's own path, in place of what the student handed in before."""
    why = unfit(student)
    if why:
        for member in files.values():
            found.leave_out(member.path, why)
        return
    target = course.folder("submitted", student, assignment)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=course.root, prefix=".collecting."))
    taken = []
    try:
        for file, member in files.items():
            try:
                if HIDDEN.search(file) or len(os.fsencode(file)) > 2 * MAX_NAME:
                    raise UnreadableDownload("its name holds what cannot be seen, or is too long")
                data = download.read(member)
                path = fresh / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                taken.append(file)
            except (OSError, UnreadableDownload) as error:
                found.leave_out(member.path, shown(str(error), 200))
        if not taken:
            return
        fresh.chmod(0o755)
        if os.path.lexists(target):
            if same(target, fresh):
                found.unchanged.append(student)
                return
            if missing := sorted(notebooks(target) - notebooks(fresh)):
                found.fewer[student] = missing
            if (target / TIME).exists() and not (fresh / TIME).exists():
                found.untimed.append(student)
            aside(course, assignment, student, target)
            found.replaced.append(student)
        fresh.rename(target)
        found.students[student] = sorted(taken)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh)


def unfit(student: str) -> str:
    """Return why a name cannot be a student's; empty if it can."""
    hidden = student.startswith(".") or student != student.strip() or HIDDEN.search(student)
    if not student or "/" in student or hidden:
        return f"{shown(student)!r} cannot be a student's name: mend the roster or groups.csv"
    if len(student.encode("utf-8", "replace")) > MAX_NAME:
        return "the student's name is too long"
    return ""


def same(old: Path, new: Path) -> bool:
    """Whether two folders hold the same files, times of submission aside."""
    if old.is_symlink() or not old.is_dir():
        return False

    def content(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*"))
                if p.is_file() and not p.is_symlink()}  # fmt: skip

    before, after = content(old), content(new)
    before.pop(TIME, None)
    after.pop(TIME, None)
    return before == after


def notebooks(folder: Path) -> set[str]:
    """Return the names of the notebooks in a hand-in."""
    return {path.name for path in folder.rglob("*.ipynb")}


def aside(course: Course, assignment: str, student: str, target: Path) -> None:
    """Move what lay there to replaced/<chapter>/<student>/<number>."""
    kept = replaced_folder(course.root, assignment, student)
    kept.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(p.name) for p in kept.iterdir() if p.name.isdigit()), default=0)
    target.rename(kept / str(number))
