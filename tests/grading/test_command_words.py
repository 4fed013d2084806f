"""What `grade`, `feedback` and `report` take, and what they print of a run that was made up."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.coursefolder.course import Course
from autograder.grading import commands
from autograder.grading.classroom import classrun, engine, forkserver, gradebook
from autograder.grading.classroom.classrun import ClassRun
from autograder.grading.reports import feedback, write
from autograder.platforms import meant

CHAPTER = "03_feedforward"


@pytest.fixture
def course(monkeypatch):
    """A course that knows every assignment by its number; what happens is written down."""
    log: list[Any] = []
    opened = SimpleNamespace(resolve=lambda name: f"0{name}_x", released=lambda name: f"0{name}_r")
    monkeypatch.setattr(Course, "open", lambda folder: log.append(folder) or opened)
    monkeypatch.setattr(forkserver, "start", lambda *preload: log.append("started"))
    monkeypatch.setattr(
        gradebook, "refresh_penalties", lambda at, name: log.append(("penalties", name))
    )
    monkeypatch.setattr(meant, "doubtful_extensions", lambda at, name: [])
    return SimpleNamespace(opened=opened, log=log)


def graded(course: Any, monkeypatch: pytest.MonkeyPatch, run: ClassRun, *words: str) -> Any:
    def grade_class(opened: Any, name: str, **options: Any) -> ClassRun:
        course.log.append((name, options))
        options["progress"](1, 2, None)
        return run

    monkeypatch.setattr(classrun, "grade_class", grade_class)
    return CliRunner().invoke(commands.grade, words)


def test_grade_asks_for_what_its_options_say(course, monkeypatch):
    monkeypatch.setattr(engine, "parse_engine", lambda text, workers: (workers + 1, text))
    words = ["3", "--course", "here", "--student", "ada", "--student", "bob", "--workers", "4"]
    words += ["--engine", "tcp://a:1", "--regrade", "--jail", "none"]
    outcome = graded(course, monkeypatch, ClassRun("03_x"), *words)
    assert outcome.exit_code == 0, outcome.output
    assert course.log[:2] == ["started", Path("here")]
    name, options = course.log[2]
    del options["progress"]
    assert (name, options) == ("03_x", {
        "students": ("ada", "bob"), "workers": 5, "regrade": True, "jail": "none",
        "make_executor": "tcp://a:1",
    })  # fmt: skip
    assert "Student code runs without protection (--jail none)." in outcome.output
    outcome = graded(course, monkeypatch, ClassRun("03_x"), "3")
    (_, options) = course.log[-1]
    assert course.log[-2] == Path("course")
    assert (options["students"], options["workers"], options["regrade"]) == ((), 1, False)
    assert (options["jail"], options["make_executor"]) == ("namespaces", "local")
    assert "without protection" not in outcome.output


def test_grade_says_how_many_and_names_whom_it_could_not_score(course, monkeypatch):
    run = ClassRun(
        "03_x", graded=["ada", "eve", "kim"], kept=["bob"],
        reasons={"eve": ["slow"], "kim": ["r"]}, unscored={"kim": "no [b] notebook" + "x" * 400,
        "eve": "trouble"}, evidence={"ada": ["edited"]}, passed_over={"=x": "not a name"},
    )  # fmt: skip
    outcome = graded(course, monkeypatch, run, "3")
    lines = outcome.output.strip().splitlines()
    assert lines[0].startswith("03_x: 4 submissions: 3 graded, 1 unchanged, in ")
    assert lines[1] == (
        "2 with a score, 2 with a named reason instead; 2 with remarks, 1 with signs of tampering."
    )
    assert lines[2] == "  eve: trouble"
    named = "".join(lines[3:]).split("1 in submitted/ not graded:")
    assert named[0].startswith("  kim: no [b] notebookxxx")
    assert 250 < len(named[0]) < 320
    assert lines[-2:] == ["1 in submitted/ not graded:", "  =x: not a name"]
    assert outcome.exit_code == 0


def test_an_error_of_the_grader_is_said_and_ends_with_one(course, monkeypatch):
    run = ClassRun("03_x", graded=["eve"], unscored={"eve": "why"}, faults={"eve": "why"})
    outcome = graded(course, monkeypatch, run, "3")
    assert outcome.exit_code == 1
    assert outcome.output.splitlines()[-1] == "  eve: why"
    assert outcome.output.count("eve: why") == 1
    assert "not graded:" not in outcome.output


def test_feedback_is_written_for_whom_it_is_asked(course, monkeypatch):
    def write_feedback(opened: Any, name: str, students: Any, *, force: bool, progress: Any) -> int:
        progress(1, 1)
        course.log.append((name, students, force))
        return 7

    monkeypatch.setattr(feedback, "write_feedback", write_feedback)
    words = ["3", "--course", "here", "--student", "ada", "--force"]
    outcome = CliRunner().invoke(commands.feedback, words)
    assert outcome.output.strip() == "Feedback for 7 students of 03_r, in here/feedback."
    assert course.log == [
        "started", Path("here"), ("penalties", "03_r"), ("03_r", ("ada",), True),
    ]  # fmt: skip
    CliRunner().invoke(commands.feedback, ["3"])
    assert course.log[-1] == ("03_r", (), False)


def test_a_report_is_written_where_it_is_asked_for(course, monkeypatch):
    def write_report(opened: Any, name: str, page: Path) -> tuple[Path, Path]:
        course.log.append((name, page))
        return page, page.with_suffix(".csv")

    monkeypatch.setattr(write, "write_report", write_report)
    outcome = CliRunner().invoke(commands.report, ["3", "--course", "here", "--to", "r.html"])
    assert outcome.output == "Class report: r.html\nThe same as a table: r.csv\n"
    assert course.log[1:] == [("penalties", "03_x"), ("03_x", Path("r.html"))]
    CliRunner().invoke(commands.report, ["3", "--course", "here"])
    assert course.log[-1][1].parts[0] == "here"


def test_the_rate_is_per_minute(course, monkeypatch):
    shown: list[Any] = []
    clock = iter([100.0, 130.0, 160.0, 160.0])
    monkeypatch.setattr(commands.time, "perf_counter", lambda: next(clock, 160.0))
    update = commands.Progress.update
    monkeypatch.setattr(
        commands.Progress, "update", lambda *a, **k: shown.append(k) or update(*a, **k)
    )
    monkeypatch.setattr(
        classrun, "grade_class", lambda *a, progress, **k: progress(6, 9, None) or ClassRun("03_x")
    )
    out = Console(file=io.StringIO(), width=150)
    commands.run_grade(out, Path("here"), "3")
    assert shown[0] == {"completed": 6, "total": 9, "rate": "12/min"}
