"""The demo class gets exactly what its stories deserve, through the real pipeline."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder import grade_submission
from autograder.building.layout import Layout
from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.demo.classroom import MAIN, make_class, set_duedate, stories
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.reports.collect import collect
from autograder.grading.reports.table import class_table
from autograder.grading.reports.write import write_report
from tests.browser import in_a_browser, serious

LAYOUT = Layout()


CHAPTERS = [folder.name for folder in LAYOUT.chapter_folders()]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with every built chapter."""
    course = tmp_path_factory.mktemp("demo") / "course"
    release_course(course, CHAPTERS)
    return course


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_reference_earns_all_points_and_the_release_none(course, chapter):
    reference = grade_submission(chapter, LAYOUT.solutions / chapter, course=course)
    lost = [
        (cell.grade_id, cell.why) for cell in reference.cells if cell.exercise and not cell.passed
    ]
    assert (lost, reference.reasons, reference.repaired) == ([], [], [])
    assert (reference.score, reference.max_score) == (100, 100)
    released = grade_submission(chapter, LAYOUT.chapters / chapter, course=course)
    assert (released.score, released.max_score) == (0, 100)


@pytest.fixture(scope="module")
def table(course: Path):
    """Chapter 3's demo class, graded: student -> row."""
    make_class(course, MAIN)
    set_duedate(course, MAIN)
    run = grade_class(Course.open(course), MAIN, workers=2)
    return collect(Course.open(course), MAIN), run


def test_the_demo_class_gets_what_it_deserves(table):
    data, run = table
    points = data.exercises
    totals = {row.student: row.total for row in data.rows}
    lost = {
        "ada": [], "late": [], "loop": [], "copycell": [], "notest": [], "renamed": [],
        "averager": ["affine_backward"], "halftanh": ["tanh_backward"],
        "frozen": ["batchnorm_backward"],
        "nobias": ["affine_forward"], "two": ["affine_backward", "tanh_backward"],
    }  # fmt: skip
    expected = {
        student: 100 - sum(points[name] for name in names) for student, names in lost.items()
    }
    assert {student: totals[student] for student in lost} == expected
    assert totals["blank"] == 0
    assert set(totals) == {story.student for story in stories(MAIN)}
    assert len(totals) >= 12
    assert not run.unscored


def test_mistakes_are_named_and_reasons_given(table):
    data, run = table
    named = {(m.exercise, m.text.split(".")[0]): m.students for m in data.mistakes()}
    assert set(named["affine_backward", "db averaged"]) == {"averager", "two"}
    assert "not valid JSON: line 17" in run.reasons["broken"][0]
    assert "was stopped after" in run.reasons["loop"][0]
    assert any("edited" in text for text in run.evidence["cheater"])
    rows = {row.student: row for row in data.rows}
    assert rows["late"].late == 47
    assert rows["nobias"].scores["affine_backward"] == data.exercises["affine_backward"]
    assert all(row.why for row in data.rows if row.total < 100)


def test_the_table_fits_a_terminal(table):
    from rich.console import Console

    console = Console(width=140, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(class_table(table[0]))
    text = console.export_text()
    assert all(row.student in text for row in table[0].rows)
    assert max(map(len, text.splitlines())) <= 140


@pytest.mark.long
@in_a_browser
def test_the_class_report_is_readable_by_everybody(course, table, page, picture, tmp_path):
    """`--pictures docs/images` renews README's picture of it."""
    written, _ = write_report(Course.open(course), MAIN, tmp_path / "report.html")
    page.set_viewport_size({"width": 1280, "height": 1830})
    page.goto(written.as_uri())
    page.get_by_role("heading", name="Most frequent mistakes").wait_for()
    assert serious(page, "body") == []
    picture("class_report")


def test_a_class_that_is_made_again_is_the_same(tmp_path):
    """Byte for byte, in another process: what is unchanged is not graded a second time."""
    make_class(tmp_path / "here", MAIN)
    code = "import sys; from autograder.demo.classroom import *; make_class(Path(sys.argv[1]), "
    code += f"{MAIN!r})"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True)
    here, there = (
        {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (tmp_path / "here", tmp_path / "there")
    )
    assert here == there
