"""What is taken from the bytes of a notebook, each bound on it, and what a cell's run leaves."""

from __future__ import annotations

import importlib
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograder.grading.classroom import parcel
from autograder.grading.judging import executor
from autograder.grading.judging.executor import Execution, slow_libraries
from autograder.grading.sanitize import candidates
from autograder.grading.sanitize.read import Unreadable, clean, decode, read_notebook

read = importlib.import_module("autograder.grading.sanitize.read")


def file(*cells: Any, **more: Any) -> bytes:
    return json.dumps({"cells": list(cells), **more}).encode()


def code(source: Any = "x = 1", **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, **more}


def taken(*cells: Any, **more: Any) -> tuple[list[Any], list[str]]:
    nb, notes = read_notebook(file(*cells, **more))
    return nb.cells, [note.text for note in notes]


def test_a_cell_is_made_anew_from_what_fits():
    marks = {"grade_id": "f", "points": 2, "grade": True, "more": {"a": 1}, "none": None}
    (one, two), notes = taken(
        code(["a\n", "b"], id="good-id_1", outputs=[{"x": 1}], execution_count=7,
             metadata={"tags": ["t", 3, "u" * 200], "nbgrader": marks, "own": 1}),
        {"cell_type": "markdown", "source": "# T", "id": "not good", "metadata": []},
    )  # fmt: skip
    assert notes == []
    assert (one.source, one.id, one.outputs, one.execution_count) == ("a\nb", "good-id_1", [], None)
    assert one.metadata == {
        "tags": ["t", "u" * 100], "nbgrader": {"grade_id": "f", "points": 2, "grade": True},
    }  # fmt: skip
    assert (two.cell_type, two.id, two.metadata) == ("markdown", "submitted-1", {})
    assert "outputs" not in two
    (long, longest), _ = taken(code(id="i" * 64), code(id="i" * 65))
    assert (long.id, longest.id) == ("i" * 64, "submitted-1")
    assert len(taken(code(metadata={"tags": list("t" * 60)}))[0][0].metadata["tags"]) == 50


@pytest.mark.parametrize("broken", ["text", None, {"cell_type": "other", "source": ""}, code(3),
                                    code(["a", 1]), {"source": "x"}])  # fmt: skip
def test_a_damaged_cell_is_left_out_and_counted_and_the_next_is_read(broken):
    cells, notes = taken(broken, code("y"), broken)
    assert [cell.source for cell in cells] == ["y"]
    assert notes == ["2 cells were damaged beyond reading and left out"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "notebook is an empty file"),
        (b" \n ", "notebook is an empty file"),
        (b"{", "notebook is not valid JSON: line 1 (Expecting property name"),
        (b'{"cells": [],\n', "not valid JSON: line 2"),
        (b"[" * 100_000, "notebook is not valid JSON: RecursionError"),
        (b"[]", "file is JSON, but no notebook: it has no cells"),
        (b'{"a": 1}', "it has no cells"),
        (b'{"cells": 3}', "its cells are not a list"),
    ],
)
def test_what_is_no_notebook_is_said_with_its_place(data, reason):
    with pytest.raises(Unreadable, match=re.escape(reason)):
        read_notebook(data)


def test_the_bounds_of_a_notebook(monkeypatch):
    two = file(code("abcd"), code("efgh"))
    monkeypatch.setattr(read, "MAX_CELLS", 2)
    monkeypatch.setattr(read, "MAX_SOURCE", 8)
    monkeypatch.setattr(read, "MAX_BYTES", len(two))
    assert len(read_notebook(two)[0].cells) == 2
    with pytest.raises(Unreadable, match="MiB that are read"):
        read_notebook(two + b" ")
    monkeypatch.setattr(read, "MAX_BYTES", 10_000)
    with pytest.raises(Unreadable, match="notebook has 3 cells, more than 2"):
        read_notebook(file(code("a"), code("b"), code("c")))
    with pytest.raises(Unreadable, match="more than 8 characters of source"):
        read_notebook(file(code("abcd"), code("efghi")))


