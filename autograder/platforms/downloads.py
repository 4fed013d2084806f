"""How platforms name the files of a download, read back into who handed in what.

Canvas ("Download Submissions"): doejane_LATE_4711_88012_01_neurons-2.ipynb, that is name, late
mark, the user's id, the file's id, the file; -2 counts the attempts. In a group assignment the name
is the group's and the id one member's; with anonymous grading it is LATE_anon_k3x9z_88012_..., and
the mark is not the user's id. What was typed is doejane_4711_text.html, an address
doejane_4711_link.html (lib/content_zipper.rb of Canvas).
Moodle ("Download all submissions"): Jane Doe_4711_assignsubmission_file_/01_neurons.ipynb, or
without the folder; a group's name and a dash stand in front of a member's name, one entry for each
member.
A plain folder: one folder for each student, perhaps all in one, perhaps with the chapter's in each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

CANVAS_FILE = r"_(?:\d+_(?P<file>.+)|(?P<typed>text|link)\.html)"
CANVAS = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d+)" + CANVAS_FILE)
ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<who>anon)_(?P<user>\w{5})" + CANVAS_FILE)
MOODLE = re.compile(
    r"(?P<who>.+)_(?P<user>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)", re.S
)
ATTEMPT = re.compile(r"(?P<base>.+)-(?P<attempt>\d{1,3})(?P<ending>\.[^.]+)")
PLATFORMS = ("canvas", "moodle", "folder")


@dataclass(frozen=True)
class HandedIn:
    """One file of a download.

    who: the platform's words for the person or group; user: its number for them.

    file: the path that the student gave it.  attempt: 0 where the platform counts none.
    problem: why it is no file that can be graded, else empty.
    """

    who: str
    user: str
    file: str
    late: bool = False
    attempt: int = 0
    problem: str = ""


def from_canvas(path: str) -> HandedIn | None:
    """Read a name of a Canvas download; None where it is none."""
    name = PurePosixPath(path).name
    match = ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)
    if match is None:
        return None
    file, attempt, problem = match["file"], 0, ""
    if file is None:
        file = f"{match['typed']}.html"
        problem = f"a {match['typed']} typed into Canvas, no file"
    elif counted := ATTEMPT.fullmatch(file):
        file, attempt = counted["base"] + counted["ending"], int(counted["attempt"])
    return HandedIn(match["who"], match["user"], file, bool(match["late"]), attempt, problem)


def from_moodle(path: str) -> HandedIn | None:
    """Read a path of a Moodle download; None where it is none."""
    parts = PurePosixPath(path).parts
    for number, part in enumerate(parts):
        match = MOODLE.fullmatch(part)
        if match:
            file = "/".join([*([match["file"]] if match["file"] else []), *parts[number + 1 :]])
            problem = "a text typed into Moodle, no file" if match["kind"] == "onlinetext" else ""
            return HandedIn(match["who"], match["user"], file, problem=problem)
    return None


def from_folder(path: str) -> HandedIn | None:
    """Read a path of a plain folder, student/file; None where no folder names a student."""
    parts = PurePosixPath(path).parts
    return HandedIn(parts[0], "", "/".join(parts[1:])) if len(parts) > 1 else None


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
