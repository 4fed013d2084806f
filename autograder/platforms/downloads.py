"""How platforms name the files of a download, read back into who handed in what.

Canvas ("Download Submissions"): doejane_LATE_4711_88012_01_neurons-2.ipynb, that is name, late
mark, the user's id, the file's id, the file; -2 counts the attempts. In a group assignment the name
is the group's and the id one member's; with anonymous grading it is LATE_anon_k3x9z_88012_..., and
the mark is not the user's id. What was typed is doejane_4711_text.html, an address
doejane_4711_link.html (lib/content_zipper.rb of Canvas).
Moodle ("Download all submissions"): Jane Doe_4711_assignsubmission_file_/01_neurons.ipynb, or
without the folder. The number is the participant's in this assignment. Of a group it is "Team
7_42_...", once, and the number is the group's (mod/assign/classes/downloader.php); before Moodle
4.1 it was "Team 7-Jane Doe_4711_...", one entry for each member.
A plain folder: one folder for each student, perhaps all in one, perhaps with the chapter's in each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

ID = re.compile(r"0|[1-9][0-9]*")
TYPED = {"text.html": "text", "link.html": "link"}
ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<who>anon)_(?P<user>\w{5})_(?P<rest>.+)", re.S)
MOODLE = re.compile(
    r"(?P<who>.*?)(?:_(?P<user>[0-9]+))?_assignsubmission_(?P<kind>file|onlinetext)"
    r"(?:_(?P<file>.*))?",
    re.S,
)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # Canvas's for the eighth of a name
ATTEMPT = re.compile(
    rf"(?P<base>.+)-(?:(?P<attempt>[0-9]{{1,3}})|{UUID})"
    r"(?P<ending>(?:\.[A-Za-z][A-Za-z0-9]*)*\.[A-Za-z0-9]+)",
    re.S,
)
LAST = 1000
PLATFORMS = ("canvas", "moodle", "folder")


@dataclass(frozen=True)
class HandedIn:
    """One file of a download.

    who: the platform's words for the person or group; user: its number for them.

    file: the path that the student gave it, as far as the platform lets see; given: with the
    platform's count of attempts.  attempt: 0 where the platform counts none.  number: the
    file's, 0 where it has none.  problem: why it is no file that can be graded, else empty.
    """

    who: str
    user: str
    file: str
    late: bool = False
    attempt: int = 0
    problem: str = ""
    given: str = ""
    number: int = 0


def readings(path: str) -> list[HandedIn]:
    """Return all ways to read a name of a Canvas download, the one with the shortest name first.

    A group may be called "Lab 4_7", and then team_7_4711_88012_x.ipynb is one of "team" with the
    number 7, or of "team_7" with the number 4711. Numbers of Canvas do not begin with a zero.
    """
    name = PurePosixPath(path).name
    if anonymous := ANONYMOUS.fullmatch(name):
        late, who, user, rest = anonymous.groups()
        one = canvas_file(rest.split("_"))
        return [replace(one, who=who, user=user, late=bool(late))] if one else []
    parts = name.split("_")
    found = []
    for place in range(1, len(parts)):
        one = canvas_file(parts[place + 1 :]) if ID.fullmatch(parts[place]) else None
        if one is not None:
            late = parts[place - 1] == "LATE"
            who = "_".join(parts[: place - late])
            found.append(replace(one, who=who, user=parts[place], late=late))
    return found


def canvas_file(parts: list[str]) -> HandedIn | None:
    """Read what follows the user's number, split at underscores; None where it is no file."""
    if len(parts) == 1 and parts[0] in TYPED:
        problem = f"a {TYPED[parts[0]]} typed into Canvas, no file"
        return HandedIn("", "", parts[0], problem=problem, given=parts[0])
    file = given = "_".join(parts[1:])
    if not given or not ID.fullmatch(parts[0]):
        return None
    attempt = 0
    if counted := ATTEMPT.fullmatch(given):
        file = counted["base"] + counted["ending"]
        attempt = int(counted["attempt"] or LAST)
    return HandedIn("", "", file, attempt=attempt, given=given, number=int(parts[0]))


def from_canvas(path: str) -> HandedIn | None:
    """Read a name of a Canvas download as it most likely is; None where it is none."""
    return next(iter(readings(path)), None)


def from_moodle(path: str) -> HandedIn | None:
    """Read a path of a Moodle download; None where it is none."""
    parts = PurePosixPath(path).parts
    for number, part in enumerate(parts):
        match = MOODLE.fullmatch(part)
        if match:
            file = "/".join([*([match["file"]] if match["file"] else []), *parts[number + 1 :]])
            problem = ""
            if match["kind"] == "onlinetext":
                problem = "a text typed into Moodle, no file"
            elif not match["user"]:
                problem = "of students in no group: Moodle does not say whose it is"
            return HandedIn(match["who"], match["user"] or "", file, problem=problem, given=file)
    return None


def from_folder(path: str) -> HandedIn | None:
    """Read a path of a plain folder, student/file; None where no folder names a student."""
    parts = PurePosixPath(path).parts
    file = "/".join(parts[1:])
    return HandedIn(parts[0], "", file, given=file) if file else None


def without_wrapping(paths: list[str], assignment: str) -> dict[str, str]:
    """Return the paths of a plain folder as student/file: path -> path.

    One folder around all others is no student's, and a folder of the chapter's name no part of
    what a student handed in.
    """
    parts = {path: PurePosixPath(path).parts for path in paths}
    tops = {one[0] for one in parts.values()}
    within = {one[1] for one in parts.values() if len(one) > 2} - {assignment}
    if len(tops) == 1 and len(within) > 1 and min(map(len, parts.values())) > 2:
        parts = {path: one[1:] for path, one in parts.items()}
    return {
        path: "/".join(one[:1] + one[2:] if one[1:2] == (assignment,) and one[2:] else one)
        for path, one in parts.items()
    }


READERS = {"canvas": from_canvas, "moodle": from_moodle, "folder": from_folder}


def platform_of(paths: list[str]) -> str:
    """Say which platform named these files: the one that most of them fit, else a plain folder."""
    counts = {
        name: sum(READERS[name](path) is not None for path in paths) for name in PLATFORMS[:2]
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] * 2 > len(paths) else "folder"
