"""Which files of a submission are read, in which order they count, and up to which limits."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.sanitize import candidates
from autograder.grading.sanitize.candidates import (
    Backwards,
    Candidate,
    Found,
    foreign,
    load,
    natural,
    read_all,
    reads_notebooks,
)
from autograder.grading.sanitize.notes import Note
from autograder.grading.sanitize.walk import Entry


def entry(path: Path, content: bytes, folder: str = "") -> Entry:
    path.write_bytes(content)
    name = f"{folder}/{path.name}".lstrip("/")
    return Entry(name, path, len(content), 0)


def notebook(source: str = "x = 1") -> bytes:
    return json.dumps(new_notebook(cells=[new_code_cell(source)])).encode()


def test_numbers_in_names_go_by_their_value():
    names = ["a10", "a9", "a", "b1", "9", "a9b", "a09"]
    assert sorted(names, key=natural) == ["9", "a", "a9", "a09", "a9b", "a10", "b1"]
    assert natural("v" + "1" * 40) == natural("v" + "1" * 40)
    assert Backwards((2,)) < Backwards((1,))
    assert not Backwards((1,)) < Backwards((1,))
    assert Backwards((1,)) == Backwards((1,))


def test_other_files_are_seen_from_the_notebooks_folder_and_from_the_top():
    files = {"data.csv": b"1", "sub/own.csv": b"2"}
    assert Found().seen_from_here(files) == files
    found = Found(folder="sub", unpacked={"sub/in_zip.csv": b"3", "data.csv": b"4"})
    assert found.seen_from_here(files) == {
        "../data.csv": b"4", "own.csv": b"2", "in_zip.csv": b"3",
        "data.csv": b"4", "sub/own.csv": b"2", "sub/in_zip.csv": b"3",
    }  # fmt: skip


def test_no_more_notebooks_and_bytes_are_read_than_the_limits_allow(tmp_path, monkeypatch):
    made = [entry(tmp_path / f"n{i}.ipynb", notebook()) for i in range(4)]
    size = made[0].size
    for most, read in ((2, 2), (4, 4)):
        notes: list[Note] = []
        monkeypatch.setattr(candidates, "MAX_NOTEBOOKS", most)
        assert [c.base for c in read_all(made, notes)] == [f"n{i}" for i in range(read)]
        assert [note.text for note in notes] == [
            f"n{i}.ipynb was not read: too many or too large notebooks" for i in range(read, 4)
        ]
    for left, read in ((4 * size, 4), (4 * size - 1, 3), (size, 1), (size - 1, 0)):
        monkeypatch.setattr(candidates, "MAX_READ", left)
        assert len([*read_all(made, [])]) == read
    # One that is too large for itself is named and takes nothing from the others.
    monkeypatch.setattr(candidates, "MAX_READ", 4 * size)
    monkeypatch.setattr(candidates, "MAX_BYTES", size)
    monkeypatch.setattr(candidates, "MAX_NOTEBOOKS", 5)
    big = entry(tmp_path / "big.ipynb", notebook("y" * size))
    assert big.size < 4 * size
    found = [*read_all([big, *made], [])]
    assert len(found) == 5
    assert [c.found.notebook is None for c in found] == [True, False, False, False, False]


def test_a_file_is_read_up_to_the_limit_and_refused_beyond_with_its_size(tmp_path, monkeypatch):
    mebibyte = 2**20
    monkeypatch.setattr(candidates, "MAX_BYTES", 3 * mebibyte)
    content = notebook()
    exact = entry(tmp_path / "a.ipynb", content + b" " * (3 * mebibyte - len(content)))
    assert load(exact).notebook is not None
    more = entry(tmp_path / "b.ipynb", content + b" " * (5 * mebibyte - len(content)))
    assert load(more).reason == "notebook has 5 MiB, more than the 3 MiB that are read"
    gone = Entry("gone.ipynb", tmp_path / "gone.ipynb", 5, 0)
    assert load(gone).reason.startswith("notebook cannot be read: ")
    assert load(gone).file == "gone.ipynb"


def rank(monkeypatch: pytest.MonkeyPatch, one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the first candidate counts before the second."""
    work = {"answered": (True, True), "touched": (False, True), "blank": (False, False)}
    monkeypatch.setattr(candidates, "work_in", lambda nb, _: work[nb])
    keys = []
    for wanted in (one, other):
        given = {"name": "x", "base": "01_ramp", "folder": "", "work": "answered", **wanted}
        found = Found(notebook=given["work"])
        if given["work"] == "unreadable":
            found = SimpleNamespace(notebook=None)  # type: ignore
            monkeypatch.setitem(work, None, (False, False))  # type: ignore
        keys.append(
            Candidate(given["name"], given["base"], given["folder"], found).rank(
                SimpleNamespace(name="01_ramp")  # type: ignore
            )
        )
    assert keys[0] != keys[1]
    assert (keys[0] < keys[1]) != (keys[1] < keys[0])
    return keys[0] < keys[1]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"work": "blank", "folder": "a/b"}, {"work": "unreadable"}),
        ({"work": "answered", "folder": "a/b"}, {"work": "touched"}),
        ({"work": "touched", "folder": "a/b"}, {"work": "blank"}),
        ({"base": "other"}, {"folder": "a"}),
        ({"folder": "a", "base": "other"}, {"folder": "a/b"}),
        ({"folder": "try10", "base": "other"}, {"folder": "try9"}),
        ({}, {"base": "01_ramp-2"}),
        ({"base": "01_ramp-10"}, {"base": "01_ramp-9"}),
        ({"name": "b"}, {"name": "a"}),
    ],
)
def test_work_counts_before_depth_depth_before_names_and_the_later_attempt_first(
    monkeypatch, better, worse
):
    assert rank(monkeypatch, better, worse)
    assert not rank(monkeypatch, worse, better)


