"""The working copy as files: made, renewed, never overwritten without a copy."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.cells import text_id
from autograder.learning import __main__ as program
from autograder.learning.workcopy import WorkCopy, is_current, read, update, work_copy
from tests.learning.courses import Course, Learner, plain, question, stub

ROOT = Path(__file__).parents[2]
NAME = "01_first/01_a.ipynb"


class Project:
    """A course of one notebook, whose author goes on writing, and a working copy of it."""

    def __init__(self, folder: Path) -> None:
        self.author = Course(random.Random(7))
        self.chapters, self.work = folder / "chapters", folder / "work"
        self.release()
        self.copy = work_copy(self.work, self.chapters)

    def release(self) -> None:
        path = self.chapters / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.author.release(), path)

    def edit(self, times: int = 4) -> set[str]:
        learner, path = Learner(random.Random(3), loses_ids=False), self.work / NAME
        nb = nbformat.read(path, as_version=4)
        for _ in range(times):
            learner.edit(nb)
        nbformat.write(nb, path)
        return learner.typed


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_first_update_copies_the_course_and_then_it_is_current(project):
    assert not is_current(project.copy)
    update(project.copy)
    assert (project.work / NAME).read_bytes() == (project.chapters / NAME).read_bytes()
    assert is_current(project.copy)
    assert update(project.copy) == []


def test_what_was_typed_is_in_the_notebook_and_the_file_as_it_was_in_a_dated_copy(project):
    update(project.copy)
    typed = project.edit(12)
    before = (project.work / NAME).read_bytes()
    for _ in range(5):
        project.author.change()
    project.release()
    assert not is_current(project.copy)
    (news,) = update(project.copy)
    after = (project.work / NAME).read_text()
    assert typed
    assert all(word in after for word in typed)
    (kept,) = (project.work / ".course" / "copies").glob(f"*/{NAME}")
    assert kept.read_bytes() == before
    assert news.name == NAME
    assert news.kept / NAME == kept


def test_a_notebook_that_is_broken_is_left_as_it_is_and_named(project):
    update(project.copy)
    (project.work / NAME).write_text("{ half a note")
    project.author.change()
    project.release()
    for _ in range(2):  # whether or not the course has changed since
        (news,) = update(project.copy)
        assert "damaged" in news.text
        assert (news.kept, news.failed) == (None, True)
        assert not is_current(project.copy)  # so that the next start looks again
    place = project.work / NAME
    assert place.read_text() == "{ half a note"
    place.rename(place.with_name("damaged.ipynb"))  # as the message says
    (news,) = update(project.copy)
    assert read(place.read_bytes()).cells
    assert is_current(project.copy)
    assert place.with_name("damaged.ipynb").read_text() == "{ half a note"


def test_what_is_neither_of_nbformat_4_nor_broken_is_left_with_the_reason(project, capsys):
    update(project.copy)
    (project.work / NAME).write_text('{"nbformat": 4, "cells": 7}')
    project.author.change()
    project.release()
    assert program.update_at(project.work, project.chapters) == 0
    told = capsys.readouterr().out
    assert "cannot be read as a notebook" in told
    assert "The course has changed" not in told
    assert "not brought up to date" in told
    assert (project.work / NAME).read_text() == '{"nbformat": 4, "cells": 7}'


def test_files_of_the_learners_own_are_not_touched(project):
    update(project.copy)
    own = project.work / "01_first" / "notes.txt"
    own.write_text("mine")
    project.author.change()
    project.release()
    update(project.copy)
    assert own.read_text() == "mine"


def test_a_data_file_is_renewed_where_it_is_untouched_and_stays_where_it_is_not(project):
    for name in ("a.csv", "b.csv"):
        (project.chapters / name).write_text("1,2\n")
    update(project.copy)
    (project.work / "a.csv").write_text("1,2\n3,4\n")
    for name in ("a.csv", "b.csv"):
        (project.chapters / name).write_text("5,6\n")
    update(project.copy)
    assert (project.work / "a.csv").read_text() == "1,2\n3,4\n"
    assert (project.work / "b.csv").read_text() == "5,6\n"


def test_a_notebook_that_was_deleted_comes_back_and_one_the_course_dropped_stays(project):
    update(project.copy)
    (project.work / NAME).unlink()
    project.author.change()
    project.release()
    update(project.copy)
    assert (project.work / NAME).exists()
    (project.chapters / NAME).unlink()
    (news,) = update(project.copy)
    assert "no longer part" in news.text
    assert (project.work / NAME).exists()


def test_an_update_that_was_cut_off_is_done_again_and_gives_the_same(project):
    update(project.copy)
    typed = project.edit()
    before = project.copy.base(NAME).read_bytes()
    project.author.change()
    project.release()
    update(project.copy)
    done = (project.work / NAME).read_bytes()
    project.copy.base(NAME).write_bytes(before)  # as if it had ended before the last line
    update(project.copy)
    again = (project.work / NAME).read_text()
    assert [c.source for c in read(done).cells] == [c.source for c in read(again.encode()).cells]
    assert all(word in again for word in typed)


def test_an_assignments_folder_of_a_class_is_updated_without_a_base(project, tmp_path, capsys):
    """As downloaded from a platform, worked in for a week, and released once more."""
    folder = tmp_path / "class" / "01_first"
    folder.mkdir(parents=True)
    (folder / "01_a.ipynb").write_bytes((project.chapters / NAME).read_bytes())
    project.work = folder.parent
    typed = project.edit(10)
    for _ in range(4):
        project.author.change()
    project.release()
    assert program.update_at(folder, project.chapters / "01_first") == 0
    after = (folder / "01_a.ipynb").read_text()
    assert all(word in after for word in typed)
    assert sorted(p.name for p in folder.iterdir()) == ["01_a.ipynb"]
    assert work_copy(folder, project.chapters / "01_first") == WorkCopy(
        folder.parent, project.chapters / "01_first", "01_first"
    )
    assert "brought up to date" in capsys.readouterr().out


def test_a_missing_release_is_said_with_what_to_write(project, tmp_path, capsys):
    folder = tmp_path / "class" / "09_other"
    folder.mkdir(parents=True)
    (folder / "x.ipynb").write_bytes((project.chapters / NAME).read_bytes())
    assert program.update_at(folder, None) == 1
    assert "name its folder" in capsys.readouterr().err


def test_every_committed_notebook_goes_into_a_copy_and_a_run_one_is_still_untouched(tmp_path):
    copy = work_copy(tmp_path / "work", ROOT / "chapters")
    update(copy)
    for name in copy.names():
        assert (copy.root / name).read_bytes() == copy.released(name).read_bytes()
    assert json.loads((copy.state / "state.json").read_text())["course"] == copy.digest()


def test_the_guessed_base_of_a_committed_notebook_is_that_notebook(tmp_path):
    from autograder.learning.guess import guessed_base

    path = next((ROOT / "chapters").glob("02_*/*.ipynb"))
    nb = read(path.read_bytes())
    other = nbformat.v4.new_notebook()
    assert [c.source for c in guessed_base(nb, other).cells] == [c.source for c in nb.cells]


def test_each_language_has_a_working_copy_of_its_own(tmp_path):
    for name in ("chapters", "chapters-zh"):
        (tmp_path / name).mkdir()
    for language in ("", "en"):
        here = program.places(language, tmp_path)
        assert (here.work.name, here.course.name) == ("work", "chapters")
    for language in ("zh", "zh_CN"):
        here = program.places(language, tmp_path)
        assert (here.work.name, here.course.name) == ("work-zh", "chapters-zh")
    with pytest.raises(ValueError, match="no course in the language 'fr'; there is: en, zh"):
        program.places("fr", tmp_path)


def test_a_translated_text_that_nobody_touched_is_renewed_without_a_base(project):
    """A class's folder: its cells have the ids of the English ones, and marks of their own."""
    path = project.chapters / NAME
    released = read(path.read_bytes())
    texts = [cell for cell in released.cells if "nbgrader" not in cell.metadata]
    texts[0].source = "中文的一段"
    texts[0].metadata["handed_out"] = text_id(texts[0].cell_type, "中文的一段")
    nbformat.write(released, path)
    update(project.copy)
    (project.copy.base(NAME)).unlink()
    texts[0].source = "更好的一段"
    texts[0].metadata["handed_out"] = text_id(texts[0].cell_type, "更好的一段")
    nbformat.write(released, path)
    update(project.copy)
    mine = read((project.work / NAME).read_bytes())
    said = [cell.source for cell in mine.cells]
    assert "更好的一段" in said
    assert "中文的一段" not in said
    assert len(mine.cells) == len(released.cells)


