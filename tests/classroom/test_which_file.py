"""Which file counts: the rule of docs/teaching.md, case by case.

Each case has the remark that repeats the rule.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from pathlib import Path

import pytest

from autograder.coursefolder.material import Material
from autograder.grading.sanitize import find
from autograder.grading.sanitize.target import copied_name
from tests.classroom import smallclass

NAME = "01_ramp"


@pytest.fixture
def solved(released: Path) -> dict:
    return smallclass.solved(released).notebooks[f"{NAME}.ipynb"]


@pytest.fixture
def blank(released: Path) -> dict:
    return smallclass.untouched(released).notebooks[f"{NAME}.ipynb"]


def answered(notebook: dict, text: str) -> dict:
    """A copy whose first answer is `text`, by which it is known again."""
    made = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "relu_forward":
            cell["source"] = f"def relu_forward(x):\n    return {text!r}"
    return made


def chosen(
    folder: Path, material: Material, files: dict[str, dict | bytes]
) -> tuple[str, list[str]]:
    """(text of the first answer of the notebook that is graded, remarks)."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else smallclass.as_json(content))
    submission = find(folder, material)
    found = submission.notebooks[NAME]
    remarks = [note.text for note in [*submission.notes, *found.notes]]
    if found.notebook is None:
        return found.reason, remarks
    return "\n".join(c.source for c in found.notebook.cells), remarks


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["attempt2", "attempt9", "attempt10"]))
)
def test_of_attempts_in_folders_the_last_by_name_is_graded_in_whatever_order_they_were_made(
    tmp_path, material, solved, order
):
    files = {f"{one}/{NAME}.ipynb": answered(solved, one) for one in order}
    text, remarks = chosen(tmp_path, material, files)
    assert "'attempt10'" in text
    for other in ("attempt2", "attempt9"):
        assert any(f"{other}/{NAME}.ipynb was handed in too and is not used" in r for r in remarks)


def test_the_notebook_at_the_top_comes_before_one_that_lies_deeper(tmp_path, material, solved):
    files = {
        f"{NAME}.ipynb": answered(solved, "top"),
        f"old/{NAME}.ipynb": answered(solved, "deep"),
    }
    text, remarks = chosen(tmp_path, material, files)
    assert "'top'" in text
    assert any("it lies deeper" in remark for remark in remarks)


@pytest.mark.parametrize(
    "name",
    [f"{NAME} (1).ipynb", f"{NAME}-Copy1.ipynb", f"{NAME} copy 2.ipynb", "Kopie von 01_ramp.ipynb",
     "final.ipynb", f"work/{NAME}.ipynb"],
)  # fmt: skip
def test_a_worked_copy_is_graded_where_the_original_is_as_handed_out(
    tmp_path, material, solved, blank, name
):
    text, remarks = chosen(
        tmp_path, material, {f"{NAME}.ipynb": blank, name: answered(solved, "mine")}
    )
    assert "'mine'" in text
    assert any("it is as it was handed out" in remark for remark in remarks)


def test_of_two_worked_files_the_one_of_the_exact_name_is_graded(tmp_path, material, solved):
    files = {
        f"{NAME}.ipynb": answered(solved, "exact"),
        f"{NAME} (1).ipynb": answered(solved, "copy"),
    }
    text, remarks = chosen(tmp_path, material, files)
    assert "'exact'" in text
    assert any(f"{NAME} (1).ipynb was handed in too" in remark for remark in remarks)


def test_of_two_copies_the_later_is_graded(tmp_path, material, solved):
    files = {f"{NAME} ({n}).ipynb": answered(solved, f"copy {n}") for n in (2, 10)}
    text, _ = chosen(tmp_path, material, files)
    assert "'copy 10'" in text


