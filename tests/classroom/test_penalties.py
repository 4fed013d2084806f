"""Late penalties and points given by hand, in whatever order things are done."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.coursefolder.course import Course
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.gradebook import refresh_penalties
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_faults import Here

DUE, EARLY, LATE = "2026-03-01 12:00:00 UTC", "2026-02-01 12:00:00 UTC", "2026-03-01 13:00:00 UTC"
ANSWER = "Because the slope is zero there."


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A course that takes all points of who is late, and one student's right work."""
    course = Path(shutil.copytree(released, tmp_path / "course"))
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    hand_in(course, ANSWER)
    return course


def hand_in(course: Path, answer: str) -> None:
    notebooks = smallclass.solved(course)
    for cell in notebooks.notebooks["01_ramp.ipynb"]["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
            cell["source"] = answer
    folder = smallclass.hand_in(course, "ada", notebooks)
    (folder / "timestamp.txt").write_text(LATE)


def grade(course: Path, regrade: bool = False) -> None:
    grade_class(Course.open(course), ASSIGNMENT, workers=1, make_executor=Here, regrade=regrade)


def read(course: Path) -> None:
    """Give all points for the question in words."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for notebook in gradebook.find_submission(ASSIGNMENT, "ada").notebooks:
            for one in notebook.grades:
                if one.needs_manual_grade:
                    one.manual_score, one.needs_manual_grade = one.max_score, False
        gradebook.db.commit()


def due(course: Path, when: str) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=when)


def state(course: Path) -> tuple[float, float, bool]:
    """(points, penalty, whether somebody has to read)."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission(ASSIGNMENT, "ada")
        return found.score, found.late_submission_penalty, found.needs_manual_grade


@pytest.mark.parametrize("order", itertools.permutations(["due", "read", "again"]))
def test_the_penalty_takes_all_points_in_whatever_order_things_are_done(course, order):
    grade(course)
    steps = {
        "due": lambda: due(course, DUE),
        "read": lambda: read(course),
        "again": lambda: grade(course),
    }
    for step in order:
        steps[step]()
    refresh_penalties(Course.open(course), ASSIGNMENT)
    assert state(course) == (105, 105, False)


def test_a_due_date_moved_back_gives_the_points_back_and_resets_nothing(course):
    due(course, EARLY)
    grade(course)
    read(course)
    due(course, "2026-04-01 12:00:00 UTC")
    grade(course)
    assert state(course) == (105, 0, False)


def test_grading_anew_asks_a_person_only_where_the_answer_changed(course):
    due(course, DUE)
    grade(course)
    read(course)
    grade(course, regrade=True)
    assert state(course)[2] is False
    hand_in(course, ANSWER + " And more.")
    grade(course)
    assert state(course)[2] is True


def test_where_all_is_right_nothing_is_written(course):
    due(course, DUE)
    grade(course)
    (course / "gradebook.db").chmod(0o444)
    before = (course / "gradebook.db").read_bytes()
    refresh_penalties(Course.open(course), ASSIGNMENT)
    assert (course / "gradebook.db").read_bytes() == before
