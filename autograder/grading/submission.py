"""One notebook from what was found in a submission to its result: prepare, execute, result.

The class run (classroom/jobs.py) does the three in a row, nbgrader's commands (nbgrader_steps.py)
do each in its place. All of them read and write one value, a Work. An error of this package's own
is no student's fault: what it concerns has no score, and the result carries the traceback.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.cells import is_test_cell
from autograder.coursefolder.material import NotebookMaterial
from autograder.coursefolder.shown import shown
from autograder.grading.judging.executor import Execution, execute_notebook
from autograder.grading.judging.outcome import JUDGING, cell_results, comments, no_result
from autograder.grading.judging.results import NotebookResult
from autograder.grading.judging.verdict import MAX_WHY, NOT_YOURS, refused, write_verdict
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.machine import JailError
from autograder.grading.sandbox.nojail import NoJail
from autograder.grading.sanitize import Found, Note, blank, repair
from autograder.grading.sanitize.notes import sentences

PACKAGE = "autograder"
TOO_LARGE = (
    "not graded: internal error: to read and judge it takes more memory than the grader allows "
    "itself (worker in autograder/grading/sandbox/limits.py)"
)


@dataclass
class Work:
    """A notebook on its way through grading, and all that is known of it so far.

    notebook: repaired, later executed; the graded cells as handed out where nothing could be read.
    reason: why it cannot be graded, else empty.  execution: the verdicts, once it was executed.
    unjudged: an error of the grader's own stopped it, no cell has a score.  fault: its traceback.
    files: the submission's other files, by their paths from the notebook.
    """

    material: NotebookMaterial
    notebook: NotebookNode
    notes: list[Note] = field(default_factory=list)
    reason: str = ""
    missing: bool = False
    execution: Execution | None = None
    unjudged: bool = False
    fault: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """Tracebacks of the grader's own errors, of the notebook or of single cells."""
        cells = self.execution.faults.values() if self.execution else ()
        return [text for text in (self.fault, *cells) if text]


def prepare(found: Found, material: NotebookMaterial) -> Work:
    """Return the repaired notebook, or a blank one with the reason why there is none."""
    if found.notebook is None:
        nb = blank(material, found.reason)
        return Work(material, nb, list(found.notes), found.reason, found.missing)
    notes = [*found.notes, *repair(found.notebook, material)]
    return Work(material, found.notebook, notes)


def execute(
    work: Work, jail: JailPool | NoJail, secret: bytes, files: dict[str, bytes] | None = None
) -> None:
    """Run the student's cells and judge the tests, in place.

    What cannot be graded gets no points.
    """
    if work.reason:
        work.execution = Execution(jail.kind)
        for number, cell in enumerate(work.notebook.cells, 1):
            if is_test_cell(cell):
                verdict = refused(work.reason)
                work.execution.verdicts[cell.metadata.nbgrader.grade_id] = verdict
                write_verdict(cell, verdict, number)
        return
    work.execution = execute_notebook(work.notebook, jail=jail, secret=secret, files=files)
    notes = [note.text for note in work.notes]
    work.notebook.metadata["autograder"] = {"jail": jail.kind, "notes": notes}


def failed(material: NotebookMaterial, reason: str, fault: str) -> Work:
    """Return what stands for a notebook that an error of the grader's own stopped.

    A person has to look at it.
    """
    nb = blank(material, NOT_YOURS)
    return Work(material, nb, reason=reason, unjudged=True, fault=fault)


def grade(
    found: Found,
    material: NotebookMaterial,
    jail: JailPool | NoJail,
    secret: bytes,
    files: dict[str, bytes] | None = None,
) -> tuple[Work, NotebookResult]:
    """Return the notebook's work and result; an error of the grader's own becomes a reason.

    Raises JailError when no jail can be had, nothing else.
    """
    started = time.perf_counter()
    try:
        work = prepare(found, material)
        execute(work, jail, secret, files)
        return work, result(work, time.perf_counter() - started)
    except JailError:
        raise
    except MemoryError:
        work = failed(material, TOO_LARGE, TOO_LARGE)
        return work, result(work)
    except Exception as error:
        work = failed(material, in_short(error), traceback.format_exc())
        return work, result(work)


def result(work: Work, seconds: float = 0.0) -> NotebookResult:
    """Return what the notebook earned. seconds: wall time of grading it."""
    if work.unjudged:
        return without_scores(work, None, NOT_YOURS)
    material, execution = work.material, work.execution or Execution("")
    repairs, tampering = by_kind(work.notes)
    repairs = (*repairs, *execution.remarks)
    if work.reason:
        bare = without_scores(work, 0.0, work.reason)
        cells, remarks = list(bare.cells), bare.comments
    else:
        cells = cell_results(work.notebook, material, execution.verdicts)
        remarks = comments(work.notebook)
    return NotebookResult(
        name=material.name,
        cells=tuple(cells),
        reason=work.reason,
        reasons=(*execution.reasons, *(f"{cell}: {JUDGING}" for cell in execution.faults)),
        repairs=repairs,
        tampering=tampering,
        comments=remarks,
        seconds=seconds,
        student_seconds=execution.student_seconds,
        test_seconds=execution.test_seconds,
        missing=work.missing,
        fault="\n".join(work.faults),
    )


def without_scores(work: Work, score: float | None, said: str) -> NotebookResult:
    """Return the result of a notebook of which nothing was judged.

    said: to the student, in each comment.
    """
    material = work.material
    graded = [cell for cell in material.cells if cell.grade or cell.task]
    return NotebookResult(
        name=material.name,
        cells=tuple(no_result(material.name, cell, score, work.reason) for cell in graded),
        reason=work.reason,
        comments={c.name: f"Not graded: {said}." for c in material.cells if c.solution},
        fault=work.fault,
    )


def by_kind(notes: list[Note]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (repairs, signs of tampering)."""
    return sentences(notes, False), sentences(notes, True)


def in_short(error: Exception) -> str:
    """Return one line for the instructor: what went wrong, and where in this package."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        if PACKAGE in parts:
            place = "/".join(parts[len(parts) - 1 - parts[::-1].index(PACKAGE) :])
            where = f" ({place}, line {frame.lineno})"
    lines = str(error).strip().splitlines() or [""]
    return f"not graded: internal error: {type(error).__name__}: {shown(lines[0], MAX_WHY)}{where}"
