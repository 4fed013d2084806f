"""Which file of a submission is which notebook, by the rule "Which file counts".

docs/teaching.md states it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.coursefolder.material import Material, NotebookMaterial
from autograder.coursefolder.shown import HIDDEN, shown
from autograder.coursefolder.timestamps import submitted_at
from autograder.grading.sanitize.foreign import (
    MAX_ZIPPED,
    from_script,
    holds_cells,
    unzipped,
)
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.read import MAX_BYTES, Unreadable, read_notebook
from autograder.grading.sanitize.target import copied_name, grade_ids, target_of, work_in
from autograder.grading.sanitize.walk import MAX_NAME, Entry, list_files, read_bytes, said

MAX_OTHER_BYTES = 16 * 1024 * 1024
# All that is read of the notebooks of one submission.
MAX_READ = 256 * 1024 * 1024
MAX_NOTEBOOKS = 60


@dataclass
class Found:
    """A notebook of the assignment: its content, or the reason why there is none.

    folder: where in the submission it lies, "" for the top.
    """

    notebook: NotebookNode | None = None
    reason: str = ""
    missing: bool = False
    file: str = ""
    folder: str = ""
    notes: list[Note] = field(default_factory=list)

    def seen_from_here(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """Return the submission's other files; those of its folder lie beside the notebook, too."""
        above = f"{self.folder}/"
        mine = {n.removeprefix(above): data for n, data in files.items() if n.startswith(above)}
        return {**mine, **files}


@dataclass
class Submission:
    """A submission's notebooks by name, and its other files by relative path."""

    notebooks: dict[str, Found]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


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


def find(folder: Path, material: Material) -> Submission:
    """Read the submission in `folder`, or the one notebook it names; no content makes it raise."""
    listing = list_files(folder)
    submission = Submission({}, notes=listing.notes)
    submission.notes += [Note(text) for text in submitted_at(folder).remarks]
    notebooks = [entry for entry in listing.files if entry.suffix == ".ipynb"]
    candidates = list(read_all(notebooks, submission.notes))
    candidates += foreign(listing.files, candidates, material, submission.notes)
    choose(submission, candidates, material)
    others = [entry for entry in listing.files if entry.suffix != ".ipynb"]
    names = {f"{notebook.name}.ipynb" for notebook in material.notebooks}
    if all(found.missing for found in submission.notebooks.values()):
        unused = [e.name for e in others if not any(e.name in n.text for n in submission.notes)]
        submission.notes += [Note(f"{name} is no notebook, not graded") for name in unused[:5]]
    submission.files = other_files(others, submission.notes, names)
    return submission


def read_all(entries: list[Entry], notes: list[Note]) -> Iterator[Candidate]:
    """Read the notebooks among the files, as far as the limits allow."""
    left = MAX_READ
    for number, entry in enumerate(entries):
        if number >= MAX_NOTEBOOKS or entry.size > left:
            notes.append(Note(f"{entry.name} was not read: too many or too large notebooks"))
            continue
        if entry.size <= MAX_BYTES:
            left -= entry.size
        yield Candidate(entry.name, entry.base, entry.folder, load(entry))


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
    """Return candidates in zip files and scripts.

    They are opened only where a notebook has no work otherwise.
    """
    worked = {
        target.name
        for one in candidates
        if (target := one.target(material)) and work_in(one.found.notebook, target)[0]
    }
    found = []
    for entry in entries:
        # Browsers save X.ipynb as X.ipynb.txt or X.ipynb.json, and systems hide the ending.
        as_text = entry.suffix in (".txt", ".json", "")
        if entry.suffix not in (".zip", ".py") and not as_text:
            continue
        lacking = {notebook.name for notebook in material.notebooks} - worked
        if not lacking:
            if entry.suffix == ".zip":
                notes.append(Note(f"{entry.name} was not opened: the notebooks lie beside it"))
            continue
        try:
            if entry.suffix == ".zip":
                data = read_bytes(entry.path, MAX_ZIPPED + 1)
                inside = [(f"{entry.name}/{name}", text) for name, text in unzipped(data)]
            elif as_text:
                text = read_bytes(entry.path, MAX_ZIPPED)
                inside = [(entry.name, text)] if holds_cells(text) else []
            else:
                inside = [(entry.name, from_script(read_bytes(entry.path, MAX_ZIPPED)))]
        except (OSError, Unreadable) as error:
            if entry.suffix == ".zip" or copied_name(entry.base) in lacking:
                notes.append(Note(f"{entry.name} was not used: {said(error)}"))
            continue
        for name, text in inside:
            base, above = Path(name).name.split(".ipynb")[0], str(Path(name).parent)
            base = base if base in lacking else Path(base).stem
            try:
                notebook, remarks = read_notebook(text)
                read = Found(notebook, file=shown(name), notes=remarks)
            except Unreadable as error:
                read = Found(reason=str(error), file=shown(name))
            one = Candidate(name, base, "" if above == "." else above, read)
            target = one.target(material)
            if target and target.name in lacking:
                read.notes.append(Note(f"{target.name} was read from {name}"))
                found.append(one)
    return found


