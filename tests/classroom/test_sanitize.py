"""Repairs before judging: whatever is handed in ends as gradable cells or as a named reason."""

from __future__ import annotations

import codecs
import gzip
import json
import os
import time
from pathlib import Path

import nbformat
import pytest

from autograder.coursefolder.material import Material
from autograder.grading.sanitize import Unreadable, blank, find, read_notebook, repair
from autograder.grading.sanitize.identify import defined
from tests.classroom import smallclass

NAME = "01_ramp"


@pytest.fixture
def notebook(released: Path) -> dict:
    return smallclass.solved(released).notebooks[f"{NAME}.ipynb"]


def cell_of(notebook: dict, name: str) -> dict:
    return next(
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def repaired(notebook: dict, material: Material):
    nb, notes = read_notebook(smallclass.as_json(notebook))
    notes = [*notes, *repair(nb, material.by_name[NAME])]
    return nb, notes


def graded(nb) -> list[str]:
    return [c.metadata.nbgrader.grade_id for c in nb.cells if "nbgrader" in c.metadata]


ORDER = ["relu_forward", "check_relu_forward", "relu_backward", "check_relu_backward",
         "quiz_columns", "check_quiz_columns", "explain"]  # fmt: skip


def test_an_honest_notebook_is_left_alone_but_for_the_hidden_tests(notebook, material):
    before = [c["source"] for c in notebook["cells"]]
    nb, notes = repaired(notebook, material)
    assert notes == []
    assert graded(nb) == ORDER
    for cell, old in zip(nb.cells, before, strict=True):
        if cell.id.startswith("check_relu"):
            assert cell.source.startswith("".join(old))
            assert "check.secret" in cell.source
        else:
            assert cell.source == "".join(old)
    nbformat.validate(nb)


def test_experiments_stay_tagged_even_if_the_student_lost_the_tag(notebook, material):
    tagged = next(c for c in notebook["cells"] if c["metadata"].get("tags"))
    tagged["metadata"]["tags"] = []
    nb, _ = repaired(notebook, material)
    assert ["experiment"] in [c.metadata.get("tags") for c in nb.cells]


def test_an_experiment_is_known_by_its_text_where_ids_and_tags_are_lost(notebook, material):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    nb, _ = repaired(notebook, material)
    (tagged,) = [c for c in nb.cells if "experiment" in c.metadata.get("tags", [])]
    assert "grading must not run this" in tagged.source


def test_copied_cells_stay_as_ordinary_cells_and_the_work_is_kept(notebook, material):
    cell = cell_of(notebook, "relu_backward")
    stub = json.loads(json.dumps(cell)) | {"source": cell_of_release(material, "relu_backward")}
    at = notebook["cells"].index(cell)
    notebook["cells"].insert(at, stub)
    notebook["cells"].insert(0, json.loads(json.dumps(cell_of(notebook, "check_relu_forward"))))
    nb, notes = repaired(notebook, material)
    assert sorted(graded(nb)) == sorted(ORDER)
    kept = next(c for c in nb.cells if c.id == "relu_backward")
    assert "dout * (x > 0)" in kept.source
    assert sum("exists 2 times" in note.text for note in notes) == 2
    assert not any(note.tampering for note in notes)


def cell_of_release(material: Material, name: str) -> str:
    return material.by_name[NAME].by_name[name].source


@pytest.mark.parametrize("name", ["check_relu_forward", "check_quiz_columns", "explain"])
def test_a_deleted_test_or_question_comes_back_in_its_place(notebook, material, name):
    notebook["cells"].remove(cell_of(notebook, name))
    nb, notes = repaired(notebook, material)
    assert graded(nb) == ORDER
    assert any(name in note.text and "put back" in note.text for note in notes)


def test_everything_deleted_still_has_all_tests(notebook, material):
    notebook["cells"] = []
    nb, _ = repaired(notebook, material)
    assert graded(nb) == [n for n in ORDER if n.startswith("check") or n == "explain"]


def test_an_edited_test_is_put_right_and_reported(notebook, material):
    cell_of(notebook, "check_relu_backward")["source"] = "30"
    nb, notes = repaired(notebook, material)
    cell = next(c for c in nb.cells if c.id == "check_relu_backward")
    assert cell.source == cell_of_release(material, "check_relu_backward")
    assert [n.text for n in notes if n.tampering] == [
        "check_relu_backward: the test was edited "
        "('check(relu_backward, forward=relu_forward)' became '30'), put right"
    ]


def test_the_instructors_own_notebook_is_told_from_an_edited_one(released, material):
    path = released / "source" / smallclass.ASSIGNMENT / f"{NAME}.ipynb"
    _, notes = repaired(json.loads(path.read_text("utf-8")), material)
    said = [note.text for note in notes if note.tampering]
    assert [text.split(":")[0] for text in said] == ["check_relu_forward", "check_relu_backward"]
    assert all("the test is the instructor's, with the hidden part" in text for text in said)


def test_work_in_a_tests_cell_is_kept_before_it(notebook, material):
    answer, test = (cell_of(notebook, name) for name in ("relu_forward", "check_relu_forward"))
    test["source"] = "".join(answer["source"]) + "\n\n" + "".join(test["source"])
    notebook["cells"].remove(answer)
    nb, notes = repaired(notebook, material)
    at = next(i for i, c in enumerate(nb.cells) if c.id == "check_relu_forward")
    assert nb.cells[at].source == cell_of_release(material, "check_relu_forward")
    assert "np.maximum(x, 0.0)" in nb.cells[at - 1].source
    assert [note.tampering for note in notes] == [False]


@pytest.mark.parametrize("more", ["def check(*a, **k): pass\n{}", "{}\nx = 3", "def f(): pass"])
def test_a_test_that_was_replaced_is_still_reported(notebook, material, more):
    cell = cell_of(notebook, "check_relu_forward")
    cell["source"] = more.format("".join(cell["source"]))
    _, notes = repaired(notebook, material)
    assert any(note.tampering for note in notes)


def test_blank_lines_in_a_test_are_no_tampering(notebook, material):
    cell = cell_of(notebook, "check_relu_backward")
    cell["source"] = "\n" + "".join(cell["source"]) + "  \n\n"
    _, notes = repaired(notebook, material)
    assert notes == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("grade", False), ("points", 1000), ("solution", True), ("task", True), ("points", None)],
)
def test_metadata_that_changes_the_grade_is_put_right_and_reported(notebook, material, key, value):
    cell_of(notebook, "check_relu_forward")["metadata"]["nbgrader"][key] = value
    nb, notes = repaired(notebook, material)
    marks = next(c for c in nb.cells if c.id == "check_relu_forward").metadata.nbgrader
    assert (marks.grade, marks.solution, marks.task, marks.points) == (True, False, False, 20)
    assert any(note.tampering for note in notes)


