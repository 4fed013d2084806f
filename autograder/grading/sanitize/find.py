"""Which file of a submission is which notebook; links and giants are not followed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.coursefolder.material import Material, NotebookMaterial
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.read import MAX_BYTES, Unreadable, read_notebook

MAX_FILES = 200
MAX_OTHER_BYTES = 16 * 1024 * 1024
IGNORED = {".ipynb_checkpoints", "__pycache__", ".git", ".DS_Store", "timestamp.txt"}


@dataclass
class Found:
    """A notebook of the assignment: its content, or the reason why there is none."""

    notebook: NotebookNode | None = None
    reason: str = ""
    missing: bool = False
    file: str = ""
    notes: list[Note] = field(default_factory=list)


@dataclass
class Submission:
    """A submission's notebooks by name, and its other files by relative path."""

    notebooks: dict[str, Found]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def find(folder: Path, material: Material) -> Submission:
    """Read the submission in `folder` (or the one notebook `folder` names); never raises for its content."""
    submission = Submission({})
    paths, submission.notes = list_files(folder)
    inputs = {path for path in paths if path.suffix.lower() == ".ipynb"}
    read: dict[Path, Found] = {}
    for notebook in material.notebooks:
        exact = [p for p in inputs if p.name == f"{notebook.name}.ipynb"]
        if exact:
            path = min(exact, key=lambda p: len(p.parts))
            read[path] = load(path)
            submission.notebooks[notebook.name] = read[path]
    absent = [nb for nb in material.notebooks if nb.name not in submission.notebooks]
    if absent:
        for path in sorted(inputs - read.keys()):
            read[path] = load(path)
        _match_renamed(submission, absent, read, folder, inputs)
    used = {id(found) for found in submission.notebooks.values()}
    for path in sorted(inputs):
        if path not in read or id(read[path]) not in used:
            where = path.relative_to(folder) if path != folder else path.name
            submission.notes.append(Note(f"{where} is no notebook of this assignment, not graded"))
    submission.files = other_files(folder, [p for p in paths if p not in inputs], submission.notes)
    return submission


def _match_renamed(
    submission: Submission,
    absent: list[NotebookMaterial],
    read: dict[Path, Found],
    folder: Path,
    inputs: set[Path],
) -> None:
    """Give each notebook that is not there under its name the file that holds most of its graded cells."""
    taken = {id(found) for found in submission.notebooks.values()}
    pairs = sorted(
        (
            (likeness(found.notebook, notebook), notebook.name, path)
            for notebook in absent
            for path, found in read.items()
            if id(found) not in taken and found.notebook is not None
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    for score, name, path in pairs:
        if score and name not in submission.notebooks and id(read[path]) not in taken:
            submission.notebooks[name] = read[path]
            read[path].notes.append(Note(f"notebook was renamed: {path.name} is {name}.ipynb"))
            taken.add(id(read[path]))
    for notebook in absent:
        if notebook.name in submission.notebooks:
            continue
        # A damaged file under a similar name says more than "missing".
        near = [
            p
            for p in sorted(inputs)
            if id(read[p]) not in taken
            and read[p].notebook is None
            and p.stem.lower().startswith(notebook.name.lower()[:6])
        ]
        if near:
            submission.notebooks[notebook.name] = read[near[0]]
            taken.add(id(read[near[0]]))
        else:
            submission.notebooks[notebook.name] = Found(
                reason="notebook was not handed in", missing=True
            )


def likeness(nb: NotebookNode | None, material: NotebookMaterial) -> int:
    """How many of the notebook's graded cells a file holds."""
    if nb is None:
        return 0
    seen = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
    seen |= {cell.id for cell in nb.cells}
    return len(seen & material.by_name.keys())


def load(path: Path) -> Found:
    """Read one file; a reason in place of an exception."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(
                f"notebook has {path.stat().st_size // 2**20} MiB, more than the "
                f"{MAX_BYTES // 2**20} MiB that are read"
            )
        notebook, notes = read_notebook(read_bytes(path))
    except Unreadable as error:
        return Found(reason=str(error), file=path.name)
    except OSError as error:
        return Found(reason=f"notebook cannot be read: {error.strerror}", file=path.name)
    return Found(notebook, file=path.name, notes=notes)


def list_files(folder: Path) -> tuple[list[Path], list[Note]]:
    """Regular files below `folder`, links left out."""
    notes: list[Note] = []
    if folder.is_symlink():
        return [], [
            Note("the submission's folder is a symbolic link, not followed", tampering=True)
        ]
    if folder.is_file():
        return [folder], notes
    found: list[Path] = []
    for where, folders, names in os.walk(folder, followlinks=False):
        here = Path(where)
        for name in sorted(folders):
            if (here / name).is_symlink():
                notes.append(_link(here / name, folder))
        folders[:] = sorted(n for n in folders if n not in IGNORED and not (here / n).is_symlink())
        # Notebooks first: other files, however many, do not take their place.
        for name in sorted(names, key=lambda name: (not name.lower().endswith(".ipynb"), name)):
            path = here / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                notes.append(_link(path, folder))
            elif not stat.S_ISREG(mode):
                notes.append(Note(f"{path.relative_to(folder)} is no file, left out", True))
            elif name not in IGNORED:
                found.append(path)
        if len(found) > MAX_FILES:
            notes.append(Note(f"more than {MAX_FILES} files were handed in; the rest was left out"))
            return found[:MAX_FILES], notes
    return found, notes


def _link(path: Path, folder: Path) -> Note:
    return Note(f"{path.relative_to(folder)} is a symbolic link, not followed", tampering=True)


def read_bytes(path: Path) -> bytes:
    """A file's bytes; OSError if it became a link meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read(MAX_BYTES + 1)


def other_files(folder: Path, paths: list[Path], notes: list[Note]) -> dict[str, bytes]:
    """Return what else was handed in, as far as it fits."""
    files: dict[str, bytes] = {}
    left = MAX_OTHER_BYTES
    for path in paths:
        size = path.stat().st_size
        if size > left:
            notes.append(
                Note(f"{path.relative_to(folder)} has {size // 2**20} MiB and was left out")
            )
            continue
        try:
            files[path.relative_to(folder).as_posix()] = read_bytes(path)
            left -= size
        except OSError as error:
            notes.append(Note(f"{path.relative_to(folder)} cannot be read: {error.strerror}"))
    return files