def packed(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_zip_is_read_where_there_is_nothing_else_and_named_where_there_is(
    tmp_path, material, solved, blank
):
    archive = packed({f"hw/{NAME}.ipynb": smallclass.as_json(answered(solved, "zipped"))})
    text, remarks = chosen(tmp_path / "a", material, {"hw.zip": archive})
    assert "'zipped'" in text
    assert any("was read from hw.zip/hw/" in remark for remark in remarks)
    files = {"hw.zip": archive, f"{NAME}.ipynb": answered(solved, "beside")}
    text, _ = chosen(tmp_path / "b", material, files)
    assert "'beside'" in text


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 no zip", packed({f"{NAME}.ipynb": b"0" * 80_000_000}),
     packed({f"{n}.txt": b"" for n in range(600)})],
    ids=["empty", "broken", "a bomb", "many files"],
)  # fmt: skip
def test_a_zip_that_cannot_be_read_is_named(tmp_path, material, data):
    reason, remarks = chosen(tmp_path, material, {"hw.zip": data})
    assert reason == "notebook was not handed in"
    assert any("hw.zip was not used: zip file" in remark for remark in remarks)


def test_a_percent_script_is_read(tmp_path, material):
    text = "# %%\nimport numpy as np\n\n# %%\ndef relu_forward(x):\n    return 'script'\n"
    graded, remarks = chosen(tmp_path, material, {f"{NAME}.py": text.encode()})
    assert "'script'" in graded
    assert any("was read from 01_ramp.py" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("01_ramp.md", "# Mine\n\n```python\ndef relu_forward(x):\n    return 'other'\n```\n"),
        ("homework.Rmd", "```{python}\ndef relu_forward(x):\n    return 'other'\n```\n"),
        (
            "01_ramp.py",
            "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _(np):\n"
            "    def relu_forward(x):\n        return 'other'\n    return (relu_forward,)\n",
        ),
        (
            "01_ramp.py",
            '"""01_ramp.ipynb\n\nAutomatically generated by Colab.\n"""\n\nimport numpy as np\n\n'
            "def relu_forward(x):\n    return 'other'\n\ncheck(relu_forward)\n",
        ),
        (
            "01_ramp.py",
            "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n"
            "#       format_name: light\n# ---\n\ndef relu_forward(x):\n    return 'other'\n",
        ),
    ],
)
def test_what_other_programs_write_a_notebook_as_is_read(tmp_path, material, name, text):
    graded, remarks = chosen(tmp_path, material, {name: text.encode()})
    assert "'other'" in graded
    assert any(f"was read from {name}" in remark for remark in remarks)


def test_a_page_about_a_notebook_does_not_take_its_place(tmp_path, material, solved):
    page = b"```python\ndef relu_forward(x):\n    return 'page'\n```\n"
    files = {f"{NAME}.ipynb": answered(solved, "mine"), "README.md": page}
    graded, _ = chosen(tmp_path, material, files)
    assert "'mine'" in graded


def test_the_marks_of_an_exported_script_are_known(tmp_path, material):
    text = "#!/usr/bin/env python\n\n# In[ ]:\n\n\ndef relu_forward(x):\n    return 'exported'\n"
    graded, _ = chosen(tmp_path, material, {f"{NAME}.py": text.encode()})
    assert "'exported'" in graded


def test_a_script_of_databricks_and_one_of_windows_are_read(tmp_path, material):
    code = "def relu_forward(x):\n    return 'exported'\n"
    text = (
        f"# Databricks notebook source\n# MAGIC %md\n# MAGIC # T\n\n# COMMAND ----------\n\n{code}"
    )
    for folder, data in (("a", text.encode()), ("b", f"# %%\n{code}".encode("utf-16"))):
        graded, _ = chosen(tmp_path / folder, material, {f"{NAME}.py": data})
        assert "'exported'" in graded
        assert "MAGIC" not in graded


@pytest.mark.parametrize(
    "name",
    [f"{NAME}.ipynb.txt", f"{NAME}.json", f"hw/{NAME}", f"{NAME}.txt", f"{NAME}.ipynb.crdownload",
     f"{NAME}.ipynb.part", f"{NAME}.ipynb~", f"{NAME}.IPYNB.bak"],
)  # fmt: skip
def test_a_notebook_under_another_ending_is_read(tmp_path, material, solved, name):
    graded, remarks = chosen(tmp_path, material, {name: answered(solved, "mine")})
    assert "'mine'" in graded
    assert any(f"was read from {name}" in remark for remark in remarks)


