"""Which file of a submission is which notebook, by the rule "Which file counts".

docs/teaching.md states it.
"""

from __future__ import annotations

import copy
import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path

from autograder.coursefolder.material import Material, NotebookMaterial
from autograder.coursefolder.shown import HIDDEN, shown
from autograder.coursefolder.timestamps import submitted_at
from autograder.grading.sanitize.candidates import (
    Candidate,
    Found,
    foreign,
    read_all,
    reads_notebooks,
)
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.target import copied_name, grade_ids, holds_answers, work_in
from autograder.grading.sanitize.walk import MAX_NAME, Entry, list_files, read_bytes, said

MAX_OTHER_BYTES = 16 * 1024 * 1024


@dataclass
class Submission:
    """A submission's notebooks by name, and its other files by relative path."""

    notebooks: dict[str, Found]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def find(folder: Path, material: Material) -> Submission:
    """Read the submission in `folder`, or the one notebook it names; no content makes it raise."""
    listing = list_files(folder)
    submission = Submission({}, notes=listing.notes)
    submission.notes += [Note(text) for text in submitted_at(folder).remarks]
    notebooks = [entry for entry in listing.files if entry.suffix == ".ipynb"]
    candidates = list(read_all(notebooks, submission.notes))
    candidates += foreign(listing.files, candidates, material, submission.notes)
    candidates += foreign(listing.checkpoints, candidates, material, submission.notes)
    choose(submission, candidates, material)
    others = [entry for entry in listing.files if entry.suffix != ".ipynb"]
    names = {f"{notebook.name}.ipynb" for notebook in material.notebooks}
    if any(found.missing for found in submission.notebooks.values()):
        said_of = [*submission.notes, *(n for f in submission.notebooks.values() for n in f.notes)]
        unused = [e.name for e in others if not any(e.name in n.text for n in said_of)]
        submission.notes += [Note(f"{name} is not a notebook, not graded") for name in unused[:5]]
    submission.files = other_files(others, submission.notes, names)
    for found in submission.notebooks.values():
        if reads_notebooks(found.notebook):
            found.unpacked = other_files(notebooks, [], set()) | found.unpacked
    return submission


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
        if not ranked or not work_in(ranked[0].found.notebook, notebook)[0]:
            ranked = [*merged(notebook, candidates, material)[:1], *ranked]
        if not ranked:
            submission.notebooks[notebook.name] = nothing_for(notebook, candidates)
            continue
        best, rest = ranked[0], ranked[1:]
        used |= {one.name for one in ranked}
        submission.notebooks[notebook.name] = best.found
        if best not in meant[notebook.name]:
            text = f"{notebook.name} was read from {best.name}, which holds its answers too"
            best.found.notes.append(Note(text))
        elif best.base != notebook.name:
            text = f"notebook was renamed: {Path(best.name).name} is {notebook.name}.ipynb"
            best.found.notes.append(Note(text))
        for other in rest:
            best.found.notes.append(Note(why_not(other, best, notebook)))
    for one in sorted(candidates, key=lambda c: c.name):
        if one.name not in used:
            text = f"{one.name} is not a notebook of this assignment, not graded"
            submission.notes.append(Note(text))


def merged(
    notebook: NotebookMaterial, candidates: list[Candidate], material: Material
) -> list[Candidate]:
    """Return files for other notebooks in which this one's answers were put, the best first."""
    holding = [one for one in candidates if holds_answers(one.found.notebook, notebook, material)]
    ranked = sorted(holding, key=lambda c: c.rank(notebook))
    return [dataclasses.replace(one, found=copy.deepcopy(one.found)) for one in ranked]


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
