"""The writer's bulk statements leave what nbgrader's own, row by row, would leave."""

from __future__ import annotations

import random
import shutil
import time
import uuid
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, Student
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import Extension
from autograder.grading.classroom.gradebook import GradebookWriter
from autograder.grading.classroom.identities import new_id
from autograder.grading.classroom.rows import Entry
from autograder.grading.judging.results import CellResult, NotebookResult, Result
from tests.classroom.gradebooks import everything, url_of
from tests.classroom.smallclass import ASSIGNMENT

DUE = "2026-03-01 12:00:00 UTC"
TIMES = [
    None,
    "2026-02-01 12:00:00 UTC",
    "2026-03-01 13:00:00.250000 UTC",
    "2026-03-04 00:00:00 UTC",
]
STUDENTS = [f"s{number}" for number in range(7)]
GRADED = {
    "01_ramp": {"check_relu_forward": 20, "check_relu_backward": 30, "check_quiz_columns": 1,
                "explain": 5},
    "02_affine": {"check_affine_forward": 20, "check_affine_backward": 29},
}  # fmt: skip
ANSWERED = {
    "01_ramp": ["relu_forward", "relu_backward", "quiz_columns", "explain"],
    "02_affine": ["affine_forward", "affine_backward"],
}


def made_up(rng: random.Random, student: str) -> Result:
    """A result with any points; some notebooks were not handed in, some cells have no score."""
    notebooks = []
    for name, cells in GRADED.items():
        if rng.random() < 0.1:
            continue
        graded = [
            CellResult(
                name, cell, cell, points, answer=rng.choice(["", "a", "b"]),
                score=None if cell == "explain" or rng.random() < 0.1 else rng.choice([0, points]),
            )
            for cell, points in cells.items()
        ]  # fmt: skip
        comments = {cell: rng.choice([None, "No response."]) for cell in ANSWERED[name]}
        notebooks.append(NotebookResult(name, tuple(graded), comments=comments))
    return Result(ASSIGNMENT, student, "namespaces", tuple(notebooks))


def save_slowly(course: Path, entries: list[Entry], extensions: dict) -> None:
    """The same with nbgrader's own functions and preprocessors: a query and a commit for each."""
    config = Course.open(course).config
    late = AssignLatePenalties(config=config)
    for entry in entries:
        student = entry.result.student
        with Gradebook(url_of(course)) as gradebook:
            gradebook.update_or_create_student(student)
            when = entry.timestamp and parse_utc(entry.timestamp)
            submission = gradebook.update_or_create_submission(ASSIGNMENT, student)
            submission.timestamp = when
            given = extensions.get((ASSIGNMENT, student))
            submission.extension = given.delta if given else None
            for cell in entry.result.cells:
                grade = gradebook.find_grade(cell.grade_id, cell.notebook, ASSIGNMENT, student)
                grade.auto_score = cell.score
                known = entry.old.cells if entry.old else []
                same = [
                    one.grade_id
                    for one in known
                    if (one.grade_id, one.answer, one.score)
                    == (cell.grade_id, cell.answer, cell.score)
                ]
                read_before = grade.manual_score is not None
                if not (read_before and same and cell.answer):
                    grade.needs_manual_grade = read_before or cell.score is None
            for notebook in entry.result.notebooks:
                for name, words in notebook.comments.items():
                    comment = gradebook.find_comment(name, notebook.name, ASSIGNMENT, student)
                    comment.auto_comment = words
            gradebook.db.commit()
        for name in GRADED:
            about = {"notebook": name, "assignment": ASSIGNMENT, "student": student}
            resources = {"nbgrader": {**about, "db_url": url_of(course)}}
            late.preprocess(nbformat.v4.new_notebook(), resources)


def a_person_reads(course: Path, seed: int) -> None:
    """Give points and words by hand, the same in every copy of a gradebook.

    All are multiples of 1/4: a sum of points does not depend on its order.
    """
    rng = random.Random(seed)
    with Gradebook(url_of(course)) as gradebook:
        for student in STUDENTS:
            if not gradebook.db.get(Student, student):
                continue
            for notebook, cells in GRADED.items():
                for cell, points in cells.items():
                    if rng.random() < 0.3:
                        grade = gradebook.find_grade(cell, notebook, ASSIGNMENT, student)
                        grade.manual_score = rng.choice([0, points / 4, points])
                        grade.extra_credit = rng.choice([None, 0.25])
                        grade.needs_manual_grade = False
                comment = gradebook.find_comment(ANSWERED[notebook][0], notebook, ASSIGNMENT,
                                                 student)  # fmt: skip
                comment.manual_comment = rng.choice([None, "well argued"])
        gradebook.db.commit()


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own code
@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_the_one_that_nbgraders_own_functions_write(released, tmp_path, seed):
    rng = random.Random(seed)
    folders = [Path(shutil.copytree(released, tmp_path / name)) for name in ("bulk", "slow")]
    bulk, slow = folders
    for course in folders:
        with (course / "nbgrader_config.py").open("a") as file:
            file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
        with Gradebook(url_of(course)) as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    extensions = {(ASSIGNMENT, STUDENTS[0]): Extension(48.0)}
    before: dict[str, Result] = {}
    for turn in range(3):
        chosen = rng.sample(STUDENTS, rng.randint(2, len(STUDENTS)))
        entries = [Entry(made_up(rng, s), rng.choice(TIMES), before.get(s)) for s in chosen]
        before |= {entry.result.student: entry.result for entry in entries}
        with Course.open(bulk).gradebook() as gradebook:
            writer = GradebookWriter(gradebook, ASSIGNMENT, Course.open(bulk).config, extensions)
            at = rng.randint(0, len(entries))
            writer.save(entries[:at])
            writer.save(entries[at:])
        save_slowly(slow, entries, extensions)
        assert everything(url_of(bulk)) == everything(url_of(slow))
        for course in folders:
            a_person_reads(course, turn)
    if seed == 0:
        assert any(row[-1] for row in everything(url_of(bulk))["notebooks"]), "nobody was late"


