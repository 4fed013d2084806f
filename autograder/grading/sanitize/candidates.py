"""The files of a submission that may be notebooks, read: notebooks, zip files, scripts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.coursefolder.material import Material, NotebookMaterial
from autograder.coursefolder.shown import shown
from autograder.grading.sanitize.foreign import (
    MAX_ZIPPED,
    TEXTS,
    holds_blocks,
    holds_cells,
    unzipped,
)
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.read import MAX_BYTES, Unreadable, read_notebook
from autograder.grading.sanitize.target import copied_name, target_of, work_in
from autograder.grading.sanitize.walk import CHECKPOINTS, Entry, read_bytes, said

# All that is read of the notebooks of one submission.
MAX_READ = 256 * 1024 * 1024
MAX_NOTEBOOKS = 60


@dataclass
class Found:
    """A notebook of the assignment: its content, or the reason why there is none.

    folder: where in the submission, or in the zip file, it lies, "" for the top.
    unpacked: what else lies in its zip file.
    """

    notebook: NotebookNode | None = None
    reason: str = ""
    missing: bool = False
    file: str = ""
    folder: str = ""
    unpacked: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def seen_from_here(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """Return the submission's other files by their paths from the notebook's folder.

        They are there by their paths from the top, too.
        """
        together = {**files, **self.unpacked}
        if not self.folder:
            return together
        return {posixpath.relpath(n, self.folder): d for n, d in together.items()} | together


@dataclass(frozen=True)
class Candidate:
    """A file that may be a notebook. name: as the student called it, with its folders."""

    name: str
    base: str
    folder: str
    found: Found

    def target(self, material: Material) -> NotebookMaterial | None:
        """Return the notebook of the assignment that it must be."""
        return target_of(self.base, self.found.notebook, material)

    def rank(self, material: NotebookMaterial) -> tuple:
        """Return a key that is smaller for the better candidate.

        It goes by work in the answers, any work, depth, name, later attempt.
        """
        answered, touched = work_in(self.found.notebook, material)
        return (
            self.found.notebook is None,
            not answered,
            not touched,
            self.folder.count("/") + bool(self.folder),
            Backwards(natural(self.folder)),
            self.base != material.name,
            Backwards(natural(self.base)),
            Backwards(natural(self.name)),
        )


def natural(text: str) -> tuple:
    """Return a key that sorts numbers in a text by their value: attempt_9 before attempt_10."""
    parts = re.split(r"(\d{1,30})", text)
    return tuple((int(p), "") if i % 2 else (-1, p) for i, p in enumerate(parts))


@dataclass(frozen=True)
class Backwards:
    """Sorts the other way round."""

    key: tuple

    def __lt__(self, other: Backwards) -> bool:
        return other.key < self.key


def read_all(entries: list[Entry], notes: list[Note]) -> Iterator[Candidate]:
    """Read the notebooks among the files, as far as the limits allow."""
    left = MAX_READ
    for number, entry in enumerate(entries):
        if number >= MAX_NOTEBOOKS or entry.size > left:
            notes.append(Note(f"{entry.name} was not read: too many or too large notebooks"))
            continue
        if entry.size <= MAX_BYTES:
            left -= entry.size
        found = load(entry)
        found.folder = entry.folder
        yield Candidate(entry.name, entry.base, entry.folder, found)


def load(entry: Entry) -> Found:
    """Read one file; a reason in place of an exception."""
    file = shown(entry.name)
    try:
        if entry.size > MAX_BYTES:
            raise Unreadable(
                f"notebook has {entry.size // 2**20} MiB, more than the "
                f"{MAX_BYTES // 2**20} MiB that are read"
            )
        notebook, notes = read_notebook(read_bytes(entry.path, MAX_BYTES + 1))
    except Unreadable as error:
        return Found(reason=shown(str(error), 300), file=file)
    except (OSError, ValueError) as error:
        return Found(reason=f"notebook cannot be read: {shown(said(error))}", file=file)
    return Found(notebook, file=file, notes=notes)


def foreign(
    entries: list[Entry], candidates: list[Candidate], material: Material, notes: list[Note]
) -> list[Candidate]:
    """Return candidates in zip files, scripts and checkpoints.

    They are opened only where a notebook has no work otherwise.
    """
    worked = {
        target.name
        for one in candidates
        if (target := one.target(material)) and work_in(one.found.notebook, target)[0]
    }
    found = []
    for entry in entries:
        # Browsers save X.ipynb as X.ipynb.txt or X.ipynb.crdownload, and systems hide the ending.
        is_checkpoint = CHECKPOINTS in entry.folder.split("/")
        known = (".ipynb", ".zip", *TEXTS)
        saved_as = ".ipynb" in entry.name.lower() and entry.suffix not in known
        as_text = is_checkpoint or saved_as or entry.suffix in (".txt", ".json", "")
        if entry.suffix not in (".zip", *TEXTS) and not as_text:
            continue
        lacking = {notebook.name for notebook in material.notebooks} - worked
        if not lacking:
            if entry.suffix == ".zip":
                notes.append(Note(f"{entry.name} was not opened: the notebooks lie beside it"))
            continue
        try:
            inside, others = opened(entry, as_text, notes)
        except (OSError, Unreadable) as error:
            if entry.suffix == ".zip" or copied_name(entry.base) in lacking:
                notes.append(Note(f"{entry.name} was not used: {said(error)}"))
            continue
        for name, text in inside.items():
            base = posixpath.basename(name).split(".ipynb")[0]
            base = base if base in lacking else Path(base).stem
            shown_as = f"{entry.name}/{name}" if entry.suffix == ".zip" else name
            one = Candidate(shown_as, base, posixpath.dirname(shown_as), parsed(shown_as, text))
            one.found.unpacked = others | (inside if reads_notebooks(one.found.notebook) else {})
            one.found.folder = posixpath.dirname(name).removesuffix(CHECKPOINTS).rstrip("/")
            target = one.target(material)
            if is_checkpoint and not (target and work_in(one.found.notebook, target)[0]):
                continue
            if target and target.name in lacking:
                one.found.notes.append(Note(f"{target.name} was read from {shown_as}"))
                found.append(one)
    return found


def opened(
    entry: Entry, as_text: bool, notes: list[Note]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the notebooks' files in a zip file, a script or a text, and what lies beside them.

    notes: is told of what cannot be read in a zip file.  Raises OSError and Unreadable.
    """
    if entry.suffix == ".zip":
        archive = unzipped(read_bytes(entry.path, MAX_ZIPPED + 1))
        notes += [Note(f"{entry.name}/{name} cannot be read") for name in archive.unread[:5]]
        return archive.notebooks, archive.others
    text = read_bytes(entry.path, MAX_ZIPPED)
    if as_text:
        return ({entry.name: text} if holds_cells(text) else {}), {}
    if entry.suffix != ".py" and not holds_blocks(text):
        return {}, {}
    return {entry.name: TEXTS[entry.suffix](text)}, {}


def reads_notebooks(nb: NotebookNode | None) -> bool:
    """Return whether a notebook's code opens a notebook's file, as `%run helpers.ipynb` does."""
    return any(c.cell_type == "code" and ".ipynb" in c.source for c in nb.cells) if nb else False


def parsed(name: str, data: bytes) -> Found:
    """Return a notebook's file read, or the reason why it cannot be."""
    try:
        notebook, remarks = read_notebook(data)
    except Unreadable as error:
        return Found(reason=str(error), file=shown(name))
    return Found(notebook, file=shown(name), notes=remarks)