@pytest.mark.parametrize(
    "junk", [None, [], "x", {"grade_id": 7}, {"grade_id": "nobody"}, {"grade_id": ["a"]}]
)
def test_damaged_metadata_is_renewed_by_the_cells_id_or_text(notebook, material, junk):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = junk
    nb, _ = repaired(notebook, material)
    assert graded(nb) == ORDER
    for cell in notebook["cells"]:
        cell.pop("id")
    nb, _ = repaired(notebook, material)
    assert sorted(graded(nb)) == sorted(ORDER)


def test_old_schema_is_renewed(notebook, material):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
            cell["metadata"]["nbgrader"].pop("task")
    nb, notes = repaired(notebook, material)
    assert graded(nb) == ORDER
    assert all(
        c.metadata.nbgrader.schema_version == 3 for c in nb.cells if "nbgrader" in c.metadata
    )
    assert not any(note.tampering for note in notes)


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception", "experiment", "remove_cell"])
def test_tags_that_change_execution_do_not_reach_graded_cells(notebook, material, tag):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = [tag]
    nb, _ = repaired(notebook, material)
    assert all("tags" not in c.metadata for c in nb.cells if "nbgrader" in c.metadata)
    assert {t for c in nb.cells for t in c.metadata.get("tags", [])} <= {"experiment"}


def test_a_test_moved_before_its_solution_moves_back(notebook, material):
    cells = notebook["cells"]
    test = cell_of(notebook, "check_relu_backward")
    cells.remove(test)
    cells.insert(0, test)
    nb, _ = repaired(notebook, material)
    assert graded(nb) == ORDER


