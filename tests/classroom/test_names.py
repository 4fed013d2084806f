"""Names are bytes of others: used as they are, shown clean.

No name and no kind of file stops a class.
"""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.coursefolder.course import Course
from autograder.coursefolder.shown import shown
from autograder.coursefolder.submitted import discover
from autograder.grading.classroom.classrun import ClassRun, grade_class
from autograder.grading.classroom.fingerprints import fingerprint
from autograder.grading.export import run_export
from autograder.grading.reports.feedback import write_feedback
from autograder.grading.sanitize import find
from autograder.grading.sanitize.notes import MAX_NOTE, MAX_NOTES, Note, sentences
from autograder.grading.sanitize.walk import MAX_DEPTH, MAX_FILES, list_files
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_faults import Here

UNUSABLE = {
    b"\xff\xfe": "not UTF-8", b"a\nb": "cannot be seen", b"\x1b[31mx": "cannot be seen",
    b".dot": "begins with a dot", b"x" * 252: "252 bytes", "\u202elia".encode(): "cannot be seen",
}  # fmt: skip
ODD = ["=1+1", "[ab]c", "*", "a?", "-x", "{x}", "<b>", "José", "y" * 170]
KINDS = ["a folder called like the notebook", "a file for a folder", "a link to a large tree",
         "a sparse file", "a deep path", "names without end"]  # fmt: skip


class Graded(NamedTuple):
    """A class with every oddity at once beside three usual students, graded twice."""

    course: Path
    first: ClassRun
    second: ClassRun


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = Path(shutil.copytree(released, tmp_path_factory.mktemp("odd") / "course"))
    for student in ("ada", "zoe", *ODD):
        smallclass.hand_in(course, student, smallclass.solved(course))
    smallclass.hand_in(course, "ac", smallclass.untouched(course))
    for name in UNUSABLE:
        os.makedirs(os.path.join(os.fsencode(course / "submitted"), name, ASSIGNMENT.encode()))
    for kind in KINDS:
        tree(course / "submitted" / kind / ASSIGNMENT, kind)

    def run():
        return grade_class(Course.open(course), ASSIGNMENT, workers=1, make_executor=Here)

    return Graded(course, run(), run())


def test_the_others_are_graded_and_nothing_is_a_fault(graded):
    run = graded.first
    assert sorted(run.graded) == sorted(["ada", "zoe", "ac", *ODD, *KINDS])
    assert run.faults == {}
    assert set(run.unscored) == set(KINDS)
    assert len(run.passed_over) == len(UNUSABLE)


@pytest.mark.parametrize("name", UNUSABLE, ids=repr)
def test_a_name_that_cannot_be_a_students_is_named(graded, name):
    assert UNUSABLE[name] in graded.first.passed_over[shown(os.fsdecode(name))]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_has_its_own_score_and_its_own_feedback(graded, name):
    course = Course.open(graded.course)
    with course.gradebook() as gradebook:
        scores = {s: gradebook.find_submission(ASSIGNMENT, s).score for s in (name, "ada", "ac")}
    assert scores[name] == scores["ada"] > scores["ac"]
    shutil.rmtree(graded.course / "feedback", ignore_errors=True)
    write_feedback(course, ASSIGNMENT, [name])
    assert sorted(os.listdir(graded.course / "feedback")) == [name]
    assert len(os.listdir(graded.course / "feedback" / name / ASSIGNMENT)) == 2