def test_a_release_of_another_assignment_is_refused_and_nothing_is_changed(
    project, tmp_path, capsys
):
    folder = tmp_path / "class" / "02_second"
    folder.mkdir(parents=True)
    (folder / "02_b.ipynb").write_bytes((project.chapters / NAME).read_bytes())
    for other in (project.chapters / "01_first", project.chapters):
        assert program.update_at(folder, other) == 1
        assert "name the folder of the same assignment" in capsys.readouterr().err
    assert [path.name for path in folder.parent.rglob("*.ipynb")] == ["02_b.ipynb"]


def test_the_folder_above_an_assignment_is_refused_and_the_assignment_named(
    project, tmp_path, capsys
):
    above = tmp_path / "class"
    (above / "01_first").mkdir(parents=True)
    (above / "01_first" / "01_a.ipynb").write_bytes((project.chapters / NAME).read_bytes())
    assert program.update_at(above, project.chapters / "01_first") == 1
    said = capsys.readouterr().err
    assert f"name the folder of that assignment, {above / '01_first'} say" in said
    assert [path.name for path in above.rglob("*")] == ["01_first", "01_a.ipynb"]


def test_a_working_copy_whose_hidden_folder_was_left_behind_is_still_the_working_copy(project):
    (project.chapters / "start.ipynb").write_bytes((project.chapters / NAME).read_bytes())
    update(project.copy)
    typed = project.edit(12)
    shutil.rmtree(project.copy.state)
    project.author.change()
    project.release()
    again = work_copy(project.work, project.chapters)
    assert again == project.copy
    update(again)
    assert is_current(again)
    assert all(word in (project.work / NAME).read_text() for word in typed)
    assert not (project.work.parent / ".course").exists()


