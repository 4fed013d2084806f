"""`autograder similar` on a graded class."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.demo.notebooks import Notebooks
from autograder.similarity import answers, commands
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT

pytest.importorskip("copydetect", reason="copydetect is not installed (the extra similar)")
OWN = """\
def affine_backward(dout, cache):
    x, w, b = cache
    rows = [example.ravel() for example in x]
    dw = sum(np.outer(row, grad) for row, grad in zip(rows, dout))
    dx = np.stack([(w @ grad).reshape(x.shape[1:]) for grad in dout])
    {}db = np.array([sum(grad[j] for grad in dout) for j in range(dout.shape[1])])
    return dx, np.asarray(dw).reshape(w.shape), db
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two who share an unusual answer, two who handed in the model solution."""
    course = smallclass.make_course(tmp_path_factory.mktemp("project"))
    for student, note in (("ada", ""), ("bob", "# so\n    "), ("eve", None), ("zoe", None)):
        notebooks: Notebooks = smallclass.solved(course)
        if note is not None:
            notebooks.write("affine_backward", OWN.format(note))
        smallclass.hand_in(course, student, notebooks)
        shutil.copytree(course / "submitted" / student, course / "autograded" / student)
    return course


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy of that course."""
    return Path(shutil.copytree(made, tmp_path / "course"))


def test_it_writes_a_page_and_changes_nothing_else(course, monkeypatch):
    monkeypatch.setattr("autograder.similarity.pairs.LEAST", 150)  # a small chapter
    before = {path for path in course.rglob("*") if path.is_file()}
    done = CliRunner().invoke(commands.similar, ["3", "--course", str(course)])
    assert done.exit_code == 0, done.output
    assert f"4 graded submissions of {ASSIGNMENT}, 1 pairs to look at" in done.output
    assert "ada, bob:" in done.output
    page = course / f"similar-{ASSIGNMENT}.html"
    assert {path for path in course.rglob("*") if path.is_file()} == before | {page}
    assert "<mark>" in page.read_text()


def test_who_is_not_graded_is_not_compared(course):
    from autograder.coursefolder.course import Course

    shutil.rmtree(course / "autograded" / "bob")
    found = answers.answers(Course.open(course), ASSIGNMENT)
    assert sorted(found) == ["ada", "eve", "zoe"]
    assert "np.outer" in found["ada"]
    assert "def affine_backward" in found["eve"]
    assert "check(" not in found["eve"]
