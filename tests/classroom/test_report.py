"""The class report: right numbers, one file, nothing of a student's that a browser would run."""

from __future__ import annotations

import csv
import io
import re

import pytest

from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.reports.data import ClassData, Row, correlation
from autograder.grading.reports.page import render
from autograder.grading.reports.write import as_csv

EVIL = "<script>alert(1)</script>"


def student(name: str, scores: dict[str, float], **more) -> Row:
    cells = tuple(
        CellResult(
            "01", f"check_{exercise}", exercise, 10.0, score,
            None if score else {"exercise": exercise, "passed": False, "mistake": "db_averaged", "cause": EVIL},
            "" if score else EVIL,
        )
        for exercise, score in scores.items()
    )  # fmt: skip
    notebook = NotebookResult("01", cells, **more)
    return Row(
        name, dict(scores), manual=None, result=Result("03_x", name, "namespaces", (notebook,))
    )


@pytest.fixture
def data() -> ClassData:
    rows = [
        student("ada", {"affine_forward": 10.0, "affine_backward": 10.0}),
        student("bob", {"affine_forward": 10.0, "affine_backward": 0.0}),
        student("=cmd()", {"affine_forward": 0.0, "affine_backward": 0.0}, reasons=(EVIL,), tampering=(EVIL,)),
        student(EVIL, {"affine_forward": 10.0, "affine_backward": 10.0}, repairs=(EVIL,)),
    ]  # fmt: skip
    rows[1].late = 3.0
    exercises = {"affine_forward": 10.0, "affine_backward": 10.0}
    return ClassData("03_x", exercises, 5.0, rows, ["eve"], "2026-03-02 23:59 UTC", {"namespaces"})


def test_difficulty_and_discrimination(data):
    forward, backward = data.statistics()
    assert (forward.difficulty, forward.full) == (0.75, 3)
    assert backward.difficulty == 0.5
    own, rest = [10, 10, 0, 10], [10, 0, 0, 10]
    assert forward.discrimination == pytest.approx(correlation(own, rest))
    assert correlation([1, 1, 1], [1, 2, 3]) is None


def test_mistakes_are_counted_with_the_hint_students_got(data):
    counted = {m.exercise: (len(m.students), m.text) for m in data.mistakes()}
    assert counted["affine_backward"][0] == 2
    assert counted["affine_backward"][1].startswith("db averaged. b reaches every example")


def test_nothing_of_a_students_is_run_and_no_address_is_outside(data):
    page = render(data)
    assert "<script" not in page
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?://", page)


def test_the_page_says_everything_asked_for(data):
    page = render(data)
    for words in ("Distribution", "Difficulty and discrimination", "Most frequent mistakes", "2 of 4", "bob (3 h)",
                  "eve", "Signs of tampering", "Submissions with reasons", "Repaired before grading"):  # fmt: skip
        assert words in page, words
    assert page.count("<desc") == 2
    assert "Students by points" in page


def test_grading_without_protection_is_on_every_report(data):
    assert "without protection" not in render(data)
    data.jails = {"none"}
    assert "Graded without protection" in render(data)


def test_the_csv_has_a_line_a_student_and_no_formula(data):
    rows = list(csv.DictReader(io.StringIO(as_csv(data))))
    assert [row["automatic"] for row in rows] == ["20", "10", "0", "20"]
    assert rows[2]["student"] == "'=cmd()"


def test_an_empty_class_has_a_report(data):
    data.rows = []
    assert "No answer agreed" in render(data)
