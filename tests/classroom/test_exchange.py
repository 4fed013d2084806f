"""docs/hub.md by its commands: nbgrader's exchange, with one account that teaches and learns."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.coursefolder.course import Course
from autograder.demo.notebooks import Notebooks
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_classrun import totals

pytestmark = pytest.mark.long
EXCHANGE = """
c = get_config()
c.CourseDirectory.course_id = "nn"
c.Exchange.root = {root!r}
"""


def run(folder: Path, program: str, *arguments: str) -> str:
    """Run a command in one's own folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "HOME": str(folder), "PATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_fetch_work_validate_submit_collect_grade_feedback(tmp_path):
    exchange, home = tmp_path / "exchange", tmp_path / "student"
    exchange.mkdir()
    exchange.chmod(0o777)
    home.mkdir()
    text = EXCHANGE.format(root=str(exchange))
    (home / "nbgrader_config.py").write_text(text)
    course = smallclass.make_course(tmp_path / "teacher", text.replace("c = get_config()", ""))
    run(course, "nbgrader", "release_assignment", ASSIGNMENT)
    run(home, "nbgrader", "fetch_assignment", ASSIGNMENT)
    work = home / ASSIGNMENT
    Notebooks.solved(work, course / "source" / ASSIGNMENT).save(work)
    assert "Success" in run(work, "nbgrader", "validate", "02_affine.ipynb")
    run(home, "nbgrader", "submit", ASSIGNMENT)
    run(course, "nbgrader", "collect", ASSIGNMENT)
    for command in ("grade", "feedback"):
        run(course, "autograder.cli", command, ASSIGNMENT, "--course", str(course))
    student = getpass.getuser()
    assert totals(course) == {student: 100}
    assert (Course.open(course).folder("submitted", student, ASSIGNMENT) / "timestamp.txt").exists()
    run(course, "nbgrader", "release_feedback", ASSIGNMENT)
    run(home, "nbgrader", "fetch_feedback", ASSIGNMENT)
    pages = sorted(page.name for page in (work / "feedback").rglob("*.html"))
    assert pages == ["01_ramp.html", "02_affine.html"]