def choose(submission: Submission, candidates: list[Candidate], material: Material) -> None:
    """Give each notebook of the assignment its file, and name what was handed in and not used."""
    meant: dict[str, list[Candidate]] = {notebook.name: [] for notebook in material.notebooks}
    for one in sorted(candidates, key=lambda c: c.name):
        target = one.target(material)
        if target is not None:
            meant[target.name].append(one)
    used = set()
    for notebook in material.notebooks:
        ranked = sorted(meant[notebook.name], key=lambda c: c.rank(notebook))
        if not ranked:
            submission.notebooks[notebook.name] = nothing_for(notebook, candidates)
            continue
        best, rest = ranked[0], ranked[1:]
        used |= {one.name for one in ranked}
        submission.notebooks[notebook.name] = best.found
        best.found.folder = best.folder
        if best.base != notebook.name:
            text = f"notebook was renamed: {Path(best.name).name} is {notebook.name}.ipynb"
            best.found.notes.append(Note(text))
        for other in rest:
            best.found.notes.append(Note(why_not(other, best, notebook)))
    for one in sorted(candidates, key=lambda c: c.name):
        if one.name not in used:
            text = f"{one.name} is no notebook of this assignment, not graded"
            submission.notes.append(Note(text))


def why_not(other: Candidate, best: Candidate, notebook: NotebookMaterial) -> str:
    """Return the remark on a file that was handed in beside the one that is graded."""
    if other.found.notebook is None:
        why = other.found.reason
    elif not any(work_in(other.found.notebook, notebook)):
        why = "it is as it was handed out"
    elif not work_in(other.found.notebook, notebook)[0]:
        why = "no answer in it was changed"
    elif (other.folder.count("/"), bool(other.folder)) > (
        best.folder.count("/"),
        bool(best.folder),
    ):
        why = "it lies deeper"
    elif other.folder != best.folder:
        why = "its folder's name comes earlier"
    elif best.base == notebook.name:
        why = "its name is not that of the notebook"
    else:
        why = "its name comes earlier"
    return f"{best.name} is graded; {other.name} was handed in too and is not used: {why}"


def nothing_for(notebook: NotebookMaterial, candidates: list[Candidate]) -> Found:
    """Return the reason why there is no file for a notebook."""
    for one in sorted(candidates, key=lambda c: c.name):
        if copied_name(one.base) == notebook.name and one.found.notebook is not None:
            ids = ", ".join(sorted(grade_ids(one.found.notebook))[:3])
            return Found(
                reason=shown(
                    f"{one.name} is another notebook: it has the graded cells {ids} and none of "
                    f"{notebook.name}'s", 300
                ),
                file=shown(one.name),
            )  # fmt: skip
    return Found(reason="notebook was not handed in", missing=True)


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


def other_files(entries: list[Entry], notes: list[Note], taken: set[str]) -> dict[str, bytes]:
    """Return what else was handed in, as far as it fits. taken: names that a notebook needs."""
    files: dict[str, bytes] = {}
    left = MAX_OTHER_BYTES
    for entry in entries:
        if entry.name.split("/")[0] in taken:
            notes.append(Note(f"{entry.name} lies in a folder called like a notebook, left out"))
        elif HIDDEN.search(entry.name) or len(os.fsencode(entry.name)) > MAX_NAME:
            notes.append(Note(f"{entry.name} was left out: its name cannot be used"))
        elif entry.size > left:
            notes.append(Note(f"{entry.name} has {entry.size // 2**20} MiB and was left out"))
        else:
            try:
                files[entry.name] = read_bytes(entry.path, left)
                left -= len(files[entry.name])
            except (OSError, ValueError) as error:
                notes.append(Note(f"{entry.name} cannot be read: {said(error)}"))
    return files
