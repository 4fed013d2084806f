"""One class of hostile and honest students, graded once for all tests of this folder."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

import nnkit
from autograder.coursefolder.course import Course
from autograder.grading.classroom.classrun import load
from autograder.grading.judging.results import Result
from autograder.grading.reports.feedback import write_feedback
from autograder.grading.reports.write import write_report
from autograder.grading.sandbox.jail import JAILED
from tests.attacks.assignment import GRADIENT, WRONG_SQUARE, Attack
from tests.attacks.catalogue import ATTACKS
from tests.attacks.course import ASSIGNMENT, CANARY, NOTEBOOK, hand_in, make_course, student_of
from tests.attacks.grading import descendants, shared_memory

ROOT = Path(__file__).resolve().parents[2]
EVERY = 12
# Written by grading: nbgrader's folders, its gradebook, and what is kept of each result.
WRITTEN = ("autograded", "results", "gradebook.db", "feedback", "reports", "__pycache__")

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_*"]


@dataclass
class Graded:
    """The class after grading.

    before, after: what could have been harmed.  run: what the command said.
    """

    course: Path
    students: dict[str, Attack]
    honest: dict[str, Attack]
    run: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def student(self, attack: Attack) -> str:
        """Who made this attack."""
        return next(student for student, one in self.students.items() if one is attack)

    def notebook(self, student: str) -> Any:
        """The executed notebook."""
        path = self.course / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        return nbformat.read(path, as_version=4)

    def result(self, student: str) -> Result:
        """What is kept beside the gradebook."""
        found = load(Course.open(self.course), ASSIGNMENT, student)
        assert found is not None
        return found


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """Release, hand in, grade, write feedback and report; with everything around observed."""
    # Whatever a grading process leaves behind becomes a child of this one, and is seen.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    course = make_course(tmp_path_factory.mktemp("attacked"))
    temporary = tmp_path_factory.mktemp("tmp")
    one = Graded(course, {}, {})
    for number, attack in enumerate(ATTACKS):
        if number % EVERY == 0:
            add_honest(one, number)
        student = student_of(number, attack)
        one.students[student] = attack
        hand_in(course, student, attack)
    add_honest(one, len(ATTACKS))

    mine = descendants(os.getpid())
    one.before = surroundings(course, temporary)
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.grading", str(course)],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
        env={**os.environ, "TMPDIR": str(temporary), "NN_COURSE_SECRET_CANARY": CANARY,
        "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    one.run = json.loads(done.stdout.splitlines()[-1])
    one.run["stderr"] = done.stderr
    one.run["left"] = wait_for_end(mine)
    one.after = surroundings(course, temporary)
    one.scores = gradebook_scores(course)
    opened = Course.open(course)
    write_feedback(opened, ASSIGNMENT)
    write_report(opened, ASSIGNMENT, course / "reports" / "report.html")
    yield one
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


def add_honest(graded: Graded, number: int) -> None:
    """A classmate with right answers, and one with a wrong one, between the attacks."""
    for name, points, answers in (
        ("anna b", (2, 3, 5), {}),
        ("bert", (0, 3, 5), {"square": WRONG_SQUARE}),
    ):
        attack = Attack(name, points, first=f"mine = {CANARY!r}", gradient=GRADIENT, **answers)
        student = f"{number:03d}-{name}"
        graded.honest[student] = attack
        hand_in(graded.course, student, attack)


def surroundings(course: Path, temporary: Path) -> dict[str, Any]:
    """What a submission could harm: the course, the libraries, the machine."""
    return {
        "course": contents(course),
        "jail": contents(JAILED),
        "nnkit": contents(Path(nnkit.__file__).parent),
        "numpy": dates(Path(np.__file__).parent),
        "temporary files": contents(temporary),
        "shared memory": shared_memory(),
        "passwords": Path("/etc/passwd").read_bytes(),
        "root": sorted(os.listdir("/")),
        "home": sorted(os.listdir(Path.home())),
    }


def contents(folder: Path) -> dict[str, Any]:
    """Every file's bytes and mode, every link's target."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] in WRITTEN or "__pycache__" in parts:
            continue
        if path.is_symlink():
            found[str(path)] = os.readlink(path)
        elif path.is_file() and path.stat().st_size < 10**7:
            found[str(path)] = (path.read_bytes(), path.stat().st_mode)
        else:
            found[str(path)] = (path.stat().st_size, path.stat().st_mode)
    return found


def dates(folder: Path) -> dict[str, Any]:
    """Size and time of every file of a library."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*.py")
    }


def wait_for_end(mine: set[int]) -> list[str]:
    """Processes that are still there a few seconds after grading ended."""
    for _ in range(50):
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
        left = descendants(os.getpid()) - mine
        if not left:
            return []
        time.sleep(0.1)
    return [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in left]


def gradebook_scores(course: Path) -> dict[str, tuple[float, ...]]:
    """student -> automatic points of square, softmax and gradient, as the gradebook has them."""
    found = {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            points = {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            found[submission.student.id] = tuple(
                points[f"test_{name}"] for name in ("square", "softmax", "gradient")
            )
    return found
