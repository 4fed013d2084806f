"""A class through the real pipeline: scores, gradebook, what is graded again, interruptions."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import grade_submission
from autograder.coursefolder.course import Course, NoCourse
from autograder.coursefolder.material import UnknownAssignment
from autograder.grading.classroom.classrun import grade_class, load
from autograder.grading.reports.collect import collect
from autograder.grading.reports.feedback import SHARE
from autograder.grading.reports.write import write_report
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_faults import Here

HERE = {"workers": 1, "make_executor": Here}  # where the processes are not what is tested

AVERAGED = """\
def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(axis=0) / len(x)
"""

WITH_HELPER = """\
from helpers import rows_of
def affine_forward(x, w, b):
    return rows_of(x) @ w + b, (x, w, b)
"""


def a_class(course: Path) -> dict[str, float]:
    """Hand in for everybody; student -> deserved automatic points."""
    ada = smallclass.solved(course)
    smallclass.hand_in(course, "ada", ada)
    smallclass.hand_in(course, "blank", smallclass.untouched(course))
    averager = ada.copy()
    averager.write("affine_backward", AVERAGED)
    averager.write("affine_forward", WITH_HELPER)  # whoever grades has to find the file beside it
    averager.files["helpers.py"] = b"def rows_of(x):\n    return x.reshape(len(x), -1)\n"
    smallclass.hand_in(course, "averager", averager)
    broken = ada.copy()
    text = smallclass.as_json(broken.notebooks.pop("01_ramp.ipynb")).splitlines()
    broken.files["01_ramp.ipynb"] = b"\n".join([*text[:16], b"oops", *text[17:]])
    smallclass.hand_in(course, "broken", broken)
    wrong_forward = ada.copy()
    wrong_forward.write(
        "affine_forward",
        "def affine_forward(x, w, b):\n    return x.reshape(len(x), -1) @ w, (x, w, b)",
    )
    smallclass.hand_in(course, "nobias", wrong_forward)
    (course / "submitted" / "empty" / ASSIGNMENT).mkdir(parents=True)
    return {"ada": 100, "blank": 0, "averager": 71, "broken": 49, "nobias": 80, "empty": 0}


def dump(course: Path) -> list:
    """What the gradebook says, without its random identifiers."""
    query = """
        select s.student_id, s.timestamp, n.name, c.name, c.type, g.auto_score, g.manual_score,
               g.needs_manual_grade, m.late_submission_penalty
        from grade g join submitted_notebook m on g.notebook_id = m.id
        join notebook n on m.notebook_id = n.id join base_cell c on g.cell_id = c.id
        join submitted_assignment s on m.assignment_id = s.id order by 1, 3, 4, 5"""
    comments = """
        select s.student_id, n.name, c.name, k.auto_comment
        from comment k join submitted_notebook m on k.notebook_id = m.id
        join notebook n on m.notebook_id = n.id join base_cell c on k.cell_id = c.id
        join submitted_assignment s on m.assignment_id = s.id order by 1, 2, 3"""
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return [*connection.execute(query), *connection.execute(comments)]
    finally:
        connection.close()


def autograde(course: Path, **environment: str) -> None:
    """Run nbgrader's own command in the course folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--force"],
        cwd=course, capture_output=True, text=True, timeout=300,
        env={**os.environ, "PATH": path, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def totals(course: Path) -> dict[str, float]:
    return {row.student: row.total for row in collect(Course.open(course), ASSIGNMENT).rows}


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory):
    """A class, graded once: (course folder, deserved points, the run)."""
    course = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released, course)
    deserved = a_class(course)
    run = grade_class(Course.open(course), ASSIGNMENT, workers=2)
    return course, deserved, run


def test_everybody_gets_what_they_deserve(graded):
    course, deserved, run = graded
    assert totals(course) == deserved
    assert sorted(run.graded) == sorted(deserved)
    assert run.unscored.keys() == {"empty"}


def test_reasons_are_named_in_result_gradebook_and_report(graded):
    course, _, run = graded
    assert (
        run.reasons["broken"] == ["01_ramp: notebook is not valid JSON: line 17 (Expecting value)"]
        or "01_ramp: notebook is not valid JSON: line 17" in run.reasons["broken"][0]
    )
    assert "not handed in" in run.unscored["empty"]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        comment = gradebook.find_comment("relu_forward", "01_ramp", ASSIGNMENT, "broken")
        assert "line 17" in comment.comment
    page, table = write_report(Course.open(course), ASSIGNMENT, course / "report.html")
    assert "not valid JSON: line 17" in page.read_text()
    assert "not valid JSON: line 17" in table.read_text()


