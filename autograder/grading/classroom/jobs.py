"""A submission as a job: plain values in, a Result out, on whatever worker.

`grade_job` touches no gradebook and never raises for what a submission contains. A submission that
an error of this package's own stopped has no score, and the next run grades it again.
"""

from __future__ import annotations

import dataclasses
import json
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.checking import messages
from autograder.coursefolder.material import Material
from autograder.grading import submission
from autograder.grading.judging.results import Result
from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.jails import jail_for
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.machine import JailError
from autograder.grading.sandbox.nojail import NoJail
from autograder.grading.sanitize import Note, find


@dataclass(frozen=True)
class Job:
    """A submission to grade.

    folder: its files (or one notebook).  hide: what no student may see.
    noticed: remarks on the way from where it was handed in.
    """

    student: str
    folder: str
    material: Material
    jail: str = "namespaces"
    limits: Limits = field(default_factory=Limits)
    hide: tuple[str, ...] = ()
    fingerprint: str = ""
    noticed: tuple[Note, ...] = ()


def grade_job(job: Job) -> Result:
    """Grade one submission; JailError when no jail can be had, nothing else."""
    started = time.perf_counter()
    jail = jail_for(job.jail, job.limits, job.hide)
    try:
        with messages.speaking(messages.for_class(job.material.language)):
            result = grade_files(job, jail)
        return dataclasses.replace(result, seconds=time.perf_counter() - started)
    except JailError:
        raise
    except MemoryError:
        return faulty(job, submission.TOO_LARGE, submission.TOO_LARGE)
    except Exception as error:
        return faulty(job, submission.in_short(error), traceback.format_exc())


def grade_files(job: Job, jail: JailPool | NoJail) -> Result:
    """Find the notebooks and grade each."""
    handed_in = find(Path(job.folder), job.material)
    handed_in.notes[:0] = job.noticed
    notebooks = []
    for material in job.material.notebooks:
        work, one = submission.grade(
            found := handed_in.notebooks[material.name],
            material,
            jail,
            job.material.secret,
            found.seen_from_here(handed_in.files),
        )
        notebooks.append(dataclasses.replace(one, text=as_text(work.notebook)))
    repairs, tampering = submission.by_kind(handed_in.notes)
    faults = any(notebook.fault for notebook in notebooks)
    return Result(
        assignment=job.material.assignment,
        student=job.student,
        jail=job.jail,
        notebooks=tuple(notebooks),
        repairs=repairs,
        tampering=tampering,
        fingerprint="" if faults else job.fingerprint,
        files=handed_in.files,
    )


def faulty(job: Job, reason: str, fault: str) -> Result:
    """Return the result of a submission that an error of the grader's own left ungraded."""
    notebooks = []
    for material in job.material.notebooks:
        work = submission.failed(material, "", "")
        one = submission.result(work)
        notebooks.append(dataclasses.replace(one, text=as_text(work.notebook)))
    return Result(
        job.material.assignment, job.student, job.jail, tuple(notebooks), error=reason, fault=fault
    )


def as_text(nb: NotebookNode) -> str:
    """Return the notebook's file, on one line.

    Programs read it, and to indent it takes ten times as long.
    """
    return json.dumps(nb, ensure_ascii=False, sort_keys=True) + "\n"
