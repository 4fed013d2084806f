"""Which cell is which graded cell: by its marks, its id, its text, or what it defines."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.coursefolder.material import CellMaterial, NotebookMaterial
from autograder.grading.sanitize import identify as identifying
from autograder.grading.sanitize.identify import defined, identify, without_doubles

CODE = "".join(["co", "de"])  # as a database gives it: equal to the word, and not the same object


def known(name: str, source: str, test: bool = False) -> CellMaterial:
    return CellMaterial(name, CODE, test, test, not test, False, 1.0 if test else None, source, "")


F = known("f", "def f(x):\n    raise NotImplementedError()")
TEST_F = known("check_f", "check(f)", test=True)
G = known("g", "def g(x):\n    raise NotImplementedError()")
TEST_G = known("check_g", "check(g)", test=True)
MATERIAL = NotebookMaterial("01", "{}", (F, TEST_F, G, TEST_G))


def cell(source: str, mark: str = "", ident: str = "") -> NotebookNode:
    made: Any = new_code_cell(source)
    if mark:
        made.metadata["nbgrader"] = {"grade_id": mark}
    if ident:
        made.id = ident
    return made


WHOLE = [
    ("def f(x):\n    return x", "f"), ("check(f)", "check_f"), ("y = 1", ""),
    ("def g(x):\n    return 2", "g"), ("check(g)", "check_g"),
]  # fmt: skip


def labeled(*cells: NotebookNode) -> tuple[list[str | None], list[str]]:
    notes: list[Any] = []
    return identify(new_notebook(cells=[*cells]), MATERIAL, notes), [note.text for note in notes]


def test_marks_are_believed_where_they_name_a_cell_of_the_notebook():
    labels, said = labeled(*(cell(source, mark) for source, mark in WHOLE))
    assert labels == ["f", "check_f", None, "g", "check_g"]
    assert said == []


def test_a_cell_without_marks_is_known_by_its_id():
    cells = [cell(source, mark) for source, mark in WHOLE]
    cells[0] = cell("def f(x):\n    return x", ident="f")
    cells[2] = cell("y = 1", ident="g")  # another cell has the mark
    labels, said = labeled(*cells)
    assert labels == ["f", "check_f", None, "g", "check_g"]
    assert said == ["f: the cell's grading marks were missing or damaged"]


def test_without_marks_and_ids_tests_are_known_by_their_text_and_solutions_by_what_they_define():
    labels, said = labeled(*(cell(source) for source, _ in WHOLE))
    assert labels == ["f", "check_f", None, "g", "check_g"]
    text = "the cell's grading marks were missing, found by its text"
    assert said == [f"{name}: {text}" for name in ("f", "check_f", "g", "check_g")]


def test_a_second_cell_of_one_text_is_an_ordinary_one():
    labels, _ = labeled(
        *(cell(source) for source, _ in WHOLE), cell("check( f )"), cell("check(f)")
    )
    assert labels[-2:] == [None, None]
    assert labels.count("check_f") == 1


def test_of_doubles_the_first_test_and_the_first_solution_that_is_no_stub_are_kept():
    cells = [cell(F.source, "f"), cell("def f(x):\n    return 1", "f"), cell("check(f)", "check_f"),
             cell("check(f)", "check_f"), cell("def f(x):\n    return 2", "f")]  # fmt: skip
    nb, notes = new_notebook(cells=cells), []
    labels = without_doubles(nb, ["f", "f", "check_f", "check_f", "f"], MATERIAL, notes)
    assert labels == [None, "f", "check_f", None, None]
    assert [note.text for note in notes] == [
        "f: the cell exists 3 times; the copies stay as ordinary cells",
        "check_f: the cell exists 2 times; the copies stay as ordinary cells",
    ]
    stubs = new_notebook(cells=[cell(F.source, "f"), cell(F.source, "f")])
    assert without_doubles(stubs, ["f", "f"], MATERIAL, []) == ["f", None]


def test_a_test_before_its_solution_is_taken_out():
    cells = [cell("check(f)", "check_f"), cell("x"), cell("def f(x): pass", "f"),
             cell("def g(x): pass", "g"), cell("check(g)", "check_g")]  # fmt: skip
    nb, notes = new_notebook(cells=cells), []
    labels = identifying.tests_after_solutions(
        nb, ["check_f", None, "f", "g", "check_g"], MATERIAL, notes
    )
    assert labels == [None, "f", "g", "check_g"]
    assert [c.source for c in nb.cells] == [c.source for c in cells[1:]]
    assert [note.text for note in notes] == ["check_f: the test stood before its solution, moved"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(): pass\nclass C: pass\nx = y = 1\n(a, b) = 1, 2", ["f", "C", "x", "y"]),
        ("def f(:\n  pass\nclass  C(\n  def inner", ["f", "C"]),
        ("if x:\n    def f(): pass", []),
        ("x\0y", []),
    ],
)
def test_what_a_cell_defines_is_read_from_python_or_from_its_lines(source, names):
    assert defined(source) == names
