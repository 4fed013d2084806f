"""What is read of a zip file, a script and a folder, and where each bound lies."""

from __future__ import annotations

import importlib
import io
import json
import os
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from autograder.grading.sanitize import foreign, walk
from autograder.grading.sanitize.foreign import from_page, from_script, unzipped
from autograder.grading.sanitize.read import Unreadable
from autograder.grading.sanitize.walk import list_files, read_bytes

find = importlib.import_module("autograder.grading.sanitize.find")  # not its function


def zipped(files: dict[str, bytes], link: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            member = zipfile.ZipInfo(link)
            member.external_attr = 0o120777 << 16
            archive.writestr(member, "elsewhere")
    return out.getvalue()


def test_notebooks_are_told_from_other_files_and_hidden_ones_left_out():
    files = {
        "a.ipynb": b"1", "B.IPYNB": b"2", "data/x.csv": b"3", "__MACOSX/a.ipynb": b"4",
        "._a.ipynb": b"5", "../up.ipynb": b"6", "/top.ipynb": b"7", "a/./b.ipynb": b"8",
        ".git/c.ipynb": b"9", f"{'n' * 390}/aa.ipynb": b"10", f"{'n' * 393}/aa.ipynb": b"11",
        "win\\c.ipynb": b"12",
    }  # fmt: skip
    found = unzipped(zipped(files, link="link.ipynb"))
    assert found.notebooks == {
        "a.ipynb": b"1", "B.IPYNB": b"2", f"{'n' * 390}/aa.ipynb": b"10", "win/c.ipynb": b"12",
    }  # fmt: skip
    assert found.others == {"data/x.csv": b"3"}


def test_of_two_members_of_one_name_the_first_is_taken():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.ipynb", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.ipynb", b"second")
    assert list(unzipped(out.getvalue()).notebooks) == ["a.ipynb"]


def test_the_bounds_of_a_zip_file(monkeypatch):
    monkeypatch.setattr(foreign, "MAX_UNZIPPED", 20)
    monkeypatch.setattr(foreign, "MAX_OTHERS", 10)
    monkeypatch.setattr(foreign, "MAX_MEMBERS", 3)
    assert len(unzipped(zipped({"a.ipynb": b"x" * 10, "b.ipynb": b"y" * 10})).notebooks) == 2
    with pytest.raises(Unreadable, match="of notebooks"):
        unzipped(zipped({"a.ipynb": b"x" * 10, "b.ipynb": b"y" * 11}))
    # Other files are left out where they do not fit; a smaller one behind them still does.
    others = {"a.csv": b"x" * 6, "b.csv": b"y" * 5, "c.csv": b"z" * 4}
    assert unzipped(zipped(others)).others == {"a.csv": b"x" * 6, "c.csv": b"z" * 4}
    assert len(unzipped(zipped({f"{i}.csv": b"" for i in range(3)})).others) == 3
    with pytest.raises(Unreadable, match="more than 3 files"):
        unzipped(zipped({f"{i}.csv": b"" for i in range(4)}))
    data = zipped({"a.ipynb": b"1"})
    monkeypatch.setattr(foreign, "MAX_ZIPPED", len(data))
    assert unzipped(data).notebooks
    with pytest.raises(Unreadable, match="zip file of more than"):
        unzipped(data + b" ")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text", zipped({"a": b"1"})[:-9]])
def test_what_is_no_zip_file_is_called_unreadable(data):
    with pytest.raises(Unreadable, match="zip file cannot be read"):
        unzipped(data)


def test_a_zip_file_in_a_zip_file_is_opened_once_and_only_where_no_notebook_is_beside_it():
    inner = zipped({"a.ipynb": b"1", "x.csv": b"2"})
    found = unzipped(zipped({"in.zip": inner, "y.csv": b"3"}))
    assert found.notebooks == {"in.zip/a.ipynb": b"1"}
    assert found.others == {"in.zip": inner, "y.csv": b"3", "in.zip/x.csv": b"2"}
    assert set(unzipped(zipped({"in.zip": inner, "b.ipynb": b"4"})).notebooks) == {"b.ipynb"}
    assert unzipped(zipped({"out.zip": zipped({"in.zip": inner})})).notebooks == {}


