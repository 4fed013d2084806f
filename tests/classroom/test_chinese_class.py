"""A class released in Chinese is graded like the English one, and told so in Chinese."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from babel.messages.catalog import Catalog

from autograder.building.layout import Layout
from autograder.checking import messages
from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.grading.classroom.classrun import grade_class, load
from autograder.grading.reports.feedback import pages_of, write_feedback
from autograder.grading.reports.write import write_report
from autograder.translation import catalogs
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT, POINTS
from tests.classroom.test_classrun import AVERAGED, HERE, totals

QUESTION = "Why?"
CHINESE = {
    "# A chapter": "# 一章",
    "x any shape -> out, cache = (x,).": "x 任意形状 -> out, cache = (x,)。",
    "dout, cache = (x,) -> dx.": "dout, cache = (x,) -> dx，形状同 x。",
    "x (N, ...), w (D, M), b (M,) -> out (N, M), cache = (x, w, b).": "x (N, ...) -> out (N, M)。",
    "dout (N, M), cache = (x, w, b) -> dx, dw, db.": "dout (N, M) -> dx、dw、db，各一个梯度。",
    "a letter": "一个字母",
    QUESTION: QUESTION.replace("Why?", "为什么？"),
}


def release(root: Path, language: str | None) -> dict[str, bool]:
    return release_course(
        root / "course", layout=Layout(root), names=lambda number: tuple(POINTS), language=language
    )


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory, released: Path) -> Path:
    """The small course of this folder, with its translations, released in Chinese."""
    root = tmp_path_factory.mktemp("chinese")
    shutil.copytree(released, root / "course")  # quicker than to make another gradebook
    for path in (released.parent / "solutions").rglob("*.py"):
        copy = root / path.relative_to(released.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    for name in ("03_01", "03_02"):
        catalog = Catalog(locale="zh_CN")
        for english, words in CHINESE.items():
            catalog.add(english, words)
        catalogs.write(root / "locale" / "zh_CN" / "LC_MESSAGES" / f"{name}.po", catalog)
    release(root, "zh")
    shutil.rmtree(root / "course" / "earlier")  # as if it had never been released in English
    return root / "course"


def cells(course: Path) -> list[nbformat.NotebookNode]:
    paths = sorted((course / "release" / ASSIGNMENT).glob("*.ipynb"))
    return [cell for path in paths for cell in nbformat.read(path, as_version=4).cells]


def test_ids_points_checks_and_code_are_those_of_the_english_release(chinese, released):
    english, other = cells(released), cells(chinese)
    assert [cell.id for cell in english] == [cell.id for cell in other]
    changed = 0
    for before, after in zip(english, other, strict=True):
        marks, own = (dict(cell.metadata.get("nbgrader", {})) for cell in (before, after))
        if marks.get("solution") or "nbgrader" not in before.metadata:
            changed += before.source != after.source
            marks.pop("checksum", None), own.pop("checksum", None)
        else:
            assert before.source == after.source
        assert marks == own
    assert changed == len(cells(released)) - 5 - 4  # five checks; imports and experiments, twice


def test_who_handed_in_is_graded_as_in_the_english_class_and_told_in_chinese(chinese, released):
    ada = smallclass.solved(chinese)
    averager = ada.copy()
    averager.write("affine_backward", AVERAGED)
    handed_in = {"ada": ada, "averager": averager, "blank": smallclass.untouched(chinese)}
    for student, notebooks in {**handed_in, "english": smallclass.solved(released)}.items():
        smallclass.hand_in(chinese, student, notebooks)
    course = Course.open(chinese)
    run = grade_class(course, ASSIGNMENT, **HERE)
    # What the same notebooks earn in English: test_classrun.a_class.
    assert totals(chinese) == {"ada": 100, "averager": 71, "blank": 0, "english": 100}
    assert messages._current == ""
    said = {student: reports(course, student) for student in ("averager", "blank", "english")}
    assert "db 等于正确答案乘以 1/N" in " ".join(said["averager"].values())
    assert "还没有写" in said["blank"]["check_affine_forward"]
    assert not run.evidence
    report, _ = write_report(course, ASSIGNMENT, course.root / "report.html")
    said_to_all = report.read_text(encoding="utf-8")
    assert 'lang="zh"' in said_to_all
    assert "4 人中有 1 人" in said_to_all
    assert "Look at" not in said_to_all
    write_feedback(course, ASSIGNMENT, ["averager"])
    pages = pages_of(course, ASSIGNMENT, "averager")
    page = "".join(path.read_text(encoding="utf-8") for path in pages)
    assert 'lang="zh"' in page
    assert "db 等于正确答案乘以" in page


def reports(course: Course, student: str) -> dict[str, str]:
    """What the checks of a student's notebooks say, by cell."""
    result = load(course, ASSIGNMENT, student)
    assert result is not None
    return {
        cell.grade_id: json.dumps(cell.report, ensure_ascii=False)
        for notebook in result.notebooks
        for cell in notebook.cells
    }


def test_the_next_release_keeps_the_language_until_another_is_named(chinese):
    assert release(chinese.parent, None) == {ASSIGNMENT: False}
    assert Course.open(chinese).language == "zh_CN"
    assert release(chinese.parent, "en") == {ASSIGNMENT: True}
    assert cells(chinese)[0].source == "# A chapter"
    assert Course.open(chinese).language == "en"


def test_an_unknown_language_is_refused_with_those_there_are(chinese):
    with pytest.raises(ValueError, match="'fr': the course has en, zh_CN"):
        release(chinese.parent, "fr")
