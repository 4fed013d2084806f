"""Notebooks under other names, and graded cells that were deleted or edited: said, and put back."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.building.handed_out import differences
from autograder.learning.copies import original
from autograder.learning.workcopy import update, work_copy
from tests.learning.courses import check, stub

ROOT = Path(__file__).parents[2]
NAME = "01_first/01_a.ipynb"


class Copy:
    """A course of two notebooks of two exercises each, and a working copy of it."""

    def __init__(self, folder: Path) -> None:
        self.chapters, self.work = folder / "chapters", folder / "work"
        for name, functions in {NAME: ("f", "g"), "01_first/02_b.ipynb": ("h", "k")}.items():
            path = self.chapters / name
            path.parent.mkdir(parents=True, exist_ok=True)
            cells = [make(one, one) for one in functions for make in (stub, check)]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        self.path = self.work / NAME
        self.update()

    def update(self) -> list[str]:
        return [str(one) for one in update(work_copy(self.work, self.chapters))]

    def edit(self, **sources: str | None) -> None:
        """Give cells of the notebook new texts; None deletes one."""
        nb = nbformat.read(self.path, as_version=4)
        for cell in nb.cells:
            cell.source = sources.get(cell.id, cell.source) or ""
        nb.cells = [cell for cell in nb.cells if sources.get(cell.id, "kept") is not None]
        nbformat.write(nb, self.path)

    def said(self, path: Path | None = None) -> list[str]:
        path = path or self.path
        return differences(path, nbformat.read(path, as_version=4))

    def ids(self) -> list[str]:
        return [cell.id for cell in nbformat.read(self.path, as_version=4).cells]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_of_a_notebook_that_is_only_answered_nothing_is_said(copy):
    copy.edit(f="def f(x):\n    return x")
    assert copy.said() == []
    assert copy.update() == []


def test_a_deleted_check_is_named_with_its_points_and_an_update_puts_it_back(copy):
    copy.edit(f="def f(x):\n    return my_text", check_g=None)
    missing, advice = copy.said()
    assert missing == "check_g (2 points) is missing: it was in the notebook handed out."
    assert "`python3 start.py update`" in advice
    (news,) = copy.update()
    assert news == f"{NAME}: put back as handed out: check_g"
    assert copy.ids() == ["f", "check_f", "g", "check_g"]
    assert "my_text" in copy.path.read_text()
    assert copy.said() == []
    assert copy.update() == []


def test_an_edited_check_is_named_and_what_was_written_into_it_stays(copy):
    copy.edit(check_f='print("passed, as I say")')
    edited, _ = copy.said()
    assert edited == "check_f (2 points) is not as handed out; a grader takes its own."
    assert "put back as handed out: check_f" in copy.update()[0]
    assert "passed, as I say" in copy.path.read_text()
    assert copy.said() == []


def test_a_deleted_exercise_is_put_back_as_well(copy):
    copy.edit(g=None, check_g=None)
    assert "check_g (2 points) is missing" in copy.said()[0]
    assert copy.update() == [f"{NAME}: put back as handed out: g, check_g"]


def test_a_copy_of_the_labs_is_known_for_what_it_is(copy):
    double = copy.path.with_name("01_a-Copy1.ipynb")
    shutil.copy(copy.path, double)
    assert copy.said() == []
    (said,) = copy.said(double)
    assert said.startswith("01_a-Copy1.ipynb is 01_a.ipynb under another name")
    nb = nbformat.read(copy.chapters / NAME, as_version=4)
    nb.cells[0].source = nb.cells[0].source.replace('"""f"""', '"""a new text"""')
    nbformat.write(nb, copy.chapters / NAME)
    (news,) = copy.update()
    assert news.startswith(f"{NAME}: 1 cell renewed")
    assert news.endswith("01_a-Copy1.ipynb has the same exercises, is yours and stays as it is")


def test_a_renamed_notebook_is_named_where_a_fresh_one_is_put(copy):
    copy.path.rename(copy.path.with_name("mine.ipynb"))
    (news,) = copy.update()
    assert "was missing, put back as it is now; mine.ipynb has the same exercises" in news


def test_a_notebook_of_ones_own_is_no_copy(copy):
    own = copy.path.with_name("notes.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), own)
    assert original(own, copy.work) is None
    assert copy.said(own) == []


def test_a_class_is_told_the_command_with_its_folders(copy, tmp_path):
    mine = tmp_path / "home" / "01_first"
    shutil.copytree(copy.chapters / "01_first", mine)
    update(work_copy(mine, copy.chapters / "01_first"))
    copy.path = mine / "01_a.ipynb"
    copy.edit(check_g=None)
    assert "`python3 start.py update FOLDER NEW_RELEASE`" in copy.said()[-1]


def test_without_what_was_handed_out_an_exercise_without_its_check_is_named(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = [stub("softmax", "one of the course's"), stub("helper", "one's own")]
    nb = nbformat.v4.new_notebook(cells=cells)
    (said,) = differences(path, nb)
    assert said == "No check of softmax: copy its cell from the notebook as handed out."
    nb.cells.append(check("softmax", "again"))
    assert differences(path, nb) == []


def test_of_no_notebook_that_is_handed_out_anything_is_said():
    found = sorted(ROOT.glob("chapters/[0-9]*/*.ipynb"))
    said = [differences(path, nbformat.read(path, as_version=4)) for path in found]
    assert len(found) > 20
    assert [one for one in said if one] == []