def test_a_solution_turned_into_markdown_is_code_again(notebook, material):
    cell = cell_of(notebook, "relu_forward")
    cell["cell_type"] = "markdown"
    nb, _ = repaired(notebook, material)
    assert next(c for c in nb.cells if c.id == "relu_forward").cell_type == "code"


def test_foreign_metadata_outputs_and_widgets_do_not_survive(notebook, material):
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    notebook["metadata"]["celltoolbar"] = "x"
    for cell in notebook["cells"]:
        cell["metadata"]["jupyter"] = {"source_hidden": True}
        cell["metadata"]["autograder"] = {"report": {"passed": True}}
    nb, _ = repaired(notebook, material)
    assert set(nb.metadata) == {"kernelspec", "language_info"}
    assert all(set(c.metadata) <= {"nbgrader", "tags"} for c in nb.cells)


def test_pictures_in_an_answer_are_kept(notebook, material):
    picture = {"a.png": {"image/png": "aGVsbG8="}}
    cell_of(notebook, "explain")["attachments"] = picture
    nb, _ = repaired(notebook, material)
    assert next(c for c in nb.cells if c.id == "explain")["attachments"] == picture


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"  \n", "empty file"),
        (b'{"cells": [\n\n oops', "not valid JSON: line 3"),
        (b"[1, 2]", "no notebook"),
        (b'{"cells": 3}', "not a list"),
        (b'{"a": 1}', "no cells"),
        (b"[" * 200_000, "not valid JSON"),
        (b'{"cells": [], "n": ' + b"9" * 10_000 + b"}", "not valid JSON"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "another language: 'r'"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not valid JSON"),
        (b"PK\x03\x04\x14\x00", "file is a zip file, no notebook"),
        (gzip.compress(b'{"cells": []}', mtime=0), "file is a file compressed with gzip, no notebook"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "file is a web page, no notebook"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "a pointer of Git LFS"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n]}', "line 2 .*a conflict in Git"),
        (b'{"cells": [{"source": "def f', "not valid JSON: line 1 .*; the file was cut off"),
        (b'{"cells": [{"source": "a"},', "not valid JSON: line 1 .*; the file was cut off"),
        (b'{"cells": [{"id": tru', "not valid JSON: line 1 .*; the file was cut off"),
        (b'{"cells": [],\n}', r"not valid JSON: line [12] \([^;]*\Z"),
        (b'{"cells": []}\n}', r"not valid JSON: line 2 \([^;]*\Z"),
        (b'{"cells": []}{"cells": []}', r"not valid JSON: line 1 \([^;]*\Z"),
        (b'{"cells": [], "n": ' + b"9" * 5_000 + b"}", "a number in it has too many digits"),
        (b'{"cells": ' + b"[" * 200_000, "nested too deep"),
        (codecs.BOM_UTF8, "empty file"),
        (b"\0" * 5000, "empty file"),
        ("\ufeff\r\n".encode("utf-16"), "empty file"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_has_a_named_reason(data, reason):
    with pytest.raises(Unreadable, match=reason):
        read_notebook(data)


@pytest.mark.parametrize("end", [b"", b"\\"])
def test_a_text_without_end_is_no_bomb_for_who_looks_for_bombs(end):
    before = time.process_time()
    with pytest.raises(Unreadable, match="not valid JSON"):
        read_notebook(b'{"cells": "' + b'\\"' * 2_500_000 + end)
    assert time.process_time() - before < 60  # hours before


@pytest.mark.parametrize("lines", [3, 60_000])
def test_a_cell_of_a_megabyte_is_looked_at_in_no_time(lines):
    source = "def a(x):\n    b = 1\n" + "c = 2\n" * lines + "class d: pass\ne == 3\n"
    before = time.process_time()
    for _ in range(5):
        assert set(defined(source)) == {"a", "c", "d"}
    assert time.process_time() - before < 30  # minutes, where each call parsed it


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_other_encodings_are_read(notebook, material, encoding):
    notebook["cells"][0]["source"] = "# 仿射变换"
    nb, notes = read_notebook(json.dumps(notebook, ensure_ascii=False).encode(encoding))
    assert nb.cells[0].source == "# 仿射变换"
    assert notes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"\0" * 4096),
        (codecs.BOM_UTF8 * 2, b""),
        (b"\n\n", b"\r\n"),
        (b"", b"\r\n\x1a"),
        (b"", b"\x1a\r\n"),
    ],
)
def test_what_editors_and_disks_put_around_a_file_is_left_out(notebook, before, after):
    nb, _ = read_notebook(before + smallclass.as_json(notebook) + after)
    assert len(nb.cells) == len(notebook["cells"])


