"""The table of the class report: a line a student, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from autograder.coursefolder.extensions import Extension
from autograder.grading.commands import say_faults
from autograder.grading.judging.results import CellResult, NotebookResult, Result
from autograder.grading.reports.data import ClassData, Row
from autograder.grading.reports.write import MAX_CELL, MAX_LINES, as_csv, safe, without_formulas

POINTS = {"f": 2.0, "g": 3.5}


def graded(**more: Any) -> Result:
    cell = CellResult("01", "check_f", "f", 2.0, 2.0)
    return Result("03_x", "ada", "namespaces", (NotebookResult("01", (cell,), **more),))


def table(*rows: Row) -> list[dict[str, str]]:
    text = as_csv(ClassData("03_x", POINTS, 4.0, list(rows), [], "", set()))
    assert "\r" not in text
    return list(csv.DictReader(io.StringIO(text)))


def test_a_line_holds_points_totals_time_and_reasons():
    notes = {"reasons": ("slow", "late <b>"), "repairs": ("put back",), "tampering": ("edited",)}
    full = Row("ada", {"f": 2.0, "g": 1.25}, manual=3.0, late=1.26, penalty=0.5,
               extension=Extension(24.0, "ill"), result=graded(**notes))  # fmt: skip
    bare = Row("=bob", {"f": 1.0})
    one, two = table(full, bare)
    assert one == {
        "student": "ada", "f": "2", "g": "1.25", "automatic": "3.25", "in_words": "3",
        "late_hours": "1.3", "extension_hours": "24", "penalty": "0.5",
        "reasons": "01: slow; 01: late \u2039b>", "repaired": "01: put back",
        "tampering": "01: edited", "jail": "namespaces",
    }  # fmt: skip
    assert two == {
        "student": "'=bob", "f": "1", "g": "0", "automatic": "1", "in_words": "",
        "late_hours": "0.0", "extension_hours": "", "penalty": "0", "reasons": "", "repaired": "",
        "tampering": "", "jail": "",
    }  # fmt: skip


def test_who_was_not_graded_has_no_total_and_many_reasons_are_cut():
    failed = Row("eve", {"f": 0.0}, result=graded(fault="trace"))
    many = Row("kim", {}, result=graded(reasons=tuple(f"r{i}" for i in range(30))))
    one, two = table(failed, many)
    assert one["automatic"] == ""
    assert len(two["reasons"].split("; ")) == MAX_LINES
    assert two["reasons"].endswith("r19")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ada", "ada"), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-x", "'-x"), ("@a", "'@a"),
        (" =1", "' =1"), ("\uff1d1", "'\uff1d1"), ("\uff0b1", "'\uff0b1"), ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"), ("a=1", "a=1"), ("", ""), ("a\nb", "a b"),
        ("x" * MAX_CELL, "x" * MAX_CELL), ("x" * (MAX_CELL + 1), "x" * (MAX_CELL - 1) + "…"),
    ],
)  # fmt: skip
def test_a_text_is_no_formula_and_no_longer_than_a_cell(text, kept):
    assert safe(text) == kept


def test_texts_of_a_file_are_made_safe_and_numbers_stay(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,-1.5,-1e-05,3,"=x, y",-1.,1e5x,-\n', encoding="utf-8")
    assert without_formulas(path) == "a,-1.5,-1e-05,3,\"'=x, y\",'-1.,1e5x,'-\n"


def said_of(run: Any) -> list[str]:
    text = io.StringIO()
    say_faults(Console(file=text, width=300, force_terminal=False), run)
    return text.getvalue().splitlines()


def test_whom_the_grader_failed_is_said_with_each_error_once_and_three_at_most():
    none = SimpleNamespace(faults={}, tracebacks={"ada": "trace"})
    assert said_of(none) == []
    texts = {"ada": "b", "bob": "a", "eve": "a", "kim": "d", "lu": "c"}
    traces = {student: f"trace {text}" for student, text in texts.items()}
    run = SimpleNamespace(faults={"eve": "why [b]", "ada": "because"}, tracebacks=traces)
    assert said_of(run) == [
        "2 not graded by an error of the grader's own, which is no student's fault. "
        "The next run tries them again:",
        "  ada: because", "  eve: why [b]", "trace a", "trace b", "trace c",
    ]  # fmt: skip
