"""A chapter that was handed out, handed in and graded changes: what becomes of the scores."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.building import commands
from autograder.building.layout import Layout
from autograder.coursefolder.course import Course
from autograder.coursefolder.release import ReleaseError, release_course
from autograder.demo.notebooks import Notebooks
from autograder.grading.classroom.classrun import grade_class, load
from tests.classroom import smallclass
from tests.classroom.gradebooks import everything, url_of
from tests.classroom.smallclass import ASSIGNMENT, POINTS
from tests.classroom.test_classrun import HERE, totals

NEW = '''

# %% nbgrader={"grade_id": "tanh_forward", "solution": true}
def tanh_forward(x):
    """x any shape -> out, cache = (out,)."""
    ### BEGIN SOLUTION
    out = np.tanh(x)
    return out, (out,)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_tanh_forward", "grade": true, "points": 15}
check(tanh_forward)
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students, graded; one question was read by a person."""
    root = tmp_path_factory.mktemp("project")
    course = smallclass.make_course(root)
    smallclass.hand_in(course, "ada", smallclass.solved(course))
    smallclass.hand_in(course, "blank", smallclass.untouched(course))
    grade_class(Course.open(course), ASSIGNMENT, **HERE)
    with Gradebook(url_of(course)) as gradebook:
        grade = gradebook.find_grade("explain", "01_ramp", ASSIGNMENT, "ada")
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    return root


@pytest.fixture
def course(project: Path, tmp_path: Path) -> Path:
    """A copy of that course, its texts beside it."""
    return Path(shutil.copytree(project, tmp_path / "project")) / "course"


def change(course: Path, notebook: str) -> None:
    """Take points from two cells for a new exercise in `notebook`; a question is worth less."""
    texts = Layout(course.parent).solutions / ASSIGNMENT
    first = (texts / "01_ramp.py").read_text()
    first = first.replace('"points": 20', '"points": 5').replace('"points": 5}', '"points": 4}')
    first = first.replace('"check_relu_forward", "grade": true, "points": 4',
                          '"check_relu_forward", "grade": true, "points": 5')  # fmt: skip
    (texts / "01_ramp.py").write_text(first)
    path = texts / notebook
    path.write_text((path.read_text() if path.exists() else smallclass.HEAD) + NEW)


def release(course: Path, said: list[str], answer: bool = True) -> dict[str, bool]:
    def agree(name: str, sentences: list[str]) -> bool:
        said.extend(sentences)
        return answer

    return release_course(
        course, layout=Layout(course.parent), agree=agree,
        names=lambda number: (*POINTS, "tanh_forward"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "notebook", ["02_affine.py", pytest.param("03_more.py", marks=pytest.mark.long)]
)
def test_new_exercises_and_other_points_reach_who_is_graded_already(course, notebook):
    change(course, notebook)
    said: list[str] = []
    release(course, said)
    assert said == [
        "2 submissions are in the gradebook.",
        "check_relu_forward: 20 points become 5.",
        "explain: 5 points become 4. 1 given by hand stay as they are, 1 of them more than that.",
        "check_tanh_forward is new, 15 points: nobody who handed in has an answer to it, so these "
        "points are missing to all until they hand in again.",
        "The chapter is worth 104 points, 105 before.",
        "Automatic points are worked out anew by the next `autograder grade`, for everybody.",
    ]
    name = notebook.removesuffix(".py")
    with Gradebook(url_of(course)) as gradebook:  # before anything is graded anew
        for student in ("ada", "blank"):
            grade = gradebook.find_grade("check_tanh_forward", name, ASSIGNMENT, student)
            assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
            assert gradebook.find_comment("tanh_forward", name, ASSIGNMENT, student)
        assert gradebook.find_grade("explain", "01_ramp", ASSIGNMENT, "ada").manual_score == 5
    assert sorted(grade_class(Course.open(course), ASSIGNMENT, **HERE).graded) == ["ada", "blank"]
    assert totals(course) == {"ada": 85, "blank": 0}
    repaired = load(Course.open(course), ASSIGNMENT, "ada").repaired
    assert any("copy of an earlier release" in words for words in repaired)
    again = Notebooks.solved(course / "release" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    smallclass.hand_in(course, "ada", again)
    grade_class(Course.open(course), ASSIGNMENT, **HERE)
    assert totals(course) == {"ada": 100, "blank": 0}
    with Gradebook(url_of(course)) as gradebook:
        assert gradebook.find_grade("explain", "01_ramp", ASSIGNMENT, "ada").manual_score == 5


def test_who_says_no_changes_nothing(course):
    before = everything(url_of(course)), files(course)
    change(course, "02_affine.py")
    with pytest.raises(ReleaseError, match="Nothing was changed"):
        release(course, [], answer=False)
    assert (everything(url_of(course)), files(course)) == before


def test_a_release_that_fails_after_new_cells_were_made_takes_them_back(course, monkeypatch):
    before = everything(url_of(course)), files(course)
    change(course, "03_more.py")
    monkeypatch.setattr(
        "nbgrader.apps.api.NbGraderAPI.generate_assignment",
        lambda *args, **options: {"success": False, "log": "OSError: no", "error": ""},
    )
    with pytest.raises(ReleaseError, match="Nothing was changed"):
        release(course, [])
    assert (everything(url_of(course)), files(course)) == before


def test_where_no_score_changes_nothing_is_asked(course):
    texts = Layout(course.parent).solutions / ASSIGNMENT / "01_ramp.py"
    texts.write_text(texts.read_text().replace("# A chapter", "# A better chapter"))
    said: list[str] = []
    release_course(
        course, layout=Layout(course.parent), names=lambda number: tuple(POINTS),
        agree=lambda name, sentences: not said.extend(sentences),
    )  # fmt: skip
    assert said == []
    assert "better" in (course / "release" / ASSIGNMENT / "01_ramp.ipynb").read_text()


def test_the_command_asks_and_yes_answers(course, monkeypatch):
    answers = []

    def released(course, chapters, *, force, agree, language):
        answers.append(agree("03_small", ["explain: 5 points become 4."]))
        return {"03_small": True}

    monkeypatch.setattr("autograder.coursefolder.release.release_course", released)
    for options, typed in ((["--yes"], ""), ([], "y\n"), ([], "n\n")):
        done = CliRunner().invoke(
            commands.release, ["3", "--course", str(course), *options], input=typed
        )
        assert "explain: 5 points become 4." in done.output
    assert answers == [True, True, False]


def files(course: Path) -> dict[str, bytes]:
    folders = [course / "source", course / "release"]
    return {str(p): p.read_bytes() for f in folders for p in f.rglob("*") if p.is_file()}
