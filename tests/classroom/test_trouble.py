"""What goes wrong with the machine under a course is a sentence with a way out.

It destroys nothing.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from autograder.coursefolder import release as release_module
from autograder.coursefolder import trouble as trouble_module
from autograder.coursefolder.commands import move_gradebook
from autograder.coursefolder.course import Course
from autograder.coursefolder.earlier import load_earlier
from autograder.coursefolder.names import earlier_path
from autograder.coursefolder.release import ReleaseError, _release_chapter
from autograder.coursefolder.trouble import trouble
from autograder.grading.classroom import keeping
from autograder.grading.classroom.classrun import grade_class, load
from autograder.grading.commands import grade, report
from autograder.grading.export import export
from autograder.grading.reports.feedback import pages_of, write_feedback
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_faults import Here

# nbgrader's own models warn about their order of flushing.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    course = Path(shutil.copytree(released, tmp_path / "course"))
    for student in ("ada", "bob"):
        smallclass.hand_in(course, student, smallclass.solved(course))
    return course


def graded(course: Path):
    return grade_class(Course.open(course), ASSIGNMENT, workers=1, make_executor=Here)


def says(command, course: Path, *arguments: str) -> str:
    done = CliRunner().invoke(command, [*arguments, "--course", str(course)])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    return done.output


def test_a_locked_gradebook_is_waited_for_and_then_named(course, monkeypatch):
    monkeypatch.setattr(trouble_module, "LOCK_SECONDS", 0.2)
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for command, arguments in ((grade, [ASSIGNMENT]), (report, [ASSIGNMENT]), (export, [])):
            assert "Another program has been writing to the gradebook" in says(
                command, course, *arguments
            )
    finally:
        other.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")),
        "Another program"),
        (OperationalError("", {}, sqlite3.OperationalError("attempt to write a readonly database")), "cannot be written"),
        (OperationalError("", {}, sqlite3.OperationalError("database or disk is full")),
        "disk is full"),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "disk is full (/x)"),
        (OSError(errno.EROFS, "Read-only file system"), "read-only"),
    ],
)  # fmt: skip
def test_each_trouble_of_the_machine_stops_the_run_with_its_sentence(
    course, monkeypatch, error, words
):
    def broken(*_args, **_options):
        raise error

    monkeypatch.setattr(keeping, "write_autograded", broken)
    monkeypatch.setattr("autograder.grading.classroom.classrun.run_jobs", lambda todo, workers,
    make: (
        [(job, classrun_result(job))] for job in todo))  # fmt: skip
    output = says(grade, course, ASSIGNMENT)
    assert words in output
    assert "run the command again" in output


def classrun_result(job):
    from autograder.grading.classroom.jobs import faulty

    return faulty(job, "", "")


def test_an_error_that_is_none_of_the_machines_has_no_sentence():
    assert trouble(ValueError("x")) == trouble(PermissionError(errno.EACCES, "x")) == ""


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("oracle9://host/x", "The gradebook's address cannot be used"),
        ("gradebook", "postgresql+psycopg://user@host/gradebook"),
        ("sqlite:////no/such/folder/x.db", "does its folder exist"),
        ("sqlite:///{course}/gradebook.db", "is at sqlite:"),
    ],
)
def test_an_address_that_no_gradebook_can_have_is_refused_in_a_sentence(course, address, told):
    assert told in says(move_gradebook, course, address.format(course=course))


def test_a_driver_that_is_not_installed_is_named():
    lacks = ModuleNotFoundError("No module named 'psycopg2'", name="psycopg2")
    assert "pip install 'nn-from-scratch[postgresql]'" in trouble(lacks)


def test_a_damaged_gradebook_is_named(course):
    (course / "gradebook.db").write_bytes(b"no database at all" * 100)
    assert "put a copy of it back" in says(grade, course, ASSIGNMENT)


def sources(course: Path) -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in (course / "source" / ASSIGNMENT).glob("*.ipynb")}


def contents(course: Path) -> dict[str, bytes]:
    folders = [course / "source", course / "release"]
    return {str(p): p.read_bytes() for folder in folders for p in folder.rglob("*.ipynb")}


def rows(course: Path) -> list[str]:
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def test_a_refused_release_leaves_source_release_and_gradebook_as_they_were(course):
    graded(course)
    before, known = contents(course), rows(course)
    files = sources(course)
    files["01_ramp.ipynb"] = files["01_ramp.ipynb"].replace("check_relu_forward", "check_relu_anew")
    opened = Course.open(course)
    with pytest.raises(
        ReleaseError, match=r"has submissions in the gradebook.*Nothing was changed"
    ):
        _release_chapter(course, ASSIGNMENT, files, opened.config, False)
    assert contents(course) == before
    assert rows(course) == known
    assert not list(course.glob(".before-*"))


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: 'alembic'",
        "pip install alembic"),
        ("jupyter_client.kernelspec.NoSuchKernel: No such kernel named python3",
        "ipykernel install"),
        ("ERROR | see the above traceback for details\nValueError: points are no number",
        "points are no number"),
    ],
)  # fmt: skip
def test_what_nbgrader_lacks_is_a_sentence(log, words):
    said = release_module.refusal(ASSIGNMENT, {"error": "", "log": log})
    assert words in said
    assert "\n" not in said


def test_a_copy_of_an_earlier_release_is_called_that_and_no_tampering(course):
    files = sources(course)
    text = files["01_ramp.ipynb"]
    text = text.replace('"points": 20', '"points": 21').replace('"points": 30', '"points": 29')
    files["01_ramp.ipynb"] = text.replace("check(relu_forward)", "# Run me.\\ncheck(relu_forward)")
    assert files["01_ramp.ipynb"] != text
    opened = Course.open(course)
    assert _release_chapter(course, ASSIGNMENT, files, opened.config, False)
    assert load_earlier(earlier_path(course, ASSIGNMENT))["01_ramp"][
        "check_relu_forward"
    ].points == {20}
    run = graded(course)
    assert run.evidence == {}
    kept = load(opened, ASSIGNMENT, "ada")
    assert kept is not None
    assert any("copy of an earlier release" in text for text in kept.repaired)
    assert kept.score == 100


def test_a_comment_added_to_a_test_is_no_tampering_and_other_points_are(course):
    notebooks = smallclass.solved(course)
    for cell in notebooks.notebooks["01_ramp.ipynb"]["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "check_relu_forward":
            cell["source"] = "# my note\ncheck( relu_forward )"
    smallclass.hand_in(course, "ada", notebooks)
    for cell in notebooks.notebooks["02_affine.ipynb"]["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("points") == 20:
            cell["metadata"]["nbgrader"]["points"] = 99
    smallclass.hand_in(course, "bob", notebooks)
    run = graded(course)
    assert list(run.evidence) == ["bob"]


@pytest.mark.parametrize("jump", [-(10**9), 10**9])
def test_feedback_follows_the_grades_whatever_the_clock_says(course, jump):
    graded(course)
    opened = Course.open(course)
    write_feedback(opened, ASSIGNMENT, ["ada"])
    pages = pages_of(opened, ASSIGNMENT, "ada")
    for page in pages:
        then = page.stat().st_mtime + jump
        os.utime(page, (then, then))
    before = [page.stat().st_mtime for page in pages]
    write_feedback(opened, ASSIGNMENT, ["ada"])
    assert [page.stat().st_mtime for page in pages] == before
    smallclass.hand_in(course, "ada", smallclass.untouched(course))
    graded(course)
    write_feedback(opened, ASSIGNMENT, ["ada"])
    assert [page.stat().st_mtime for page in pages] != before


def test_a_clock_that_jumps_while_a_class_is_graded_changes_no_score(course, monkeypatch):
    real, jumps = time.time, itertools.cycle([0.0, 1e9, -1e9])
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    run = graded(course)
    monkeypatch.undo()
    assert (sorted(run.graded), run.reasons, run.faults) == (["ada", "bob"], {}, {})
    assert [load(Course.open(course), ASSIGNMENT, s).score for s in ("ada", "bob")] == [100, 100]


@pytest.mark.long
def test_two_graders_at_once_both_end_well(course):
    command = [
        sys.executable,
        "-m",
        "autograder.cli",
        "grade",
        ASSIGNMENT,
        "--course",
        str(course),
        "--workers",
        "1",
    ]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=200)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert graded(course).graded == []