def test_cells_count_before_an_empty_list_of_worksheets(notebook):
    nb, _ = read_notebook(smallclass.as_json({**notebook, "worksheets": []}))
    assert len(nb.cells) == len(notebook["cells"])


def test_broken_bytes_and_half_surrogates_do_not_stop_anything(notebook, material):
    notebook["cells"][0]["source"] = "half \ud800 pair"
    data = smallclass.as_json(notebook).replace(b"half", b"h\xff\xfelf")
    nb, notes = read_notebook(data)
    repair(nb, material.by_name[NAME])
    nbformat.writes(nb).encode("utf-8")
    assert any("not valid UTF-8" in note.text for note in notes)


def test_a_notebook_of_a_hundred_megabytes_of_output_is_read(notebook, material):
    cell_of(notebook, "relu_forward")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 100_000_000}
    ]
    nb, _ = read_notebook(smallclass.as_json(notebook))
    assert graded_after(nb, material) == ORDER


def graded_after(nb, material) -> list[str]:
    repair(nb, material.by_name[NAME])
    return graded(nb)


def test_millions_of_json_values_are_refused_before_they_take_memory(monkeypatch):
    bomb = b'{"cells": [' + b"[{}]," * 1_500_000 + b"0]}"
    monkeypatch.setattr("autograder.grading.sanitize.read.parse", lambda text: pytest.fail("read"))
    with pytest.raises(Unreadable, match="JSON values"):
        read_notebook(bomb)


def test_notebooks_of_nbformat_3_are_converted(notebook, material):
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [
        {**c, "input" if c["cell_type"] == "code" else "source": c["source"]} for c in notebook["cells"]
    ]}]}  # fmt: skip
    nb, _ = read_notebook(smallclass.as_json(old))
    assert graded_after(nb, material) == ORDER


def test_renamed_notebooks_are_found_by_their_cells(released, material, tmp_path):
    notebooks = smallclass.solved(released)
    notebooks.notebooks = {
        "homework final.ipynb": notebooks.notebooks["02_affine.ipynb"],
        "Kopie (1).ipynb": notebooks.notebooks["01_ramp.ipynb"],
    }
    notebooks.save(tmp_path / "s")
    found = find(tmp_path / "s", material).notebooks
    assert [found[n].file for n in ("01_ramp", "02_affine")] == [
        "Kopie (1).ipynb",
        "homework final.ipynb",
    ]


def test_a_missing_notebook_has_a_reason_and_strangers_are_named(released, material, tmp_path):
    notebooks = smallclass.solved(released)
    del notebooks.notebooks["02_affine.ipynb"]
    notebooks.files = {"diary.ipynb": b'{"cells": []}', "data.txt": b"1 2 3"}
    notebooks.save(tmp_path / "s")
    found = find(tmp_path / "s", material)
    assert found.notebooks["02_affine"].missing
    assert found.files == {"data.txt": b"1 2 3"}
    assert sorted(note.text for note in found.notes) == [
        "data.txt is not a notebook, not graded",  # it may have been meant for the missing one
        "diary.ipynb is not a notebook of this assignment, not graded",
    ]


def test_links_and_pipes_are_not_followed(released, material, tmp_path):
    outside = tmp_path / "secret"
    outside.write_text("42")
    folder = tmp_path / "s"
    smallclass.solved(released).save(folder)
    (folder / "secret.txt").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path)
    (folder / "02_affine.ipynb").unlink()
    (folder / "02_affine.ipynb").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    found = find(folder, material)
    assert found.files == {}
    assert found.notebooks["02_affine"].missing
    assert sum("symbolic link" in note.text for note in found.notes if note.tampering) == 3
    whole = tmp_path / "linked"
    whole.symlink_to(folder)
    assert all(one.missing for one in find(whole, material).notebooks.values())


def test_the_stand_in_for_an_unreadable_notebook_says_why(material):
    nb = blank(material.by_name[NAME], "notebook is not valid JSON: line 17")
    nbformat.validate(nb)
    assert "line 17" in nb.cells[0].source
    assert graded(nb) == ORDER