def test_a_second_run_grades_nothing_and_a_change_is_noticed(graded, tmp_path):
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    before = dump(course)
    run = grade_class(Course.open(course), ASSIGNMENT, **HERE)
    assert run.graded == []
    assert len(run.kept) == 6
    assert dump(course) == before
    smallclass.hand_in(course, "blank", smallclass.solved(course))
    shutil.rmtree(course / "submitted" / "empty")
    run = grade_class(Course.open(course), ASSIGNMENT, **HERE)
    assert run.graded == ["blank"]
    assert totals(course)["blank"] == 100


def test_points_given_by_a_person_survive_a_regrade_and_are_marked_where_the_answer_changed(
    graded, tmp_path
):
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    url = f"sqlite:///{course}/gradebook.db"
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("check_affine_backward", "02_affine", ASSIGNMENT, "averager")
        grade.manual_score = 20
        gradebook.db.commit()
    notebooks = smallclass.solved(course)
    notebooks.write("affine_backward", AVERAGED + "    # looked at again\n")
    smallclass.hand_in(course, "averager", notebooks)
    grade_class(Course.open(course), ASSIGNMENT, students=["averager"], regrade=True, **HERE)
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("check_affine_backward", "02_affine", ASSIGNMENT, "averager")
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0, 20, True)


@pytest.mark.long
def test_nbgraders_own_executor_gives_the_same_scores_for_honest_work(graded, tmp_path):
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    config = course / "nbgrader_config.py"
    stock = "c.Execute.skip_cells_with_tag = 'experiment'\n"
    config.write_text(config.read_text().replace("configure(c)", stock))
    honest = ("averager", "nobias")
    shutil.rmtree(course / "autograded")
    for folder in (course / "submitted").iterdir():
        if folder.name not in honest:
            shutil.rmtree(folder)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student in honest:
            gradebook.remove_submission(ASSIGNMENT, student)
    secret = (course / "secret").read_text().strip()
    autograde(course, NN_COURSE_SECRET=secret)
    before = [row for row in dump(graded[0]) if row[0] in honest]
    assert [row for row in dump(course) if row[0] in honest] == before


def test_stock_nbgrader_on_the_same_folder_gives_the_same_gradebook(graded, tmp_path):
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    shutil.rmtree(course / "submitted" / "empty")  # nbgrader passes over a folder without notebooks
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "empty")
    before = dump(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student in ("ada", "blank", "averager", "broken", "nobias"):
            gradebook.remove_submission(ASSIGNMENT, student)
    autograde(course)
    ungraded = "notebook is not valid JSON"
    plain = [row for row in dump(course) if ungraded not in str(row[-1])]
    assert [row for row in plain if row[0] != "broken"] == [
        row for row in before if row[0] != "broken"
    ]
    assert totals(course) == {"ada": 100, "blank": 0, "averager": 71, "broken": 49, "nobias": 80}
    assert "line 17" in json.dumps(load(Course.open(course), ASSIGNMENT, "broken").reasons)


def test_killed_and_resumed_gives_the_gradebook_of_an_undisturbed_run(graded, released, tmp_path):
    course = Path(shutil.copytree(released, tmp_path / "course"))
    a_class(course)
    smallclass.grade_killed(course, 4.0, 5.5)
    assert dump(course) == dump(graded[0])


def test_a_killed_worker_loses_nothing(graded, released, tmp_path):
    course = Path(shutil.copytree(released, tmp_path / "course"))
    a_class(course)
    killed = []

    def kill_once(done: int, total: int, result: object) -> None:
        if not killed:
            children = [int(p) for p in os.listdir("/proc") if p.isdigit()]
            for pid in children:
                line = Path(f"/proc/{pid}/cmdline")
                try:
                    if (
                        b"forkserver" in line.read_bytes()
                        and parent_of(parent_of(pid)) == os.getpid()
                    ):
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)
                        return
                except (OSError, ProcessLookupError):
                    continue

    run = grade_class(Course.open(course), ASSIGNMENT, workers=2, progress=kill_once)
    assert len(run.graded) == 6
    assert dump(course) == dump(graded[0])


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_feedback_shows_the_report_and_no_hidden_test(graded, tmp_path):
    from autograder.grading.reports.feedback import write_feedback

    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    opened = Course.open(course)
    assert write_feedback(opened, ASSIGNMENT, ["averager"]) == 1
    folder = course / "feedback" / "averager" / ASSIGNMENT
    text = (folder / "02_affine.html").read_text()
    assert "affine_backward" in text
    assert "ag-report" in text
    assert "Where a value is copied" in text
    for page in folder.glob("*.html"):
        assert "HIDDEN TESTS" not in page.read_text()
        assert "check.secret" not in page.read_text()
    times = {page: page.stat().st_mtime_ns for page in folder.glob("*.html")}
    write_feedback(opened, ASSIGNMENT, ["averager"])
    assert times == {page: page.stat().st_mtime_ns for page in folder.glob("*.html")}


