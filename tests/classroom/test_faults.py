"""An error of the grader's own is the instructor's to see: no student gets a zero for it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import resource
import shutil
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.coursefolder.course import Course
from autograder.coursefolder.nbgrader import load_config
from autograder.grading import nbgrader_steps, submission
from autograder.grading.classroom import jobs
from autograder.grading.classroom.classrun import ClassRun, grade_class, load
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.commands import grade
from autograder.grading.judging.executor import Execution
from autograder.grading.judging.verdict import faulty
from autograder.grading.reports.collect import collect
from autograder.grading.reports.feedback import write_feedback
from autograder.grading.reports.write import write_report
from autograder.grading.sandbox.limits import MIB, Limits
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT

HIDDEN = "words of a hidden test"


class Here(Executor):
    """Work done at once in this process, where a test can break it."""

    def __init__(self, workers: int) -> None:
        pass

    def submit(self, fn, /, *args, **options) -> Future:
        future: Future = Future()
        try:
            future.set_result(fn(*args, **options))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    course = Path(shutil.copytree(released, tmp_path / "course"))
    for student in ("ada", "bob", "eve"):
        smallclass.hand_in(course, student, smallclass.solved(course))
    return course


def run(course: Path) -> ClassRun:
    return grade_class(Course.open(course), ASSIGNMENT, workers=1, make_executor=Here)


def breaks(monkeypatch: pytest.MonkeyPatch, student: str, name: str, notebook: str = "") -> None:
    """Let a function of the pipeline fail for one student (or one of the notebooks)."""
    home = jobs if name == "find" else submission
    works = getattr(home, name)

    def broken(*args, **options):
        if broken.job.student == student and (not notebook or args[1].name == notebook):
            raise KeyError(HIDDEN)
        return works(*args, **options)

    grade_job = jobs.grade_job

    def watched(job):
        broken.job = job
        return grade_job(job)

    monkeypatch.setattr(home, name, broken)
    monkeypatch.setattr("autograder.grading.classroom.classrun.run_jobs", lambda todo, workers,
    make: (
        [(job, watched(job))] for job in todo
    ))  # fmt: skip


@pytest.mark.parametrize("name", ["find", "prepare", "cell_results", "by_kind"])
def test_an_error_anywhere_is_named_and_the_class_goes_on(course, monkeypatch, name):
    breaks(monkeypatch, "bob", name)
    done = run(course)
    assert done.graded == ["ada", "bob", "eve"]
    assert done.faults.keys() == {"bob"}
    assert "not graded: internal error: KeyError" in done.faults["bob"]
    assert "Traceback" in done.tracebacks["bob"]
    rows = {row.student: row for row in collect(Course.open(course), ASSIGNMENT).rows}
    assert (rows["ada"].total, rows["eve"].total) == (100, 100)
    assert rows["bob"].ungraded


def test_it_is_no_zero_in_the_gradebook_but_a_task_for_a_person(course, monkeypatch):
    breaks(monkeypatch, "bob", "prepare", notebook="01_ramp")
    run(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        first = gradebook.find_grade("check_relu_forward", "01_ramp", ASSIGNMENT, "bob")
        assert (first.auto_score, first.needs_manual_grade) == (None, True)
        other = gradebook.find_grade("check_affine_forward", "02_affine", ASSIGNMENT, "bob")
        assert other.auto_score == 20
    page, table = write_report(Course.open(course), ASSIGNMENT, course / "r.html")
    assert "Not graded by an error of the grader" in page.read_text()
    assert "internal error" in table.read_text()


def test_the_next_run_grades_it_again(course, monkeypatch):
    with monkeypatch.context() as broken:
        breaks(broken, "bob", "prepare")
        run(course)
    done = run(course)
    assert (done.graded, sorted(done.kept), done.faults) == (["bob"], ["ada", "eve"], {})
    assert {row.total for row in collect(Course.open(course), ASSIGNMENT).rows} == {100}


def test_the_student_reads_that_it_is_not_their_fault_and_nothing_of_the_error(course, monkeypatch):
    breaks(monkeypatch, "bob", "prepare")
    run(course)
    write_feedback(Course.open(course), ASSIGNMENT, ["bob"])
    pages = list((course / "feedback" / "bob").rglob("*.html"))
    assert len(pages) == 2
    for page in pages:
        assert "no fault of this work" in page.read_text()
        assert HIDDEN not in page.read_text()


def test_a_check_that_fails_of_itself_leaves_its_cell_unjudged_and_the_others_count(
    course, monkeypatch
):
    works = submission.execute_notebook

    def execute(nb, **options):
        execution: Execution = works(nb, **options)
        if "check_relu_backward" in execution.verdicts:
            execution.verdicts["check_relu_backward"] = faulty("Traceback of a check")
        return execution

    monkeypatch.setattr(submission, "execute_notebook", execute)
    done = run(course)
    assert done.faults.keys() == {"ada", "bob", "eve"}
    assert done.unscored == {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("check_relu_backward", "01_ramp", ASSIGNMENT, "ada")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        grade = gradebook.find_grade("check_relu_forward", "01_ramp", ASSIGNMENT, "ada")
        assert grade.auto_score == 20


def test_an_error_while_writing_one_result_stops_nobody_else(course, monkeypatch):
    save = GradebookWriter.save

    def broken(self, entries):
        if "bob" in {entry.result.student for entry in entries}:
            raise TypeError("cannot be stored")
        save(self, entries)

    monkeypatch.setattr(GradebookWriter, "save", broken)
    done = run(course)
    assert "cannot be stored" in done.faults["bob"]
    rows = {row.student: row.total for row in collect(Course.open(course), ASSIGNMENT).rows}
    assert (rows["ada"], rows["eve"]) == (100, 100)


def test_the_command_says_so_and_fails(course, monkeypatch):
    fault = ClassRun(ASSIGNMENT, graded=["ada", "bob"])
    fault.unscored = fault.faults = {"bob": "01: not graded: internal error: KeyError: 'x'"}
    fault.tracebacks = {"bob": "Traceback (most recent call last): [x]"}
    monkeypatch.setattr("autograder.grading.classroom.classrun.grade_class", lambda *a, **k: fault)
    done = CliRunner().invoke(grade, [ASSIGNMENT, "--course", str(course)])
    assert done.exit_code == 1
    assert done.output.count("not graded: internal error: KeyError") == 1
    assert "Traceback (most recent call last): [x]" in done.output


def test_an_unknown_language_is_refused_once_before_anybody_is_graded(course, monkeypatch):
    monkeypatch.setenv("NN_COURSE_LANGUAGE", "klingon")
    done = CliRunner().invoke(grade, [ASSIGNMENT, "--course", str(course)])
    assert done.exit_code == 1
    assert done.output.count("NN_COURSE_LANGUAGE 'klingon' is not available: choose one of") == 1
    assert not (course / "results").exists()
    assert not (course / "autograded").exists()


def test_a_file_that_cannot_be_read_is_named(course):
    if os.geteuid() == 0:
        pytest.skip("the superuser reads everything")
    folder = course / "submitted" / "bob" / ASSIGNMENT
    (folder / "01_ramp.ipynb").chmod(0)
    (folder / "data.txt").write_text("x")
    (folder / "data.txt").chmod(0)
    done = run(course)
    with contextlib.suppress(OSError):
        (folder / "01_ramp.ipynb").chmod(0o644)
    assert done.faults == {}
    assert "cannot be read" in done.reasons["bob"][0]


def test_nbgraders_own_command_keeps_the_fault_too_and_gives_no_score(course, monkeypatch):
    def broken(*_args):
        raise KeyError(HIDDEN)

    monkeypatch.setattr("autograder.checking.grading_check.judge", broken)
    # nbgrader sets this and leaves it behind when something raises.
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    config = load_config(course)
    answer = NbGraderAPI(CourseDirectory(config=config), config=config).autograde(ASSIGNMENT, "ada")
    assert not answer["success"]
    kept = load(Course.open(course), ASSIGNMENT, "ada")
    assert kept is not None
    assert HIDDEN in kept.faults[0]
    assert "Traceback" in kept.faults[0]
    # A quiz is compared with its answer, by nothing that is broken here.
    scores = {cell.exercise: cell.score for cell in kept.cells}
    assert scores["relu_forward"] is scores["relu_backward"] is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is bounded on Linux")
def test_a_submission_that_needs_more_memory_than_the_worker_may_have_is_named(course):
    notebooks = smallclass.solved(course)
    notebooks.notebooks["01_ramp.ipynb"]["cells"][0]["source"] = "x" * (80 * MIB)
    smallclass.hand_in(course, "bob", notebooks)
    small = dataclasses.replace(Limits(), worker=200 * MIB)
    before = resource.getrlimit(resource.RLIMIT_DATA)

    def run(limits):
        return grade_class(
            Course.open(course), ASSIGNMENT, workers=1, make_executor=Here, limits=limits
        )

    first = run(small)
    assert "more memory than the grader allows itself" in first.unscored["bob"]
    assert list(first.faults) == ["bob"], first.tracebacks
    others = {s: load(Course.open(course), ASSIGNMENT, s).score for s in ("ada", "eve")}
    assert others == {"ada": 100, "eve": 100}
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert run(Limits()).faults == {}


def test_what_nbgraders_log_shows_of_a_repair_and_of_a_reason(monkeypatch):
    about = {"db_url": "d", "assignment": "a", "student": "s", "notebook": "n"}
    work = SimpleNamespace(notes=[SimpleNamespace(text="cells put back")], reason="no notebook")
    monkeypatch.setitem(nbgrader_steps._WORK, tuple(about.values()), work)
    step, said = nbgrader_steps.RepairSubmission(), []
    step.log = SimpleNamespace(
        warning=lambda text, *parts: said.append(("warning", text % parts)),
        error=lambda text, *parts: said.append(("error", text % parts)),
    )
    step.preprocess(None, {"nbgrader": about})
    assert said == [("warning", "cells put back"), ("error", "Not graded: no notebook")]
    work.notes, work.reason = [], ""
    step.preprocess(None, {"nbgrader": about})
    assert len(said) == 2