def test_half_a_download_is_named(tmp_path, material, solved):
    half = smallclass.as_json(answered(solved, "mine"))[:-200]
    reason, _ = chosen(tmp_path, material, {f"{NAME}.ipynb.crdownload": half})
    assert "notebook is not valid JSON" in reason


CHECKPOINT = f".ipynb_checkpoints/{NAME}-checkpoint.ipynb"


def test_a_checkpoint_counts_where_no_answers_lie_otherwise(tmp_path, material, solved, blank):
    kept = answered(solved, "kept")
    beside: dict[str, dict | bytes]
    for folder, beside in (("a", {}), ("b", {f"{NAME}.ipynb": blank})):
        graded, remarks = chosen(tmp_path / folder, material, {CHECKPOINT: kept, **beside})
        assert "'kept'" in graded
        assert any(f"was read from {CHECKPOINT}" in remark for remark in remarks)
    beside = {CHECKPOINT: kept, f"{NAME}.ipynb": answered(solved, "mine")}
    graded, remarks = chosen(tmp_path / "c", material, beside)
    assert "'mine'" in graded
    assert not any("checkpoint" in remark for remark in remarks)


@pytest.mark.parametrize("kept", [b"", b"{", None])
def test_a_checkpoint_without_answers_is_nothing(tmp_path, material, blank, kept):
    reason, remarks = chosen(tmp_path, material, {CHECKPOINT: blank if kept is None else kept})
    assert reason == "notebook was not handed in"
    assert not any("checkpoint" in remark for remark in remarks)


def test_what_lies_beside_the_folder_of_a_checkpoint_is_beside_its_notebook(
    tmp_path, material, solved
):
    files: dict[str, dict | bytes] = {
        f"hw/{CHECKPOINT}": answered(solved, "kept"), "hw/data.csv": b"1",
    }  # fmt: skip
    chosen(tmp_path, material, files)
    found = find(tmp_path, material)
    assert "data.csv" in found.notebooks[NAME].seen_from_here(found.files)


def test_a_script_that_is_graded_is_not_called_no_notebook(tmp_path, material):
    text = b"# %%\ndef relu_forward(x):\n    return 'script'\n"
    _, remarks = chosen(tmp_path, material, {f"{NAME}.py": text, "02_affine.txt": b"none"})
    assert not any(f"{NAME}.py is not a notebook" in remark for remark in remarks)
    assert "02_affine.txt is not a notebook, not graded" in remarks


def test_files_that_are_not_a_notebook_are_named_where_none_is_there(tmp_path, material):
    reason, remarks = chosen(tmp_path, material, {"hw.rar": b"Rar!", "a/01_ramp.pdf": b"%PDF"})
    assert reason == "notebook was not handed in"
    for name in ("hw.rar", "a/01_ramp.pdf"):
        assert any(f"{name} is not a notebook, not graded" in remark for remark in remarks)


def test_of_many_files_where_no_notebook_is_five_are_named(tmp_path, material):
    _, remarks = chosen(tmp_path, material, {f"{n}.rar": b"Rar!" for n in range(9)})
    named = [remark for remark in remarks if "is not a notebook, not graded" in remark]
    assert named == [f"{n}.rar is not a notebook, not graded" for n in range(5)]