def test_a_large_file_of_many_values_is_refused_before_it_is_parsed(monkeypatch):
    data = json.dumps({"cells": [], "a": list(range(50))}).encode()
    monkeypatch.setattr(read, "MAX_VALUES", 20)
    assert read_notebook(data)[0].cells == []  # small files are not counted
    monkeypatch.setattr(read, "COUNT_FROM", len(data))
    assert read_notebook(data)[0].cells == []
    monkeypatch.setattr(read, "COUNT_FROM", len(data) - 1)
    with pytest.raises(Unreadable, match="more than 20 JSON values"):
        read_notebook(data)
    text = json.dumps({"cells": [], "a": "[" * 60 + ",1" * 60}).encode()
    assert read_notebook(text.ljust(len(data) + 1))[0].cells == []  # brackets in a text are none


@pytest.mark.parametrize(
    ("data", "text", "note"),
    [
        ("{} é".encode(), "{} é", ""),
        (b"{}\0\0\0", "{}", ""),
        ("\ufeff{}".encode("utf-16"), "{}", "notebook was saved as utf-16, read as such"),
        ("{} é".encode("utf-8-sig"), "{} é", "notebook was saved as utf-8-sig, read as such"),
        (b"{}\n\n \xff", "{}\n\n \ufffd",
         "notebook is not valid UTF-8: line 3; the bytes were replaced"),
    ],
)  # fmt: skip
def test_bytes_are_read_by_their_first_ones(data, text, note):
    notes: list[Any] = []
    assert decode(data, notes) == text
    assert [n.text for n in notes] == ([note] if note else [])
    assert clean("a\ud800b") == "a?b"


def test_another_language_is_told_by_its_cells():
    foreign = {"metadata": {"kernelspec": {"language": "R"}}}
    with pytest.raises(Unreadable, match="for another language: 'r', expected Python"):
        taken(code("x <- 1"), {"cell_type": "markdown", "source": "import x"}, **foreign)
    for source in ("def f(x):", "import numpy", "from x import y", "a\nimport numpy"):
        _, notes = taken(code("x <- 1"), code(source), **foreign)
        assert notes == ["notebook's kernel is called 'r', read as Python"]
    _, notes = taken(code("x", metadata={"nbgrader": {"grade_id": "f"}}), **foreign)
    assert len(notes) == 1
    told = {"metadata": {"language_info": {"name": "Python"}, "kernelspec": {"language": "R"}}}
    assert taken(code("x <- 1"), **told)[1] == []
    assert taken(code("x <- 1"), metadata=[])[1] == []


def test_a_notebook_of_2013_is_converted():
    old = [
        {"cell_type": "heading", "source": ["T"]}, {"cell_type": "code", "input": ["x = 1"]},
        {"cell_type": "markdown", "source": "m"},
    ]  # fmt: skip
    data = json.dumps({"worksheets": [{"cells": old}, {"cells": 3}, 4, {"cells": [5]}]}).encode()
    nb, notes = read_notebook(data)
    assert [(c.cell_type, c.source) for c in nb.cells] == [
        ("markdown", "T"), ("code", "x = 1"), ("markdown", "m"),
    ]  # fmt: skip
    assert notes[0].text == "notebook has the format of 2013 (version 3), converted"
    assert read_notebook(b'{"worksheets": 3}')[0].cells == []


def session(**run: Any) -> Any:
    """A session whose process answers every cell so; what was asked of it is noted."""
    limits = SimpleNamespace(submission_seconds=10.0, cell_seconds=4.0, output=50)
    asked: list[tuple[str, float]] = []
    answer = SimpleNamespace(**{"seconds": 1.0, "outputs": [], "number": 3, "problem": ""} | run)

    def answered(source: str, seconds: float) -> Any:
        asked.append((source, seconds))
        return answer

    return SimpleNamespace(limits=limits, run=answered, asked=asked)


