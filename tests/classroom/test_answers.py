"""Nothing that a student wrote for a person to read is lost with the marks of its cell."""

from __future__ import annotations

import itertools
import json
import shutil
import zlib
from pathlib import Path

import pytest
from nbgrader.utils import determine_grade

from autograder.coursefolder.material import Material
from autograder.grading.api import grade_submission
from autograder.grading.sanitize import read_notebook, repair
from tests.classroom import smallclass
from tests.classroom.test_sanitize import NAME, ORDER, cell_of, graded, repaired

MINE = "Because the slope of a flat line is zero."


@pytest.fixture
def notebook(released: Path) -> dict:
    return smallclass.solved(released).notebooks[f"{NAME}.ipynb"]


def lose(cell: dict) -> dict:
    cell["metadata"] = {}
    cell.pop("id", None)
    return cell


def text(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def test_a_text_that_keeps_the_questions_words_is_found_by_them(notebook, material):
    cell = lose(cell_of(notebook, "explain"))
    cell["source"] = f"Why?\n\n{MINE}"
    notebook["cells"].insert(3, text("a note of my own"))
    nb, notes = repaired(notebook, material)
    assert graded(nb) == ORDER
    assert next(c for c in nb.cells if c.id == "explain").source == f"Why?\n\n{MINE}"
    assert [n.text for n in notes] == [
        "explain: the cell's grading marks were missing, found by its words"
    ]


def test_it_is_found_wherever_it_was_moved(notebook, material):
    cell = lose(cell_of(notebook, "explain"))
    cell["source"] = f"Why?\n\n{MINE}"
    notebook["cells"].remove(cell)
    notebook["cells"].insert(2, cell)
    nb, _ = repaired(notebook, material)
    assert next(c for c in nb.cells if c.id == "explain").source.endswith(MINE)
    assert sorted(graded(nb)) == sorted(ORDER)


def test_a_text_of_only_the_students_words_is_found_by_its_place(notebook, material):
    lose(cell_of(notebook, "explain"))["source"] = MINE
    notebook["cells"].insert(3, text("a note elsewhere"))
    nb, notes = repaired(notebook, material)
    assert graded(nb) == ORDER
    cell = next(c for c in nb.cells if c.id == "explain")
    assert cell.source == MINE
    assert determine_grade(cell)[0] is None
    assert any("found by its place" in n.text for n in notes)


def test_what_cannot_be_told_apart_stands_beside_the_question_and_waits_for_a_person(
    notebook, material
):
    lose(cell_of(notebook, "explain"))["source"] = MINE
    notebook["cells"].append(text("More of my answer."))
    nb, notes = repaired(notebook, material)
    assert graded(nb) == ORDER
    at = next(i for i, c in enumerate(nb.cells) if c.id == "explain")
    assert [c.source for c in nb.cells[at + 1 :]] == [MINE, "More of my answer."]
    assert "stands below" in nb.cells[at].source
    # An untouched question would be given zero points without anybody looking.
    assert determine_grade(nb.cells[at])[0] is None
    assert [n.text for n in notes] == [
        "explain: the cell's grading marks were missing; 2 texts that may be the answer stand "
        "below the question"
    ]


def test_a_deleted_question_comes_back_empty_and_is_worth_nothing(notebook, material):
    notebook["cells"].remove(cell_of(notebook, "explain"))
    nb, notes = repaired(notebook, material)
    cell = next(c for c in nb.cells if c.id == "explain")
    assert determine_grade(cell)[0] == 0
    assert [n.text for n in notes] == ["explain: the question was deleted, put back"]


def test_texts_that_were_handed_out_are_nobodys_answer(notebook, material):
    notebook["cells"].remove(cell_of(notebook, "explain"))
    moved = next(c for c in notebook["cells"] if "# A chapter" in "".join(c["source"]))
    notebook["cells"].remove(moved)
    notebook["cells"].append(lose(moved))
    nb, _ = repaired(notebook, material)
    assert "chapter" not in next(c for c in nb.cells if c.id == "explain").source


@pytest.mark.parametrize("damage", list(itertools.combinations(range(4), 2)))
def test_every_word_survives_whatever_was_lost(notebook: dict, material: Material, damage) -> None:
    lose(cell_of(notebook, "explain"))["source"] = MINE
    words = [f"my words {number}" for number in range(3)]
    cells = notebook["cells"]
    for number, word in enumerate(words):
        cells.insert((damage[0] + number * (damage[1] + 1)) % (len(cells) + 1), text(word))
    for cell in cells:
        if "nbgrader" in cell["metadata"] and zlib.crc32(f"{damage}{cell['source']}".encode()) % 2:
            lose(cell)
    nb, _ = read_notebook(json.dumps(notebook).encode())
    repair(nb, material.by_name[NAME])
    everything = "\n".join(cell.source for cell in nb.cells)
    for word in [*words, MINE]:
        assert word in everything
    at = {c.id: c.source for c in nb.cells}
    assert at["explain"] == MINE or "stands below" in at["explain"]


def test_the_answer_reaches_the_gradebook_for_a_person_to_grade(released, tmp_path):
    course = Path(shutil.copytree(released, tmp_path / "course"))
    notebooks = smallclass.solved(course)
    lose(notebooks.cell("explain"))["source"] = MINE
    folder = smallclass.hand_in(course, "ada", notebooks)
    result = grade_submission(smallclass.ASSIGNMENT, folder, course=course)
    cell = next(c for c in result.cells if c.grade_id == "explain")
    assert cell.score is None
    assert result.score == 100
    assert MINE in result.notebooks[0].text
