"""Sorts a platform's download into submitted/<student>/<chapter>/, and says what it did not know.

Every file is collected for whom it is, or named with the reason why not. A group's hand-in goes to
each of its members in course/groups.csv.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from autograder.coursefolder.course import Course
from autograder.coursefolder.names import release_folder
from autograder.coursefolder.shown import shown
from autograder.platforms.archive import Download, Member, UnreadableDownload
from autograder.platforms.collected import Collected
from autograder.platforms.downloads import (
    PLATFORMS,
    HandedIn,
    from_folder,
    from_moodle,
    platform_of,
    readings,
    without_wrapping,
)
from autograder.platforms.people import People, composed
from autograder.platforms.placing import put
from autograder.platforms.roster import Roster, RosterError, keep, known_groups, load


def collect(
    course: Course, source: Path, assignment: str, platform: str = "", given: Roster | None = None
) -> Collected:
    """Sort the download `source`; UnreadableDownload where it cannot be read or nothing fits.

    given: a roster that is kept if it is one of this platform and knows anybody in the download;
    RosterError if not. Then nothing is kept and nothing is sorted.
    """
    with Download(source) as download:
        members = {member.path: member for member in download.members()}
        if not members:
            raise UnreadableDownload(f"{source} is empty")
        platform = platform or platform_of(list(members))
        if platform not in PLATFORMS:
            raise UnreadableDownload(f"{platform!r} is none of {', '.join(PLATFORMS)}")
        if given is not None and platform not in ("folder", given.platform):
            raise RosterError(
                f"the roster is {given.platform.capitalize()}'s and the download "
                f"{platform.capitalize()}'s: give that platform's table"
            )
        found = Collected(platform)
        found.left_out |= {shown(path): why for path, why in download.passed_over.items()}
        found.doubtful += [f"{shown(path)} (no UTF-8)" for path in download.misread]
        roster = given or roster_for(course, platform, assignment)
        released = release_folder(course.root, assignment).glob("*.ipynb")
        notebooks = frozenset(path.name for path in released)
        people = People(platform, roster, known_groups(course.root, roster), notebooks, found)
        files = sort(members, assignment, people)
        if not files:
            raise UnreadableDownload(
                f"nothing in {source} is named as {platform} names it, e.g. "
                f"{', '.join(list(found.left_out)[:3])}; say --from {'|'.join(PLATFORMS)}"
            )
        if given is not None:
            if not files.keys() & given.rows.keys():
                raise RosterError(
                    f"the roster knows nobody in this download ({shown(min(files))} and so on): is "
                    "it another course's? It is not kept"
                )
            keep(course.root, given, [assignment])
            given.own = True
        for student, handed_in in sorted(files.items()):
            late = max((one.late for one, _ in handed_in), default=False)
            if late or status(roster, student).endswith(LATE):
                found.late[student] = status(roster, student).removesuffix(LATE)
            chosen = latest(handed_in, notebooks, found)
            put(course, assignment, student, chosen, download, found)
        if platform == "moodle" and roster is not None and roster.own:
            found.absent = sorted(
                one for one in roster.rows.keys() - files.keys() if status(roster, one)
            )
    return found


def roster_for(course: Course, platform: str, assignment: str) -> Roster | None:
    """Return the roster that is kept for a platform; for a plain folder, whichever there is."""
    platforms = PLATFORMS[:2] if platform == "folder" else (platform,)
    return next(filter(None, (load(course.root, one, assignment) for one in platforms)), None)


def sort(
    members: dict[str, Member], assignment: str, people: People
) -> dict[str, list[tuple[HandedIn, Member]]]:
    """Return what each student handed in, and leave out what is no student's."""
    platform, found = people.platform, people.found
    strange = f"its name is not one of {platform}'s"
    if platform == "canvas":
        ways = {path: readings(path) for path in members}
    elif platform == "moodle":
        ways = {path: [one] if (one := from_moodle(path)) else [] for path in members}
    else:
        strange = "lies in no folder of a student"
        inner = without_wrapping(list(members), assignment)
        every = {path: from_folder(inner[path]) for path in members}
        ways = {path: [composed(one)] if one else [] for path, one in every.items()}
    files: dict[str, list[tuple[HandedIn, Member]]] = defaultdict(list)
    for path, one in people.settled(ways).items():
        if one is None or one.problem:
            found.leave_out(path, one.problem if one else strange)
            continue
        students = people.students(one)
        if isinstance(students, str):
            found.leave_out(path, students)
            continue
        for student in students:
            files[student].append((one, members[path]))
    return files


LATE = " late"


def status(roster: Roster | None, student: str) -> str:
    """Return what Moodle's worksheet of this assignment says of a hand-in: "2 hours late".

    Empty where there is none. Moodle writes "Submitted for grading - 2 hours late - Graded".
    """
    row = roster.rows.get(student) if roster is not None and roster.own else None
    parts = (row or {}).get("Status", "").split(" - ")
    if not parts[0].startswith("Submitted"):
        return ""
    return next((part for part in parts if part.endswith(LATE)), parts[0])


def latest(
    files: list[tuple[HandedIn, Member]], notebooks: frozenset[str], found: Collected
) -> dict[str, Member]:
    """Return the files to take by the student's own path.

    Platforms hand out one attempt. Of several files for a notebook of the chapter, as where two
    downloads were unpacked into one folder, the highest attempt wins; others that differ in a
    count alone, which may be the student's own, keep it.
    """
    several = Counter(one.file for one, _ in files)
    best: dict[str, Member] = {}
    for one, member in sorted(files, key=lambda f: (f[0].attempt, f[0].number, f[1].path)):
        file = one.file if several[one.file] == 1 or one.file in notebooks else one.given
        if file in best:
            found.leave_out(best[file].path, f"{shown(member.path)} is the later attempt")
        best[file] = member
    return best
