"""Late penalties and points given by hand, in whatever order things are done."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.coursefolder.course import Course
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.gradebook import refresh_penalties
from autograder.grading.commands import grade as command
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


def test_a_slip_in_the_table_of_extensions_is_named_and_the_others_keep_their_time(course):
    due(course, DUE)
    bob = smallclass.hand_in(course, "bob", smallclass.solved(course))
    (bob / "timestamp.txt").write_text(LATE)
    (course / "extensions.csv").write_text(
        f"assignment,student,hours,why\n{ASSIGNMENT},adaa,5,\n{ASSIGNMENT},bob,5,\n"
        f"{ASSIGNMENT}x,bob,5,\n{ASSIGNMENT},ada,many,\n"
    )
    done = CliRunner().invoke(command, [ASSIGNMENT, "--course", str(course), "--workers", "1"])
    said = " ".join(done.output.split())
    assert done.exit_code == 0, done.output
    assert "nobody called adaa has handed in or is on a roster; did you mean ada?" in said
    assert f"no assignment is called {ASSIGNMENT}x; did you mean {ASSIGNMENT}?" in said
    assert "line 5: 'many' is not a number of hours" in said
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = {s: gradebook.find_submission(ASSIGNMENT, s) for s in ("ada", "bob")}
        penalties = {s: one.late_submission_penalty for s, one in found.items()}
        assert penalties["bob"] == 0
        assert penalties["ada"] == found["ada"].score
