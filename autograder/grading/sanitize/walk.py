"""What lies in a submission's folder, bounded before it is read: no link is followed.

No giant file and no great depth either. A name is what the file system has, bytes that may not
decode (os.fsdecode keeps them); it is used as it is here and shown only cleaned.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.grading.sanitize.notes import Note

MAX_FILES = 200
MAX_SEEN = 10_000
MAX_DEPTH = 10
MAX_NAME = 400
TIMESTAMP = "timestamp.txt"
# Where Jupyter keeps a copy of each notebook as it was last saved by hand.
CHECKPOINTS = ".ipynb_checkpoints"
IGNORED = {CHECKPOINTS, "__pycache__", ".git", ".DS_Store", "__MACOSX", TIMESTAMP}
# Beside X a Mac writes ._X on disks that are not its own, and into zip files: not the student's.
RESOURCE_FORK = "._"


@dataclass(frozen=True)
class Entry:
    """A regular file. name: its path below the submission's folder, with slashes."""

    name: str
    path: Path
    size: int
    changed: int

    @property
    def suffix(self) -> str:
        """The file's ending, in small letters."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def base(self) -> str:
        """The file's name without folders and ending."""
        return PurePosixPath(self.name).stem

    @property
    def folder(self) -> str:
        """The folders above it, "" for none."""
        parent = str(PurePosixPath(self.name).parent)
        return "" if parent == "." else parent


@dataclass
class Listing:
    """Files in the order of their names, notebooks first, and what was left out and why.

    checkpoints: the copies of notebooks that Jupyter keeps.
    """

    files: list[Entry] = field(default_factory=list)
    checkpoints: list[Entry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def list_files(folder: Path) -> Listing:
    """Return the regular files below `folder`, or `folder` itself if it is one; never raises."""
    found = Listing()
    try:
        about = os.lstat(folder)
    except (OSError, ValueError) as error:
        found.notes.append(Note(f"the submission cannot be read: {said(error)}"))
        return found
    if stat.S_ISLNK(about.st_mode):
        text = "the submission's folder is a symbolic link, not followed"
        found.notes.append(Note(text, tampering=True))
    elif stat.S_ISREG(about.st_mode):
        found.files.append(Entry(folder.name, folder, about.st_size, about.st_mtime_ns))
    elif stat.S_ISDIR(about.st_mode):
        _walk(folder, found)
    else:
        found.notes.append(Note("the submission is neither a folder nor a file", tampering=True))
    return found


def _walk(folder: Path, found: Listing) -> None:
    waiting, seen = [""], 0
    while waiting:
        here = waiting.pop(0)
        if here.count("/") >= MAX_DEPTH:
            found.notes.append(Note(f"{here} lies more than {MAX_DEPTH} folders deep, left out"))
            continue
        try:
            with os.scandir(folder / here if here else folder) as entries:
                inside = []
                for entry in entries:
                    seen += 1
                    if seen > MAX_SEEN:
                        found.notes.append(
                            Note(
                                f"more than {MAX_SEEN:,} names were handed in; the rest was left "
                                "out"
                            )
                        )
                        break
                    inside.append(entry)
        except (OSError, ValueError) as error:
            found.notes.append(Note(f"{here or 'the folder'} cannot be read: {said(error)}"))
            continue
        # Notebooks first: other files, however many, do not take their place.
        for entry in sorted(inside, key=lambda e: (not e.name.lower().endswith(".ipynb"), e.name)):
            name = f"{here}/{entry.name}" if here else entry.name
            if _take(entry, name, found):
                waiting.append(name)
        if seen > MAX_SEEN:
            break
    files = sorted(found.files, key=lambda e: (e.suffix != ".ipynb", e.name.count("/"), e.name))
    if len(files) > MAX_FILES:
        found.notes.append(
            Note(f"more than {MAX_FILES} files were handed in; the rest was left out")
        )
    found.files = files[:MAX_FILES]
    found.checkpoints = found.checkpoints[:MAX_FILES]


def _take(entry: os.DirEntry[str], name: str, found: Listing) -> bool:
    """Put a file into the listing, or say why not; whether it is a folder to look into."""
    try:
        about = entry.stat(follow_symlinks=False)
    except (OSError, ValueError) as error:
        found.notes.append(Note(f"{name} cannot be read: {said(error)}"))
        return False
    if stat.S_ISLNK(about.st_mode):
        found.notes.append(Note(f"{name} is a symbolic link, not followed", tampering=True))
    elif stat.S_ISDIR(about.st_mode):
        return entry.name == CHECKPOINTS or not is_ignored(entry.name)
    elif not stat.S_ISREG(about.st_mode):
        found.notes.append(Note(f"{name} is no file, left out", tampering=True))
    elif not is_ignored(entry.name):
        file = Entry(name, Path(entry.path), about.st_size, about.st_mtime_ns)
        kept = CHECKPOINTS in name.split("/")
        if not kept:
            found.files.append(file)
        elif file.suffix == ".ipynb":
            found.checkpoints.append(file)
    return False


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of this name is a program's and nothing handed in."""
    return name in IGNORED or name.startswith(RESOURCE_FORK)


def read_bytes(path: Path, most: int) -> bytes:
    """Return a file's first bytes, at most `most`.

    OSError if it became a link or a pipe meanwhile.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path.name} is no file")
        return file.read(most)


def said(error: Exception) -> str:
    """Return an error in words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
