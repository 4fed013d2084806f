"""What is written into the course's own notebooks comes to the working copy, and is not lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.learning.astray import worked_in
from autograder.learning.files import read
from autograder.learning.progress import overview
from autograder.learning.workcopy import update, work_copy
from tests.learning.courses import check, stub

ROOT = Path(__file__).parents[2]
NAME = "01_first/01_a.ipynb"
ANSWER = "def f(x):\n    return typed_by_mistake"
OTHER = "def f(x):\n    return typed_in_the_right_place"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course of one exercise, and a file with its clean text, as git has it."""
    path = tmp_path / "chapters" / NAME
    path.parent.mkdir(parents=True)
    nb = nbformat.v4.new_notebook(cells=[stub("f", "first"), check("f", "first")])
    nbformat.write(nb, path)
    shutil.copy(path, tmp_path / "clean")
    return tmp_path


def write(path: Path, text: str) -> None:
    nb = nbformat.read(path, as_version=4)
    next(cell for cell in nb.cells if cell.id == "f").source = text
    nbformat.write(nb, path)


def bring(folder: Path) -> list[str]:
    return [str(one) for one in update(work_copy(folder / "work", folder / "chapters"))]


def texts(folder: Path) -> str:
    """All that the working copy's notebooks show; the dated copies are not looked at."""
    return "".join(path.read_text() for path in (folder / "work" / "01_first").glob("*.ipynb"))


@pytest.mark.parametrize("begun", [False, True], ids=["no copy yet", "a copy nobody touched"])
def test_it_goes_on_in_the_working_copy_also_after_git_made_the_course_clean(folder, begun):
    if begun:
        bring(folder)
    write(folder / "chapters" / NAME, ANSWER)
    (said,) = bring(folder)
    assert "what you wrote in chapters/01_first/01_a.ipynb is here now" in said
    assert "`git checkout chapters/01_first/01_a.ipynb`" in said
    shutil.copy(folder / "clean", folder / "chapters" / NAME)
    bring(folder)
    nb = nbformat.read(folder / "work" / NAME, as_version=4)
    assert next(cell for cell in nb.cells if cell.id == "f").source == ANSWER
    assert [item.name for item in overview(folder / "work")] == ["f"]


def test_where_both_were_written_in_it_lies_beside_and_is_said_once(folder):
    bring(folder)
    write(folder / "work" / NAME, OTHER)
    write(folder / "chapters" / NAME, ANSWER)
    (said,) = bring(folder)
    assert "is in 01_a-from-chapters.ipynb now, beside yours" in said
    assert bring(folder) == []
    write(folder / "chapters" / NAME, ANSWER.replace("typed", "again"))
    bring(folder)
    shutil.copy(folder / "clean", folder / "chapters" / NAME)
    bring(folder)
    for word in ("typed_in_the_right_place", "typed_by_mistake", "again_by_mistake"):
        assert word in texts(folder)
    assert read((folder / "work" / NAME).read_bytes()).cells[0].source == OTHER


def test_an_edited_course_of_an_author_is_none_that_was_worked_in(folder):
    path = folder / "chapters" / NAME
    write(path, stub("f", "second").source)
    assert not worked_in(path.read_bytes())
    bring(folder)
    assert "second" in texts(folder)


def test_no_notebook_that_is_handed_out_counts_as_worked_in():
    found = [*ROOT.glob("chapters/**/*.ipynb"), *ROOT.glob("chapters-zh/**/*.ipynb")]
    assert len(found) > 40
    assert [path for path in found if worked_in(path.read_bytes())] == []