def test_no_cell_of_the_export_is_a_formula(graded):
    with run_export(graded.course, graded.course / "grades.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in "=+@" and cell]


def tree(folder: Path, kind: str) -> None:
    """Put one odd thing where a chapter's folder (or what is in it) is expected."""
    if kind == "a folder called like the notebook":
        (folder / "01_ramp.ipynb").mkdir(parents=True)
        (folder / "01_ramp.ipynb" / "x.txt").write_text("x")
    elif kind == "a file for a folder":
        folder.parent.mkdir(parents=True)
        folder.write_text("x")
    elif kind == "a link to a large tree":
        folder.parent.mkdir(parents=True)
        folder.symlink_to("/usr")
    elif kind == "a sparse file":
        folder.mkdir(parents=True)
        for name in ("01_ramp.ipynb", "data.bin"):
            with (folder / name).open("wb") as file:
                file.truncate(60 * 2**30)
    elif kind == "a deep path":
        folder.mkdir(parents=True)
        here = os.open(folder, os.O_RDONLY)
        for _ in range(60):
            os.mkdir("d" * 80, dir_fd=here)
            deeper = os.open("d" * 80, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(here)
    elif kind == "names without end":
        folder.mkdir(parents=True)
        for number in range(MAX_FILES + 50):
            (folder / f"{number}\x1b[2J\n.txt").write_text("")


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_tree_ends_with_a_named_reason_and_the_next_run_keeps_it(graded, kind):
    assert graded.first.unscored[kind]
    assert kind in graded.second.kept
    assert graded.second.graded == []


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    (tmp_path / "ada" / ASSIGNMENT).mkdir(parents=True)
    (tmp_path / "bob" / ASSIGNMENT).mkdir(parents=True)
    scandir = os.scandir

    def closed(path):
        if Path(path).name == "bob":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("autograder.coursefolder.submitted.os.scandir", closed)
    found = discover(tmp_path, ASSIGNMENT, {ASSIGNMENT})
    assert list(found.submissions) == ["ada"]
    assert "Permission denied" in found.passed_over["bob"]


@pytest.mark.parametrize(
    "made", ["ada/03_Small/01_ramp.ipynb", "ada/chapter3/x.ipynb", "ada/01_ramp.ipynb",
    "ada/hw.zip", "hw.zip", "ada/notes.pdf"]
)  # fmt: skip
def test_what_lies_in_the_wrong_place_is_named(tmp_path, made):
    path = tmp_path / made
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    found = discover(tmp_path, ASSIGNMENT, {ASSIGNMENT})
    assert found.submissions == {}
    assert len(found.passed_over) == 1


def test_another_assignments_folder_is_no_remark(tmp_path):
    (tmp_path / "ada" / "04_other").mkdir(parents=True)
    assert discover(tmp_path, ASSIGNMENT, {ASSIGNMENT, "04_other"}).passed_over == {}


def test_depth_and_number_are_bounded(tmp_path):
    deep = tmp_path.joinpath(*(["d"] * (MAX_DEPTH + 5)))
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text("x")
    listing = list_files(tmp_path)
    assert listing.files == []
    assert any("folders deep" in note.text for note in listing.notes)


def test_a_fingerprint_changes_with_each_file_that_counts(tmp_path):
    (tmp_path / "a.ipynb").write_text("1")
    marks = [fingerprint(tmp_path, "p")]
    for name, text in (("a.ipynb", "2"), ("b.txt", "x"), ("timestamp.txt", "2026-03-01 13:00 UTC")):
        (tmp_path / name).write_text(text)
        marks.append(fingerprint(tmp_path, "p"))
    assert len(set(marks)) == len(marks)
    assert fingerprint(tmp_path, "p") == marks[-1] != fingerprint(tmp_path, "q")


def test_notes_are_short_clean_and_few():
    notes = [Note(f"\x1b[31m{n}\n" + "x" * (10**6 if n % 500 == 0 else 300)) for n in range(10_000)]
    texts = sentences(notes, False)
    assert len(texts) == MAX_NOTES + 1
    assert max(map(len, texts)) <= MAX_NOTE
    assert not any("\x1b" in text or "\n" in text for text in texts)


def test_files_with_names_that_do_not_decode_are_left_out_and_named(material, tmp_path):
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), b"\xff.txt"))).write_bytes(b"x")
    found = find(tmp_path, material)
    assert found.files == {}
    assert any("its name cannot be used" in note.text for note in found.notes)