def test_a_file_in_place_of_one_notebook_is_named_where_the_other_is_there(
    tmp_path, material, released
):
    other = smallclass.solved(released).notebooks["02_affine.ipynb"]
    reason, remarks = chosen(tmp_path, material, {"02_affine.ipynb": other, f"{NAME}.md": b"# x"})
    assert reason == "notebook was not handed in"
    assert any(f"{NAME}.md is not a notebook, not graded" in remark for remark in remarks)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_notebook_whose_code_reads_notebooks_finds_them_beside_it(
    tmp_path, material, solved, zipped
):
    for reads in (True, False):
        mine = answered(solved, "mine")
        mine["cells"][1]["source"] = "%run helper.ipynb" if reads else "import numpy as np"
        files = {f"{NAME}.ipynb": smallclass.as_json(mine), "helper.ipynb": b'{"cells": []}'}
        files = {"hw.zip": packed(files)} if zipped else files
        folder = tmp_path / str(reads)
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        found = find(folder, material)
        seen = found.notebooks[NAME].seen_from_here(found.files)
        assert ("helper.ipynb" in seen, f"{NAME}.ipynb" in seen) == (reads, reads)
        assert "helper.ipynb" not in found.files


def test_files_beside_a_notebook_in_a_folder_lie_beside_it(tmp_path, material, solved):
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / f"{NAME}.ipynb").write_bytes(smallclass.as_json(solved))
    (tmp_path / "hw" / "helper.py").write_bytes(b"Z = 0")
    (tmp_path / "helper.txt").write_bytes(b"x")
    found = find(tmp_path, material)
    files = found.notebooks[NAME].seen_from_here(found.files)
    assert files.keys() == {"hw/helper.py", "helper.py", "helper.txt", "../helper.txt"}


def test_another_assignments_notebook_under_the_right_name_is_called_that(
    tmp_path, material, solved
):
    other = json.loads(json.dumps(solved).replace("relu", "swish").replace("quiz_", "puzzle_"))
    other["cells"] = [c for c in other["cells"] if c.get("id") != "explain"]
    reason, _ = chosen(tmp_path, material, {f"{NAME}.ipynb": other})
    assert "is another notebook: it has the graded cells" in reason


def test_notebooks_whose_names_were_exchanged_are_known_by_their_cells(
    tmp_path, material, released
):
    both = smallclass.solved(released).notebooks
    for name, content in zip(both, reversed(both.values()), strict=True):
        (tmp_path / name).write_bytes(smallclass.as_json(content))
    found = find(tmp_path, material).notebooks
    assert [found[n].file for n in (NAME, "02_affine")] == ["02_affine.ipynb", f"{NAME}.ipynb"]


@pytest.mark.parametrize("kernel", ["polyglot-notebook", "R", "xpython", "sagemath"])
def test_a_kernels_name_is_no_reason_to_refuse(tmp_path, material, solved, kernel):
    solved["metadata"] = {"kernelspec": {"name": kernel, "language": kernel}}
    text, remarks = chosen(tmp_path, material, {f"{NAME}.ipynb": solved})
    assert "def relu_forward" in text
    assert any("read as Python" in remark for remark in remarks)


def test_a_notebook_of_another_language_is_still_called_that(tmp_path, material):
    nb = {"cells": [{"cell_type": "code", "source": "library(ggplot2)", "metadata": {}}],
          "metadata": {"kernelspec": {"name": "ir", "language": "R"}}}  # fmt: skip
    reason, _ = chosen(tmp_path, material, {f"{NAME}.ipynb": nb})
    assert "for another language: 'r'" in reason