def test_a_cell_gets_what_is_left_of_the_submissions_time_and_no_more_than_a_cell_may_have():
    made, result = session(), Execution("none")
    for spent, seconds in ((0.0, 4.0), (6.0, 4.0), (9.0, 1.0)):
        result.student_seconds = spent
        cell = new_code_cell("x")
        assert executor._run(cell, 0, made, 100, result) == 100
        assert made.asked[-1] == ("x", seconds)
        assert result.student_seconds == spent + 1.0
        assert (cell.execution_count, cell.outputs, result.reasons) == (3, [], [])
    result.student_seconds = 10.0
    cell = new_code_cell("late")
    assert executor._run(cell, 4, made, 100, result) == 100
    assert made.asked[-1][0] == "x"
    reason = "was not run: the cells before it took 10 s, and no submission gets more"
    assert result.reasons == [f"cell 5 {reason}"]
    assert (cell.outputs[0].ename, cell.outputs[0].evalue) == (
        "CellStopped",
        f"This cell {reason}.",
    )
    executor._define("d = 1", made, result)
    assert made.asked[-1][0] == "x"
    result.student_seconds = 8.5
    executor._define("d = 1", made, result)
    assert made.asked[-1] == ("d = 1", 1.5)
    assert result.student_seconds == 9.5


def test_a_cell_that_was_stopped_says_so_below_what_it_showed():
    printed = {"output_type": "stream", "name": "stdout", "text": "shown"}
    made, result = session(outputs=[printed], problem="was stopped after 4 s"), Execution("none")
    cell = new_code_cell("x")
    left = executor._run(cell, 1, made, 1000, result)
    assert [o.output_type for o in cell.outputs] == ["stream", "error"]
    assert cell.outputs[1].evalue == "This cell was stopped after 4 s."
    assert result.reasons == ["cell 2 was stopped after 4 s"]
    assert left == 1000 - len(str(cell.outputs[0]))


def test_a_library_that_takes_long_is_seen_in_what_will_be_run():
    def asks(source: str, **metadata: Any) -> bool:
        cells = [new_code_cell(source, metadata=metadata)]
        return slow_libraries(SimpleNamespace(cells=cells), {}) == ["sklearn.datasets"]  # type: ignore[arg-type]

    assert asks("import sklearn")
    assert asks("x, y = data.digits()")
    assert not asks("sklearner = data.X")
    assert not asks("import sklearn", tags=["experiment"])


def test_a_parcel_holds_what_is_read_and_the_size_of_what_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(parcel, "MAX_BYTES", 6)
    monkeypatch.setattr(parcel, "MOST", 10)
    (tmp_path / "in").mkdir()
    for name, content in (("a.ipynb", b"123456"), ("b.txt", b"1234"), ("c.txt", b"1"),
                          ("d.txt", b"1234567"), ("e.txt", b"")):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    packed = parcel.pack(tmp_path)
    assert [(f.name, f.size, f.data) for f in packed.files] == [
        (b"a.ipynb", 6, b"123456"), (b"b.txt", 4, b"1234"), (b"c.txt", 1, None),
        (b"d.txt", 7, None), (b"e.txt", 0, b""),
    ]  # fmt: skip
    with parcel.unpacked(packed) as folder:
        sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
        assert sizes == {"a.ipynb": 6, "b.txt": 4, "c.txt": 1, "d.txt": 7, "e.txt": 0}
        assert (folder / "a.ipynb").read_bytes() == b"123456"
    assert not folder.exists()
    one = parcel.pack(tmp_path / "a.ipynb")
    assert one.single
    with parcel.unpacked(one) as path:
        assert (path.name, path.read_bytes()) == ("a.ipynb", b"123456")


def test_a_parcel_carries_as_much_as_is_read_of_a_submission():
    assert parcel.MOST == candidates.MAX_READ == 256 * 2**20
