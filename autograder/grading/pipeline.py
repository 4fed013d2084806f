"""One submission from files to scores: found, repaired, executed in the jail, judged outside it.

`grade_job` is what a worker runs. It takes and returns plain values only, touches no gradebook, and
never raises for what a submission contains. An error of this package's own is no student's fault: what
it concerns has no score, the result carries the traceback, and the next run grades it again.
"""

from __future__ import annotations

import atexit
import dataclasses
import hashlib
import json
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput

from autograder.coursefolder.material import Material, NotebookMaterial
from autograder.grading.judging.executor import execute_notebook
from autograder.grading.judging.outcome import JUDGING, WHY, comments, exercise_of, results
from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.machine import JailError
from autograder.grading.sandbox.nojail import NoJail
from autograder.grading.sanitize import Found, Note, blank, find, repair

PACKAGE = "autograder"
# What a student reads in place of an error that may quote what is hidden.
NOT_YOURS = "the grader failed, which is no fault of this work; your instructor sees why"


@dataclass(frozen=True)
class Job:
    """A submission to grade. folder: its files (or one notebook).  hide: what no student may see."""

    student: str
    folder: str
    material: Material
    jail: str = "namespaces"
    limits: Limits = field(default_factory=Limits)
    hide: tuple[str, ...] = ()
    fingerprint: str = ""


_JAILS: dict[tuple, JailPool | NoJail] = {}


def jail_for(kind: str, limits: Limits, hide: tuple[str, ...]) -> JailPool | NoJail:
    """This process's jail, made when first asked for; ValueError for an unknown kind."""
    key = (kind, limits, hide)
    if key not in _JAILS:
        if kind == "namespaces":
            _JAILS[key] = JailPool(limits, tuple(Path(path) for path in hide))
        elif kind == "none":
            _JAILS[key] = NoJail(limits)
        else:
            raise ValueError(f"jail is {kind!r}; expected 'namespaces' or 'none'")
    return _JAILS[key]


@atexit.register
def close_jails() -> None:
    """End this process's jails."""
    while _JAILS:
        _JAILS.popitem()[1].close()


def grade_job(job: Job) -> Result:
    """Grade one submission; JailError when no jail can be had, nothing else."""
    started = time.perf_counter()
    jail = jail_for(job.jail, job.limits, job.hide)
    try:
        return dataclasses.replace(grade_files(job, jail), seconds=time.perf_counter() - started)
    except JailError:
        raise
    except Exception as error:
        return faulty(job, in_short(error), traceback.format_exc())


def grade_files(job: Job, jail: JailPool | NoJail) -> Result:
    """Find the notebooks and grade each."""
    submission = find(Path(job.folder), job.material)
    notebooks = tuple(
        guarded(submission.notebooks[nb.name], nb, jail, job.material.secret, submission.files)
        for nb in job.material.notebooks
    )
    repairs, tampering = split(submission.notes)
    faults = any(notebook.fault for notebook in notebooks)
    return Result(
        assignment=job.material.assignment,
        student=job.student,
        jail=job.jail,
        notebooks=notebooks,
        repairs=repairs,
        tampering=tampering,
        fingerprint="" if faults else job.fingerprint,
        files=submission.files,
    )


def faulty(job: Job, reason: str, fault: str) -> Result:
    """The result of a submission that nothing could be graded of, by an error that is not the student's."""
    notebooks = tuple(unjudged(nb, "", "") for nb in job.material.notebooks)
    return Result(
        job.material.assignment, job.student, job.jail, notebooks, error=reason, fault=fault
    )


def guarded(
    found: Found,
    material: NotebookMaterial,
    jail: JailPool | NoJail,
    secret: bytes,
    files: dict[str, bytes],
) -> NotebookResult:
    """`grade_notebook`; an error of its own becomes a reason, and no points are taken for it."""
    try:
        return grade_notebook(found, material, jail, secret, files)
    except JailError:
        raise
    except Exception as error:
        return unjudged(material, in_short(error), traceback.format_exc())


