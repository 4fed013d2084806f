"""Sorts a platform's download into submitted/<student>/<chapter>/, and says what it did not know.

Each student's files appear all at once, under the names the student gave them. What lay there
before and differs is moved to replaced/, never lost. Attempts: the files of the highest number
count. A group's hand-in goes to each of its members (course/groups.csv; Moodle repeats it for each
member itself).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.coursefolder.groups import load_groups
from autograder.coursefolder.names import replaced_folder
from autograder.coursefolder.shown import HIDDEN, shown
from autograder.coursefolder.submitted import MAX_NAME
from autograder.coursefolder.timestamps import NAME as TIME
from autograder.platforms.archive import Download, Member, UnreadableDownload
from autograder.platforms.collected import Collected
from autograder.platforms.downloads import (
    PLATFORMS,
    READERS,
    HandedIn,
    platform_of,
    without_wrapping,
)
from autograder.platforms.roster import Roster, called, load


def collect(course: Course, source: Path, assignment: str, platform: str = "") -> Collected:
    """Sort the download `source`; UnreadableDownload where it cannot be read or nothing fits."""
    with Download(source) as download:
        members = download.members()
        if not members:
            raise UnreadableDownload(f"{source} is empty")
        paths = {member.path: member.path for member in members}
        platform = platform or platform_of(list(paths))
        if platform not in PLATFORMS:
            raise UnreadableDownload(f"{platform!r} is none of {', '.join(PLATFORMS)}")
        found = Collected(platform)
        roster = load(course.root, platform) if platform in PLATFORMS[:2] else None
        groups = load_groups(course.root)
        people: dict[str, list[tuple[HandedIn, Member]]] = defaultdict(list)
        strange = f"its name is not one of {platform}'s"
        if platform == "folder":
            paths, strange = (
                without_wrapping(list(paths), assignment),
                "lies in no folder of a student",
            )
        for member in members:
            one = READERS[platform](paths[member.path])
            if one is None:
                found.leave_out(member, strange)
            elif one.problem:
                found.leave_out(member, one.problem)
            else:
                for student in students_of(one, platform, roster, groups, found):
                    people[student].append((one, member))
        if not people:
            raise UnreadableDownload(
                f"nothing in {source} is named as {platform} names it, e.g. "
                f"{', '.join(list(found.left_out)[:3])}; say --from {'|'.join(PLATFORMS)}"
            )
        for student, files in sorted(people.items()):
            if any(one.late for one, _ in files):
                found.late.append(student)
            _put(course, assignment, student, latest(files, found), download, found)
    return found


def students_of(
    one: HandedIn,
    platform: str,
    roster: Roster | None,
    groups: dict[str, list[str]],
    found: Collected,
) -> list[str]:
    """Return the names under which the course knows whoever handed in a file."""
    for group, members in groups.items():
        if squeezed(group) == squeezed(one.who):
            return members
    if platform == "folder":
        return [one.who]
    student = roster.student(one.user) if roster else None
    if roster is not None and student is not None:
        if platform == "canvas" and squeezed(called(roster.rows[student])) != squeezed(one.who):
            found.renamed[one.who] = student
        return [student]
    made = cleaned(
        f"{one.who}_{one.user}"
        if platform == "canvas"
        else f"{one.who.rsplit('-', 1)[-1]}_{one.user}"
    )
    if roster is not None and made not in found.unknown:
        found.unknown.append(made)
    return [made]


def squeezed(name: str) -> str:
    """Return a group's name as Canvas writes it: letters and digits, small."""
    return "".join(c for c in name.casefold() if c.isalnum())


def cleaned(name: str) -> str:
    """Return a name that can be a folder's: blanks as underscores, no slashes, not hidden."""
    name = HIDDEN.sub("", name).replace("/", "").strip().lstrip(".")
    return "_".join(name.split())[: MAX_NAME // 4] or "nameless"


def latest(files: list[tuple[HandedIn, Member]], found: Collected) -> dict[str, Member]:
    """Return the files to take by the student's own path; the highest attempt of each wins."""
    best: dict[str, Member] = {}
    for one, member in sorted(files, key=lambda pair: (pair[0].attempt, pair[1].path)):
        if one.file in best:
            found.leave_out(best[one.file], f"{shown(member.path)} is the later attempt")
        best[one.file] = member
    return best


def _put(course: Course, assignment: str, student: str, files: dict[str, Member],
         download: Download, found: Collected) -> None:  # fmt: skip
    why = unfit(student)
    if why:
        for member in files.values():
            found.leave_out(member, why)
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
                found.leave_out(member, shown(str(error), 200))
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
    if not student or student.startswith(".") or "/" in student or HIDDEN.search(student):
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