def test_texts_that_were_edited_in_the_release_itself_are_shown_above_what_was_written(
    project, tmp_path
):
    """Ids and checksums of the release are the old ones then, in a folder without a base."""
    project.author.cells = [
        stub("f", "an old promise"),
        question("q", "an old question"),
        plain("markdown", "An old text.", set()),
    ]
    nb = nbformat.v4.new_notebook(cells=project.author.cells)
    nbformat.write(nb, project.chapters / NAME)
    folder = tmp_path / "class" / "01_first"
    folder.mkdir(parents=True)
    for cell in nb.cells:
        cell.source += "\nmine"
    nbformat.write(nb, folder / "01_a.ipynb")
    new = nbformat.read(project.chapters / NAME, as_version=4)
    for cell in new.cells:
        cell.source = cell.source.replace("old", "new")
    nbformat.write(new, project.chapters / NAME)
    assert program.update_at(folder, project.chapters / "01_first") == 0
    done = nbformat.read(folder / "01_a.ipynb", as_version=4)
    shown = [cell.source for cell in done.cells if "The course has changed" in cell.source]
    assert len(shown) == 3
    assert sum("mine" in cell.source for cell in done.cells) == 3


def test_a_file_that_cannot_be_written_does_not_keep_the_others_back(project, capsys):
    update(project.copy)
    (project.chapters / "a.csv").write_text("1\n")
    project.author.change()
    project.release()
    in_the_way = project.work / "01_first" / ".01_a.ipynb.part"
    in_the_way.mkdir()
    before = (project.work / NAME).read_bytes()
    news = {one.name: one.text for one in update(project.copy)}
    assert "cannot be read and written" in news[NAME]
    assert news["a.csv"] == "new"
    assert (project.work / NAME).read_bytes() == before
    assert not is_current(project.copy)
    in_the_way.rmdir()
    (one,) = update(project.copy)
    assert one.name == NAME
    assert is_current(project.copy)


def test_a_copy_in_another_language_named_as_a_folder_keeps_its_language(project, tmp_path):
    """Before: `start.py update work-zh` put the English texts into it."""
    (tmp_path / "chapters-zh" / "01_first").mkdir(parents=True)
    nb = nbformat.v4.new_notebook(cells=[plain("markdown", "in Chinese", set())])
    nbformat.write(nb, tmp_path / "chapters-zh" / NAME)
    work = tmp_path / "work-zh"
    update(work_copy(work, tmp_path / "chapters-zh"))
    project.release()
    here = program.Places(tmp_path / "work", tmp_path / "chapters")
    assert program.update_at(work, None, here) == 0
    assert [cell.source for cell in read((work / NAME).read_bytes()).cells] == ["in Chinese"]