def unjudged(material: NotebookMaterial, reason: str, fault: str) -> NotebookResult:
    """A notebook without scores: a person has to look, the gradebook says so."""
    cells = tuple(
        CellResult(material.name, c.name, exercise_of(c), c.points or 0.0, None, None, reason)
        for c in material.cells
        if c.grade or c.task
    )
    nb = blank(material, NOT_YOURS)
    return NotebookResult(
        name=material.name,
        cells=cells,
        reason=reason,
        fault=fault,
        comments={c.name: f"Not graded: {NOT_YOURS}." for c in material.cells if c.solution},
        text=as_text(nb),
    )


def as_text(nb: NotebookNode) -> str:
    """The notebook's file. On one line: programs read it, and to indent it takes ten times as long."""
    return json.dumps(nb, ensure_ascii=False, sort_keys=True) + "\n"


def in_short(error: Exception) -> str:
    """One line for the instructor: what went wrong, and where in this package."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        if PACKAGE in parts:
            place = "/".join(parts[len(parts) - 1 - parts[::-1].index(PACKAGE) :])
            where = f" ({place}, line {frame.lineno})"
    lines = str(error).strip().splitlines() or [""]
    return f"not graded: internal error: {type(error).__name__}: {lines[0][:WHY]}{where}"


def grade_notebook(
    found: Found,
    material: NotebookMaterial,
    jail: JailPool | NoJail,
    secret: bytes,
    files: dict[str, bytes],
) -> NotebookResult:
    """Repair, execute and judge one notebook, or say why not."""
    started = time.perf_counter()
    if found.notebook is None:
        return ungraded(found, material)
    nb = found.notebook
    notes = [*found.notes, *repair(nb, material)]
    execution = execute_notebook(nb, jail=jail, secret=secret, files=files)
    limit = LimitOutput()
    for cell in nb.cells:
        if cell.cell_type == "code":
            limit.preprocess_cell(cell, {}, 0)
    repairs, tampering = split(notes)
    faults: dict[str, str] = getattr(execution, "faults", {})
    nb.metadata["autograder"] = {"jail": jail.kind, "notes": [note.text for note in notes]}
    return NotebookResult(
        name=material.name,
        cells=tuple(results(nb, material, faults)),
        reasons=(*execution.reasons, *(f"{cell}: {JUDGING}" for cell in faults)),
        fault="\n".join(faults.values()),
        repairs=repairs,
        tampering=tampering,
        comments=comments(nb),
        seconds=time.perf_counter() - started,
        student_seconds=execution.student_seconds,
        test_seconds=execution.test_seconds,
        text=as_text(nb),
    )


def ungraded(found: Found, material: NotebookMaterial) -> NotebookResult:
    """No points, and the reason everywhere a person may look for it."""
    nb = blank(material, found.reason)
    cells = [
        CellResult(material.name, c.name, exercise_of(c), c.points or 0.0, 0.0, None, found.reason)
        for c in material.cells
        if c.grade or c.task
    ]
    repairs, tampering = split(found.notes)
    return NotebookResult(
        name=material.name,
        cells=tuple(cells),
        reason=found.reason,
        repairs=repairs,
        tampering=tampering,
        comments={c.name: f"Not graded: {found.reason}." for c in material.cells if c.solution},
        missing=found.missing,
        text=as_text(nb),
    )


def split(notes: list[Note]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(repairs, tampering)."""
    return (
        tuple(note.text for note in notes if not note.tampering),
        tuple(note.text for note in notes if note.tampering),
    )


def fingerprint(folder: Path, parts: str) -> str:
    """Changes when a file of the submission or `parts` (release, exercises, limits) changes."""
    digest = hashlib.sha256(parts.encode())
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    for path in paths:
        digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
        if path.is_symlink():
            digest.update(b"link" + str(path.readlink()).encode("utf-8", "surrogateescape"))
        elif path.is_file():
            try:
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
            except OSError as error:
                digest.update(str(error.strerror).encode())
    return digest.hexdigest()
