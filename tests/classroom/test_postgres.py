"""A course whose gradebook is PostgreSQL: the same rows as with SQLite, whatever is done."""

from __future__ import annotations

import csv
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.building.layout import Layout
from autograder.coursefolder.commands import move_gradebook
from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import Extension
from autograder.coursefolder.release import ReleaseError, release_course
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.classroom.rows import Entry
from autograder.grading.commands import feedback
from autograder.grading.export import export
from tests.classroom import postgres, smallclass
from tests.classroom.gradebooks import everything, url_of
from tests.classroom.smallclass import ASSIGNMENT, POINTS
from tests.classroom.test_classrun import HERE, a_class
from tests.classroom.test_gradebook import DUE, STUDENTS, TIMES, classmates, made_up


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """The folder of a running server's socket."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture
def make(server: Path, tmp_path: Path) -> Callable[[str], tuple[Path, str]]:
    """Release the small chapter into a new folder with a database of its own."""

    def release(name: str) -> tuple[Path, str]:
        url = postgres.new_database(server, f"{tmp_path.name}-{name}")
        root = tmp_path / name
        return smallclass.make_course(root, f"c.CourseDirectory.db_url = {url!r}\n"), url

    return release


def late_cost_everything(course: Path, url: str) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)


def test_the_writer_leaves_the_same_rows_as_in_sqlite(make, released, tmp_path):
    course, url = make("written")
    lite = Path(shutil.copytree(released, tmp_path / "lite"))
    gradebooks = {course: url, lite: url_of(lite)}
    for folder, address in gradebooks.items():
        late_cost_everything(folder, address)
        rng = random.Random(5)
        opened = Course.open(folder)
        with opened.gradebook() as gradebook:
            writer = GradebookWriter(gradebook, ASSIGNMENT, opened.config)
            for _ in range(3):
                writer.save([Entry(made_up(rng, s), rng.choice(TIMES)) for s in STUDENTS])
    rows, expected = everything(url), everything(url_of(lite))
    assert rows == expected
    assert any(row[-1] for row in rows["notebooks"]), "nobody was late"


@pytest.mark.long
def test_two_writers_of_the_same_students_at_once_end_with_one_row_each(make):
    """Two machines with a folder each and one database: no lock holds them apart."""
    course, url = make("two")
    opened = Course.open(course)
    failed: list[BaseException] = []

    def write(order: list[str]) -> None:
        try:
            with opened.gradebook() as gradebook:
                writer = GradebookWriter(gradebook, ASSIGNMENT, opened.config)
                for start in range(0, len(order), 5):
                    writer.save(classmates(order[start : start + 5]))
        except BaseException as error:
            failed.append(error)

    students = [f"t{number:02d}" for number in range(40)]
    orders = [students, students[::-1]]
    for seed in range(4):
        orders.append(random.Random(seed).sample(students, len(students)))
    for one, other in zip(orders[::2], orders[1::2], strict=True):
        threads = [threading.Thread(target=write, args=(order,)) for order in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert failed == []
    rows = everything(url)
    assert [row[0] for row in rows["submissions"]] == students
    wanted = {(s.result.student, c.grade_id): c.score
              for s in classmates(students) for c in s.result.cells}  # fmt: skip
    assert {(row[0], row[2]): row[4] for row in rows["grades"]}.items() >= wanted.items()


@pytest.mark.long
def test_a_release_that_is_refused_leaves_the_database_as_it_was(make, tmp_path):
    course, url = make("refused")
    smallclass.hand_in(course, "ada", smallclass.untouched(course))
    grade_class(Course.open(course), ASSIGNMENT, **HERE)
    before = everything(url)
    layout = Layout(course.parent)
    texts = layout.solutions / ASSIGNMENT
    first, second = texts / "01_ramp.py", texts / "02_affine.py"
    first.write_text(first.read_text().replace('"points": 5', '"points": 7'))
    # Without its last check: nbgrader writes the first notebook and refuses the second.
    text = second.read_text().rpartition("# %% nbgrader")[0].replace('"points": 20', '"points": 49')
    second.write_text(text)
    names = tuple(name for name in POINTS if name != "affine_backward")
    with pytest.raises(ReleaseError):
        release_course(course, layout=layout, names=lambda number: names)
    assert everything(url) == before


def test_a_moved_gradebook_has_every_row_and_grading_goes_on_there_and_back(
    server, released, tmp_path
):
    course = Path(shutil.copytree(released, tmp_path / "course"))
    late_cost_everything(course, url_of(course))
    opened = Course.open(course)
    extensions = {(ASSIGNMENT, STUDENTS[0]): Extension(48.0, "ill")}
    with opened.gradebook() as gradebook:
        writer = GradebookWriter(gradebook, ASSIGNMENT, opened.config, extensions)
        writer.save(classmates(STUDENTS))
        gradebook.add_student("zoë", first_name="Zoë", last_name="Ångström")
    before = everything(url_of(course))
    url = postgres.new_database(server, f"{tmp_path.name}-moved")
    done = CliRunner().invoke(move_gradebook, [url, "--course", str(course)])
    assert done.exit_code == 0, done.output
    assert everything(url) == before == everything(url_of(course))
    again = CliRunner().invoke(move_gradebook, [url, "--course", str(course)])
    assert "give an empty database" in again.output
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\n" + done.output.splitlines()[-1] + "\n")
    smallclass.hand_in(course, "ada", smallclass.untouched(course))
    assert grade_class(Course.open(course), ASSIGNMENT, **HERE).graded == ["ada"]
    assert len(everything(url)["submissions"]) == len(STUDENTS) + 1
    assert everything(url_of(course)) == before
    back = f"sqlite:///{tmp_path}/back.db"
    done = CliRunner().invoke(move_gradebook, [back, "--course", str(course)])
    assert done.exit_code == 0, done.output
    assert everything(back) == everything(url)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\n" + done.output.splitlines()[-1] + "\n")
    smallclass.hand_in(course, "bob", smallclass.untouched(course))
    assert grade_class(Course.open(course), ASSIGNMENT, **HERE).graded == ["bob"]
    assert len(everything(back)["submissions"]) == len(STUDENTS) + 2


@pytest.mark.long
def test_a_course_on_postgresql_goes_as_on_sqlite(make, released, tmp_path):
    course, url = make("course")
    lite = Path(shutil.copytree(released, tmp_path / "lite"))
    (course / "secret").chmod(0o600)
    (course / "secret").write_text((lite / "secret").read_text())
    gradebooks = {course: url, lite: url_of(lite)}
    tables = {}
    for folder, address in gradebooks.items():
        late_cost_everything(folder, address)
        a_class(folder)
        (folder / "submitted/ada" / ASSIGNMENT / "timestamp.txt").write_text(str(TIMES[-1]))
        if folder == course:
            smallclass.grade_killed(folder, 4.0, 6.0)
        else:
            grade_class(Course.open(folder), ASSIGNMENT, workers=2)
        points_by_hand(address)
        grade_class(Course.open(folder), ASSIGNMENT, regrade=True, **HERE)
        for command in ([feedback, ASSIGNMENT], [export], [export, "--for", "csv"]):
            done = CliRunner().invoke(command[0], [*command[1:], "--course", str(folder)])
            assert done.exit_code == 0, done.output
        # nbgrader's exporter takes the students in the database's own order.
        tables[folder] = [
            sorted(csv.reader((folder / name).open(encoding="utf-8-sig")))
            for name in ("grades.csv", "grades-csv.csv")
        ]
    assert everything(url) == everything(url_of(lite))
    penalties = {row[0]: row[-1] for row in everything(url)["notebooks"]}
    assert penalties["ada"]
    assert not penalties["blank"]
    assert tables[course] == tables[lite]
    pages = [
        {path.relative_to(folder / "feedback"): without_times(path.read_text())
         for path in (folder / "feedback").rglob("*.html")}
        for folder in gradebooks
    ]  # fmt: skip
    assert pages[0] == pages[1]
    assert len(pages[0]) > 10


def points_by_hand(url: str) -> None:
    with Gradebook(url) as gradebook:
        for student, points in (("ada", 4), ("averager", 2.5)):
            grade = gradebook.find_grade("explain", "01_ramp", ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            comment = gradebook.find_comment("explain", "01_ramp", ASSIGNMENT, student)
            comment.manual_comment = "well argued"
        gradebook.db.commit()


def without_times(page: str) -> str:
    return re.sub(r"\d+(\.\d+)? m?s\b", "", page)