MATERIAL: Any = SimpleNamespace(notebooks=[SimpleNamespace(name="01_ramp")])


@pytest.fixture
def known_by_name(monkeypatch):
    """A notebook is the assignment's that has its name; one with an answer has work."""
    monkeypatch.setattr(
        candidates, "target_of",
        lambda base, _nb, material: next((m for m in material.notebooks if m.name == base), None),
    )  # fmt: skip
    monkeypatch.setattr(
        candidates, "work_in", lambda nb, _: (bool(nb and "answer" in str(nb)), True)
    )


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_ipynb", ".ipynb"), content)
    return made.getvalue()


def test_a_zip_file_is_opened_only_where_a_notebook_has_no_work(tmp_path, known_by_name):
    inside = entry(tmp_path / "all.zip", zipped(deep__01_ramp_ipynb=notebook("answer")))
    blank = Candidate("01_ramp.ipynb", "01_ramp", "", Found(notebook="blank"))  # type: ignore
    done = Candidate("01_ramp.ipynb", "01_ramp", "", Found(notebook="answer"))  # type: ignore
    notes: list[Note] = []
    (one,) = foreign([inside], [blank], MATERIAL, notes)
    assert not notes
    assert (one.name, one.base, one.folder) == ("all.zip/deep/01_ramp.ipynb", "01_ramp",
                                                "all.zip/deep")  # fmt: skip
    assert one.found.folder == "deep"
    assert [n.text for n in one.found.notes] == ["01_ramp was read from all.zip/deep/01_ramp.ipynb"]
    assert foreign([inside], [done], MATERIAL, notes) == []
    assert [n.text for n in notes] == ["all.zip was not opened: the notebooks lie beside it"]


def test_a_damaged_zip_file_is_named_and_other_endings_are_left_alone(tmp_path, known_by_name):
    notes: list[Note] = []
    broken = entry(tmp_path / "all.zip", b"PK no zip file")
    picture = entry(tmp_path / "01_ramp.png", notebook("answer"))
    assert foreign([broken, picture], [], MATERIAL, notes) == []
    assert len(notes) == 1
    assert notes[0].text.startswith("all.zip was not used: ")


@pytest.mark.parametrize("name", ["01_ramp.ipynb.txt", "01_ramp.ipynb.json", "01_ramp"])
def test_a_notebook_under_the_ending_of_a_text_is_read(tmp_path, known_by_name, name):
    one = entry(tmp_path / name, notebook("answer"))
    (found,) = foreign([one], [], MATERIAL, [])
    assert found.base == "01_ramp"
    assert found.found.unpacked == {}


def test_a_notebook_that_opens_another_finds_what_was_zipped_beside_it(tmp_path, known_by_name):
    for source, seen in (("answer", False), ("answer\n%run helpers.ipynb", True)):
        files = {"01_ramp_ipynb": notebook(source), "data.csv": b"1"}
        made = entry(tmp_path / "all.zip", zipped(**files))
        (one,) = foreign([made], [], MATERIAL, [])
        assert ("01_ramp.ipynb" in one.found.unpacked) == seen
        assert one.found.unpacked["data.csv"] == b"1"
    assert not reads_notebooks(None)
    quoted = new_notebook(cells=[new_markdown_cell("%run helpers.ipynb")])
    assert not reads_notebooks(quoted)
