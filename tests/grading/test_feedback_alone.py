"""Feedback without nbgrader: which reports a page shows, and whose pages are made anew."""

from __future__ import annotations

import json
import logging
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.checking.report import Clause, Report
from autograder.grading.reports import feedback
from autograder.grading.reports.conversion import _last_words
from autograder.grading.reports.feedback import (
    FeedbackError,
    load_made,
    made_path,
    pages_of,
    report_from,
    show_report,
    write_feedback,
)

REPORT = Report(
    exercise="softmax", passed=False, mistake=None, message="not right <yet>", found="it warned",
    clauses=(Clause("runs", True, "fine"), Clause("values", False, "worse")),
)  # fmt: skip
ERROR = new_output("error", ename="CheckFailed", evalue="e", traceback=[])
OTHER = new_output("error", ename="ValueError", evalue="e", traceback=[])
PRINTED = new_output("stream", name="stdout", text="p")


def test_a_report_made_plain_comes_back_whole_and_unknown_parts_are_left_out():
    plain = json.loads(json.dumps(REPORT.to_dict()))
    assert report_from(plain | {"of tomorrow": 1}) == REPORT
    rows = replace(REPORT, rows=(("a", "b"),), notes=("n",))
    assert report_from(json.loads(json.dumps(rows.to_dict()))) == rows


def cell(reports: Any = None, report: Any = None, make: Any = new_code_cell) -> Any:
    made = make("check(f)")
    made.outputs = [ERROR, PRINTED, OTHER]
    kept = {"reports": reports, "report": report}
    made.metadata["autograder"] = {name: value for name, value in kept.items() if value}
    return made


def test_a_test_cell_shows_its_reports_in_place_of_their_error_and_output():
    plain = REPORT.to_dict()
    two = cell(reports=[plain, plain | {"message": "the last"}])
    show_report(two)
    *shown, rest = two.outputs
    assert rest == OTHER
    assert [one.data["text/plain"] for one in shown] == ["not right <yet>", "the last"]
    assert [one.output_type for one in shown] == ["display_data"] * 2
    assert "it warned" in shown[0].data["text/html"]
    one = cell(report=plain)
    show_report(one)
    assert [o.output_type for o in one.outputs] == ["display_data", "error"]


@pytest.mark.parametrize("left", [cell(), cell([REPORT.to_dict()], make=new_markdown_cell)])
def test_other_cells_stay_as_they_are(left):
    show_report(left)
    assert left.outputs == [ERROR, PRINTED, OTHER]


@pytest.mark.parametrize("error", [TypeError, ValueError])
def test_a_report_that_cannot_be_a_page_is_shown_as_text(monkeypatch, error):
    def as_html(report: Report) -> str:
        raise error

    monkeypatch.setattr(feedback, "as_html", as_html)
    broken = cell([REPORT.to_dict()])
    show_report(broken)
    assert broken.outputs[0].data["text/html"] == "<pre>not right &lt;yet&gt;</pre>"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of made-up students, whose pages are made by writing a file."""
    made: Any = SimpleNamespace(
        root=tmp_path, marks={}, asked=[], fails=set(), words=[], students=["ada", "bob", "kim"],
        folder=lambda step, student, assignment: tmp_path / step / student / assignment,
        submissions=lambda assignment: made.students,
    )  # fmt: skip
    for student in made.students[:2]:
        made.folder("autograded", student, "03").mkdir(parents=True)
        made.marks[student] = "1"

    def convert(root: Path, assignment: str, students: list[str]) -> list[str]:
        made.asked.append(students)
        for student in set(students) - made.fails:
            folder = made.folder("feedback", student, assignment)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "01.html").write_text("page")
        return made.words

    monkeypatch.setattr(feedback, "convert", convert)
    monkeypatch.setattr(feedback, "made_from", lambda of, assignment: dict(made.marks))
    return made


def written(course: Any, *students: str, **options: Any) -> tuple[int, list]:
    course.asked, said = [], []
    count = write_feedback(course, "03", students, progress=lambda *at: said.append(at), **options)
    assert said[-1] == (count, count)
    return count, [name for share in course.asked for name in share]


def test_pages_are_made_for_who_is_graded_and_kept_until_something_changes(course):
    assert written(course) == (2, ["ada", "bob"])
    assert json.loads(made_path(course, "03").read_text()) == {"ada": "1", "bob": "1"}
    assert written(course) == (2, [])
    course.marks["bob"] = "2"
    assert written(course) == (2, ["bob"])
    pages_of(course, "03", "ada")[0].unlink()
    assert written(course) == (2, ["ada"])
    assert written(course, "bob", force=True) == (1, ["bob"])
    assert load_made(course, "03") == {"ada": "1", "bob": "2"}


@pytest.mark.parametrize("kept", ["[1]", "no json"])
def test_a_damaged_record_is_as_none(course, kept):
    written(course)
    made_path(course, "03").write_text(kept)
    assert load_made(course, "03") == {}
    assert written(course) == (2, ["ada", "bob"])


def test_who_is_not_graded_is_named(course):
    with pytest.raises(FeedbackError, match=r"no graded submission of 03 by kim, eve$"):
        written(course, "ada", "kim", "eve")


def test_one_page_that_fails_stops_nobody_and_is_tried_again(course):
    course.fails, course.words = {"ada"}, ["w" * 2000]
    with pytest.raises(FeedbackError) as told:
        written(course)
    text = str(told.value)
    assert text.startswith("The feedback of 1 students could not be written (ada); all others have")
    assert 1000 < len(text) < 1150
    assert len(pages_of(course, "03", "bob")) == 1
    course.fails, course.words = set(), []
    assert written(course)[1] == ["ada", "bob"]
    course.words = ["only words"]
    with pytest.raises(FeedbackError, match="of 0 students"):
        written(course, force=True)


class Pool:
    """Processes that are none: work is done when its result is asked for."""

    def __init__(self, workers: int, context: Any) -> None:
        assert workers >= 1
        # A caller may have threads, of a progress bar say: nothing is forked from it.
        assert context.get_start_method() in ("forkserver", "spawn")

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def submit(self, call: Any, *args: Any) -> Any:
        def result() -> Any:
            if "s4" in args[2]:
                raise BrokenExecutor("a process ended")
            return call(*args)

        return SimpleNamespace(result=result)


def test_shares_of_four_are_made_by_processes_and_one_that_ends_leaves_its_own_only(
    course, monkeypatch
):
    monkeypatch.setattr(feedback, "ProcessPoolExecutor", Pool)
    course.students = [f"s{i}" for i in range(9)]
    for student in course.students:
        course.folder("autograded", student, "03").mkdir(parents=True)
    with pytest.raises(FeedbackError, match=r"of 4 students .*s4, s5, s6, s7.*a process ended"):
        written(course)
    assert course.asked == [["s0", "s1", "s2", "s3"], ["s8"]]
    done, progress = [], course.students[:4]
    write_feedback(course, "03", progress, force=True, progress=lambda *at: done.append(at))
    assert done == [(4, 4), (4, 4)]


def test_of_what_nbgrader_logs_the_last_line_of_each_error_is_kept():
    log, words = logging.getLogger("made up"), []
    handler = logging.NullHandler()
    log.addHandler(handler)
    with _last_words(log, words):
        log.error("Traceback of it\n  line\nValueError: why\n")
        log.error("no trace\nat all")
        log.warning("Traceback\nnot an error")
    log.error("Traceback\nafterwards")
    assert words == ["ValueError: why"]
    assert (log.handlers, log.propagate, log.level) == ([handler], True, logging.NOTSET)