@pytest.fixture
def writer(released: Path, tmp_path: Path):
    course = Course.open(Path(shutil.copytree(released, tmp_path / "course")))
    with course.gradebook() as gradebook:
        yield GradebookWriter(gradebook, ASSIGNMENT, course.config)


def classmates(students: list[str]) -> list[Entry]:
    return [Entry(made_up(random.Random(student), student)) for student in students]


def test_a_failure_in_the_middle_leaves_nothing_of_the_submissions_written_together(writer):
    """The database refuses the last statement, as when the process is killed before the commit."""
    writer.save(classmates(STUDENTS[:2]))
    url = str(writer.db.get_bind().url)
    before = everything(url)
    writer.db.execute(text("create trigger full_disk before insert on comment begin "
                           "select raise(abort, 'full'); end"))  # fmt: skip
    writer.db.commit()
    with pytest.raises(Exception, match="full"):
        writer.save(classmates(STUDENTS[2:]))
    writer.db.rollback()
    assert everything(url) == before


def test_a_student_whom_another_program_writes_first_is_written_all_the_same(writer):
    """Two runs that share a database and no folder: the other one is faster by a moment."""
    url = str(writer.db.get_bind().url)

    @event.listens_for(writer.db.get_bind(), "before_cursor_execute")
    def overtake(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO student") and not everything(url)["students"]:
            with Gradebook(url) as other:
                other.add_student(STUDENTS[0])
                other.add_submission(ASSIGNMENT, STUDENTS[0])

    (entry,) = classmates(STUDENTS[:1])
    writer.save([entry])
    rows = everything(url)
    scores = {row[2]: row[4] for row in rows["grades"]}
    assert len(rows["submissions"]) == 1
    assert scores.items() >= {c.grade_id: c.score for c in entry.result.cells}.items()


@pytest.mark.parametrize(
    ("state", "times", "written"),
    [("40P01", 2, True), ("40001", 2, True), ("40P01", 99, False), ("53100", 1, False)],
    ids=["deadlock", "serialization", "deadlock without end", "full disk"],
)
def test_who_stood_in_another_writers_way_tries_again_and_nobody_else(
    writer, state, times, written
):
    """PostgreSQL ends one of two transactions that wait for each other, and says so by its code."""
    url = str(writer.db.get_bind().url)
    cause = Exception("ended by the server")
    cause.sqlstate = state
    left = [times]

    @event.listens_for(writer.db.get_bind(), "before_cursor_execute")
    def ended(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO grade ") and left[0]:
            left[0] -= 1
            raise OperationalError(statement, {}, cause)

    if written:
        writer.save(classmates(STUDENTS))
        assert [row[0] for row in everything(url)["submissions"]] == STUDENTS
    else:
        with pytest.raises(OperationalError, match="ended by the server"):
            writer.save(classmates(STUDENTS))
        writer.db.rollback()
        assert not everything(url)["submissions"]


def test_the_number_of_statements_does_not_grow_with_the_submissions_kept_together(writer):
    counts = []
    for students in ([f"a{n}" for n in range(2)], [f"b{n}" for n in range(20)]):
        seen: list[str] = []

        def listen(*args, seen=seen):
            seen.append(args[2])

        event.listen(writer.db.get_bind(), "before_cursor_execute", listen)
        writer.save(classmates(students))
        event.remove(writer.db.get_bind(), "before_cursor_execute", listen)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 20


def test_new_rows_go_to_the_end_of_each_index(released, tmp_path):
    """Ids in no order cost a large gradebook a page of the disk for each row."""
    opened = Course.open(Path(shutil.copytree(released, tmp_path / "course")))
    rng = random.Random(2)
    made: list[list[str]] = []
    with opened.gradebook() as gradebook:
        writer = GradebookWriter(gradebook, ASSIGNMENT, opened.config)
        for student in ("t1", "t2"):
            writer.save([Entry(made_up(rng, student))])
            made.append([
                one for table in ("grade", "comment", "submitted_notebook")
                for one in gradebook.db.scalars(text(f"select id from {table}"))
                if not made or one not in made[0]
            ])  # fmt: skip
            time.sleep(0.002)
    first, second = made
    assert max(first) < min(second)
    assert {uuid.UUID(one).version for one in first} == {7}
    assert len({new_id() for _ in range(10_000)}) == 10_000