def test_a_damaged_member_of_a_zip_file_leaves_the_others():
    data = zipped({"a.ipynb": b"1" * 40, "b.ipynb": b"2" * 40, "in.zip": zipped({})[:-3]})
    sum_of_b = zlib.crc32(b"2" * 40).to_bytes(4, "little")
    damaged = data.replace(sum_of_b, bytes(4))
    assert damaged != data
    found = unzipped(damaged)
    assert (list(found.notebooks), found.unread) == (["a.ipynb"], ["b.ipynb"])
    with pytest.raises(Unreadable, match=r"cannot be read \(BadZipFile\)"):
        unzipped(zipped({"b.ipynb": b"2" * 40}).replace(sum_of_b, bytes(4)))
    locked = bytearray(zipped({"b.ipynb": b"2"}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="it has a password"):
        unzipped(bytes(locked))
    script = {"in.zip": b"PK", "a.py": SCRIPT.encode()}
    assert list(unzipped(zipped(script)).notebooks) == ["a.py"]


SCRIPT = "# %% [markdown]\n# # Title\n\n# %%\nx = 1\n"


def test_a_script_counts_where_there_is_no_notebook():
    found = unzipped(zipped({"a.py": SCRIPT.encode(), "b.py": b"x = 1"}))
    assert list(found.notebooks) == ["a.py"]
    assert not unzipped(zipped({"a.py": SCRIPT.encode(), "n.ipynb": b"1"})).notebooks.get("a.py")


def sources(data: bytes) -> list[tuple[str, str]]:
    return [(c["cell_type"], c["source"]) for c in json.loads(data)["cells"]]


def test_scripts_of_several_programs_become_cells():
    right = [("markdown", "# Title"), ("code", "x = 1")]
    assert sources(from_script(SCRIPT.encode())) == right
    assert sources(from_script(b"\xef\xbb\xbf" + SCRIPT.encode())) == right
    export = "# coding: utf-8\n\n# In[1]:\n\nx = 1\n\n# In[ ]:\n\ny = 2\n"
    assert [text.strip() for _, text in sources(from_script(export.encode()))] == [
        "",
        "x = 1",
        "y = 2",
    ]
    bricks = (
        "# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# MAGIC %md Title\n"
        "# MAGIC %md is how it begins\n\n# COMMAND ----------\n\n# MAGIC %time y = 2\n"
    )
    kinds = sources(from_script(bricks.encode()))
    assert [kind for kind, _ in kinds] == ["code", "markdown", "code"]
    assert kinds[0][1] == "x = 1"
    assert kinds[1][1].split("\n")[0] == "Title"
    assert "%md is how it begins" in kinds[1][1]
    assert kinds[2][1].strip() == "%time y = 2"


APP = """\
import marimo

__generated_with = "0.9.1"
app = marimo.App(width="medium")

with app.setup:
    import numpy as np


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        r\"\"\"
        # Title
        \"\"\"
    )
    return


@app.function
def relu(x):
    # a comment
    return np.maximum(x, 0)


@app.cell
def _(np):
    @staticmethod
    def f(x):
        return x

    y = f(3)  # three
    return f, y


@app.cell
def _():
    return


if __name__ == "__main__":
    app.run()
"""
LIGHT = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: light
# ---

# # Title

# +
x = 1

y = 2
# -
"""
PAGE = """\
# Title

```python
x = 1
```

```{python}
#| echo: false
y = 2
```

```{code-cell} ipython3
:tags: [hidden]
z = 3
```
"""


COLAB = '''\
# -*- coding: utf-8 -*-
"""homework.ipynb

Automatically generated by Colab.

Original file is located at
    https://colab.research.google.com/drive/1
"""

!pip install numpy
import numpy as np

"""# Title

Some words.
"""

def f(x):
    """What it does."""

    return x

f(3)

# a number
quiz = 7
'''


def test_a_script_of_colab_becomes_cells():
    found = sources(from_script(COLAB.encode()))
    assert ("markdown", "# Title\n\nSome words.") in found
    code = [text for kind, text in found if kind == "code"]
    assert code[-3:] == [
        'def f(x):\n    """What it does."""\n\n    return x',
        "f(3)",
        "# a number\nquiz = 7",
    ]
    assert "import numpy as np" in code[0]
    assert "def f(x)" in str(sources(from_script(COLAB.replace("f(3)", "f(3").encode())))


def test_a_notebook_of_marimo_becomes_cells():
    assert sources(from_script(APP.encode())) == [
        ("code", "import numpy as np"),
        ("markdown", "# Title"),
        ("code", "def relu(x):\n    # a comment\n    return np.maximum(x, 0)"),
        ("code", "@staticmethod\ndef f(x):\n    return x\n\ny = f(3)  # three"),
    ]
    with pytest.raises(Unreadable, match="without '# %%' marks"):
        from_script(APP.replace("def f(x):", "def f(x)").encode())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_light_script_and_a_page_become_cells(end):
    light = sources(from_script(LIGHT.replace("\n", end).encode()))
    assert light == [("markdown", "# Title"), ("code", "x = 1\n\ny = 2")]
    kinds = [("markdown", "# Title"), ("code", "x = 1"), ("code", "#| echo: false\ny = 2")]
    assert sources(from_page(PAGE.replace("\n", end).encode())) == [*kinds, ("code", "z = 3")]
    assert list(unzipped(zipped({"a.Rmd": PAGE.encode()})).notebooks) == ["a.Rmd"]


@pytest.mark.parametrize(
    "text",
    ["", "# Read me\n", "`" * 900_000, "```" + "a " * 400_000, "```\nx\n```", "```bash\nls\n```",
     "```python\nx\n```\n" * 2000, "```python\n" + "x\n" * 30_000],
    ids=range(8),
)  # fmt: skip
def test_a_page_without_blocks_or_with_too_many_is_no_notebook(text):
    before = time.process_time()
    with pytest.raises(Unreadable, match=r"text (without blocks|of more than)"):
        from_page(text.encode())
    assert time.process_time() - before < 30


def test_what_takes_another_programs_parser_too_long_is_named(monkeypatch):
    monkeypatch.setattr(foreign, "READ_SECONDS", 0.05)
    monkeypatch.setattr(foreign, "MAX_LINES", 10**6)
    with pytest.raises(Unreadable, match="cannot be read in time"):
        from_script((LIGHT + "\nx = 1\n" * 60_000).encode())


@pytest.mark.parametrize("text", [b"", b"x = 1", b"#  %% no mark", b"x = '# %%'"])
def test_a_script_without_marks_is_no_notebook(text):
    with pytest.raises(Unreadable, match="without '# %%' marks"):
        from_script(text)


def test_a_script_has_a_bound(monkeypatch):
    monkeypatch.setattr(foreign, "MAX_SCRIPT", len(SCRIPT))
    assert sources(from_script(SCRIPT.encode()))
    with pytest.raises(Unreadable, match="script of more than"):
        from_script(SCRIPT.encode() + b"\n")


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")


def listed(folder: Path) -> tuple[list[str], list[str]]:
    found = list_files(folder)
    return [e.name for e in found.files], [n.text for n in found.notes]


def test_files_are_listed_notebooks_first_then_by_depth_and_name(tmp_path):
    made(tmp_path, "b.txt", "a/c.IPYNB", "z.ipynb", "a/a.txt", ".DS_Store", ".git/x", "._z.ipynb")
    assert listed(tmp_path) == (["z.ipynb", "a/c.IPYNB", "b.txt", "a/a.txt"], [])
    (first, *_) = list_files(tmp_path).files
    assert (first.base, first.suffix, first.folder, first.size) == ("z", ".ipynb", "", 5)
    assert list_files(tmp_path).files[1].folder == "a"
    assert listed(tmp_path / "b.txt") == (["b.txt"], [])
    assert listed(tmp_path / "none") == (
        [], ["the submission cannot be read: No such file or directory"],
    )  # fmt: skip


def test_links_and_pipes_are_not_followed_and_said(tmp_path):
    made(tmp_path / "in", "a.txt")
    (tmp_path / "in" / "link").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "in" / "pipe")
    assert listed(tmp_path / "in") == (
        ["a.txt"], ["link is a symbolic link, not followed", "pipe is no file, left out"],
    )  # fmt: skip
    assert all(note.tampering for note in list_files(tmp_path / "in").notes)
    (tmp_path / "other").symlink_to(tmp_path / "in")
    assert listed(tmp_path / "other") == (
        [], ["the submission's folder is a symbolic link, not followed"],
    )  # fmt: skip
    assert "neither a folder nor a file" in listed(tmp_path / "in" / "pipe")[1][0]
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"no file|links"):
            read_bytes(tmp_path / "in" / name, 9)
    assert read_bytes(tmp_path / "in" / "a.txt", 3) == b"123"


def test_the_bounds_of_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(walk, "MAX_FILES", 3)
    monkeypatch.setattr(walk, "MAX_SEEN", 6)
    monkeypatch.setattr(walk, "MAX_DEPTH", 2)
    made(tmp_path, "a.txt", "b.txt", "c.txt")
    assert listed(tmp_path) == (["a.txt", "b.txt", "c.txt"], [])
    made(tmp_path, "z.ipynb")
    names, notes = listed(tmp_path)
    assert names == ["z.ipynb", "a.txt", "b.txt"]
    assert notes == ["more than 3 files were handed in; the rest was left out"]
    made(tmp_path, "e.txt", "f.txt")
    assert "names" not in " ".join(listed(tmp_path)[1])
    made(tmp_path, "g.txt")
    assert any("more than 6 names were handed in" in note for note in listed(tmp_path)[1])
    deep = tmp_path / "deep"
    made(deep, "1/2/a.txt")
    assert listed(deep) == (["1/2/a.txt"], [])
    made(deep, "1/2/3/a.txt")
    assert listed(deep) == (
        ["1/2/a.txt"], ["1/2/3 lies more than 2 folders deep, left out"],
    )  # fmt: skip


def test_other_files_are_kept_as_far_as_they_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(find, "MAX_OTHER_BYTES", 12)
    made(tmp_path, "a.txt", "b.txt", "c.txt", "n.ipynb/d.txt", "e\x1b.txt", "f.txt")
    (tmp_path / "f.txt").write_bytes(b"12")
    entries = list_files(tmp_path).files
    notes: list = []
    kept = find.other_files(entries, notes, {"n.ipynb"})
    assert kept == {"a.txt": b"12345", "b.txt": b"12345", "f.txt": b"12"}
    said = [note.text for note in notes]
    assert said[0] == "c.txt has 0 MiB and was left out"
    assert any("its name cannot be used" in text for text in said)
    assert any("n.ipynb/d.txt lies in a folder called like a notebook" in text for text in said)