def test_feedback_pages_are_those_of_nbgraders_own_exporter(graded, tmp_path):
    from bs4 import BeautifulSoup

    from autograder.grading.reports.feedback import write_feedback

    def pages(*students: str) -> dict[Path, BeautifulSoup]:
        write_feedback(Course.open(course), ASSIGNMENT, students, force=True)
        found = (course / "feedback" / "averager").rglob("*.html")
        return {path: BeautifulSoup(path.read_text(), "html.parser") for path in found}

    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    students = sorted(path.name for path in (course / "autograded").iterdir())
    assert len(students) > SHARE  # so that other processes write them, who have seen other pages
    ours = pages(*students)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            'c.GenerateFeedback.exporter_class = "nbconvert.exporters.HTMLExporter"\n'
            "c.GenerateFeedback.preprocessors = [\n"
            '    p.replace("autograder.grading.reports.grades.GetAllGrades",\n'
            '              "nbgrader.preprocessors.GetGrades")\n'
            "    for p in c.GenerateFeedback.preprocessors\n]\n"
        )
    theirs = pages("averager")
    assert ours
    assert ours == theirs


def test_feedback_says_when_there_was_no_jail(released, tmp_path):
    from autograder.grading.reports.feedback import write_feedback

    course = Path(shutil.copytree(released, tmp_path / "course"))
    smallclass.hand_in(course, "ada", smallclass.solved(course))
    opened = Course.open(course)
    for jail in ("none", "namespaces"):
        grade_class(opened, ASSIGNMENT, jail=jail, **HERE)
        write_feedback(opened, ASSIGNMENT, force=True)
        for page in (course / "feedback" / "ada" / ASSIGNMENT).glob("*.html"):
            assert ("Graded without protection" in page.read_text()) == (jail == "none")


def test_one_submission_by_the_api(graded):
    course, _, _ = graded
    result = grade_submission(ASSIGNMENT, course / "submitted/averager" / ASSIGNMENT, course=course)
    assert (result.score, result.max_score) == (71, 100)
    assert result.scores["affine_backward"] == 0
    assert result.scores["relu_backward"] == 30
    lost = next(cell for cell in result.cells if cell.exercise == "affine_backward")
    assert lost.report["mistake"] == "db_averaged"
    assert lost.why
    assert json.dumps(result.to_dict())
    one = grade_submission(
        "3", course / "submitted/ada" / ASSIGNMENT / "01_ramp.ipynb", course=course
    )
    assert one.score == 51
    assert "02_affine: notebook was not handed in" in one.reasons


def test_late_penalties_are_nbgraders(graded, tmp_path):
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-01 10:00:00 UTC")
    (course / "submitted/ada" / ASSIGNMENT / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")
    grade_class(Course.open(course), ASSIGNMENT, students=["ada"], **HERE)
    row = next(r for r in collect(Course.open(course), ASSIGNMENT).rows if r.student == "ada")
    assert (row.late, row.penalty, row.total) == (2.0, 100, 100)


def test_what_cannot_be_graded_is_said_in_a_sentence(graded, tmp_path):
    with pytest.raises(NoCourse, match="autograder release"):
        Course.open(tmp_path)
    course = Course.open(graded[0])
    with pytest.raises(UnknownAssignment, match="03_small"):
        grade_class(course, "99_nothing")
    with pytest.raises(ValueError, match="no submission of 03_small by nobody"):
        grade_class(course, ASSIGNMENT, students=["nobody"])
    with pytest.raises(FileNotFoundError):
        grade_submission(ASSIGNMENT, tmp_path / "nothing", course=graded[0])