def in_a_zip(tmp_path, material, files: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """(text of the notebook that is graded, what it sees beside it) of a zip file."""
    (tmp_path / "hw.zip").write_bytes(packed(files))
    found = find(tmp_path, material)
    one = found.notebooks[NAME]
    assert one.notebook is not None, (one.reason, found.notes)
    return "\n".join(c.source for c in one.notebook.cells), one.seen_from_here(found.files)


def test_what_lies_in_a_zip_beside_its_notebook_comes_along(tmp_path, material, solved):
    files = {
        f"hw/{NAME}.ipynb": smallclass.as_json(answered(solved, "zipped")),
        "hw/helper.py": b"Z = 0",
        "data/d.csv": b"1",
        "hw\\sub\\e.csv": b"2",
        "../out.py": b"no",
        "/etc/x": b"no",
    }
    text, seen = in_a_zip(tmp_path, material, files)
    assert "'zipped'" in text
    assert seen["helper.py"] == b"Z = 0"
    assert (seen["../data/d.csv"], seen["data/d.csv"], seen["sub/e.csv"]) == (b"1", b"1", b"2")
    assert b"no" not in seen.values()


FORK = b"\0\5\x16\7\0\2\0\0Mac OS X        "


def test_what_a_mac_writes_beside_each_file_takes_no_place_and_is_not_named(
    tmp_path, material, solved
):
    mine = smallclass.as_json(answered(solved, "mine"))
    forks = {f"._a{n}.ipynb": FORK for n in range(70)} | {f"._{NAME}.ipynb": FORK, "._h.py": FORK}
    (tmp_path / "loose").mkdir()
    text, remarks = chosen(tmp_path / "loose", material, {f"{NAME}.ipynb": mine, **forks})
    assert "'mine'" in text
    assert not any("._" in remark for remark in remarks)
    (tmp_path / "zipped").mkdir()
    files = {f"hw/{NAME}.ipynb": mine, **{f"hw/{name}": data for name, data in forks.items()}}
    text, seen = in_a_zip(tmp_path / "zipped", material, files)
    assert "'mine'" in text
    assert not any("._" in name for name in seen)


def test_a_zip_in_a_zip_and_a_script_in_a_zip_are_read(tmp_path, material, solved):
    inner = packed({f"{NAME}.ipynb": smallclass.as_json(answered(solved, "inner")), "h.py": b"1"})
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    text, seen = in_a_zip(tmp_path / "a", material, {"ada/work.zip": inner})
    assert "'inner'" in text
    assert seen["h.py"] == b"1"
    script = b"# %%\ndef relu_forward(x):\n    return 'script'\n"
    assert "'script'" in in_a_zip(tmp_path / "b", material, {f"{NAME}.py": script})[0]


def merged(released: Path, marks: bool) -> dict:
    """Both notebooks of the chapter in one."""
    both = smallclass.solved(released).notebooks
    one = json.loads(json.dumps(both[f"{NAME}.ipynb"]))
    one["cells"] += json.loads(json.dumps(both["02_affine.ipynb"]["cells"]))
    for cell in () if marks else one["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return one


@pytest.mark.parametrize("marks", [True, False])
@pytest.mark.parametrize("blank_beside", [True, False])
def test_two_notebooks_in_one_file_are_graded_as_both(
    tmp_path, material, released, blank_beside, marks
):
    both = merged(released, marks)
    (tmp_path / f"{NAME}.ipynb").write_bytes(smallclass.as_json(both))
    if blank_beside:
        blank = smallclass.untouched(released).notebooks["02_affine.ipynb"]
        (tmp_path / "02_affine.ipynb").write_bytes(smallclass.as_json(blank))
    found = find(tmp_path, material).notebooks
    assert all("w.T" in str(one.notebook) for one in found.values())
    said = [note.text for note in found["02_affine"].notes]
    assert f"02_affine was read from {NAME}.ipynb, which holds its answers too" in said


def test_a_notebook_that_was_not_handed_in_is_not_made_of_another_ones_given_cells(
    tmp_path, material, solved
):
    (tmp_path / f"{NAME}.ipynb").write_bytes(smallclass.as_json(solved))
    assert find(tmp_path, material).notebooks["02_affine"].missing


@pytest.mark.parametrize(
    ("name", "copied"),
    [
        ("X (1)", "X"), ("X-Copy1", "X"), ("X copy 2 (3)", "X"), ("Copy of X", "X"), ("X", "X"),
        ("Kopie von X - Kopie", "X"), ("copy-" * 79 + "!", "copy-" * 79 + "!"),
        ("X" + "- (1)" * 70, "X"), ("X" + "-" * 300 + "!", "X" + "-" * 300 + "!"),
    ],
)  # fmt: skip
def test_a_name_of_any_number_of_copies_is_read_at_once(name, copied):
    assert copied_name(name) == copied
