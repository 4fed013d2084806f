"""A kept result is not taken for today's when anything that judges it has changed since."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
import nnkit
from autograder.coursefolder.material import Material
from autograder.grading.classroom import fingerprints
from autograder.grading.classroom.fingerprints import (
    PACKAGES,
    circumstances,
    code_digest,
    fingerprint,
)
from autograder.grading.sandbox.limits import Limits

MATERIAL = Material("01_small", (), b"seed")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The two packages, copied."""
    root = tmp_path_factory.mktemp("code")
    return tuple(
        Path(shutil.copytree(package.__path__[0], root / package.__name__))
        for package in (autograder, nnkit)
    )


def test_both_packages_are_covered_and_a_copy_of_the_code_is_the_same_code(
    copies: tuple[Path, ...],
) -> None:
    assert [path.name for path in PACKAGES] == ["autograder", "nnkit"]
    assert code_digest(copies) == code_digest()


@pytest.mark.parametrize(
    "part",
    [
        "autograder/grading/judging",
        "autograder/grading/sanitize",
        "autograder/grading/remote",
        "autograder/grading/jailed",
        "autograder/checking",
        "autograder/exercises",
        "autograder/coursefolder",
        "autograder/building",
        "autograder",
        "nnkit",
        "nnkit/functional",
    ],
)
def test_a_change_in_any_part_of_the_code_changes_the_digest(
    copies: tuple[Path, ...], part: str
) -> None:
    before = code_digest(copies)
    file = min((copies[0].parent / part).glob("*.py"))
    text = file.read_bytes()
    try:
        file.write_bytes(text + b"\n")
        assert code_digest(copies) != before
    finally:
        file.write_bytes(text)
    assert code_digest(copies) == before


def test_a_translated_message_changes_the_digest(copies: tuple[Path, ...]) -> None:
    before = code_digest(copies)
    catalogue = next(copies[0].rglob("*.mo"))
    text = catalogue.read_bytes()
    catalogue.write_bytes(text + b"\0")
    changed = code_digest(copies)
    catalogue.write_bytes(text)
    assert changed != before


def test_language_release_limits_jail_and_code_are_all_circumstances(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NN_COURSE_LANGUAGE", raising=False)
    seen = {circumstances(MATERIAL, Limits(), "namespaces")}
    seen.add(circumstances(replace(MATERIAL, secret=b"other"), Limits(), "namespaces"))
    seen.add(circumstances(MATERIAL, Limits(cell_seconds=1.0), "namespaces"))
    seen.add(circumstances(MATERIAL, Limits(), "none"))
    monkeypatch.setenv("NN_COURSE_LANGUAGE", "zh")
    seen.add(circumstances(MATERIAL, Limits(), "namespaces"))
    monkeypatch.setattr(
        "autograder.grading.classroom.fingerprints.code_digest", lambda: "a fixed grader"
    )
    seen.add(circumstances(MATERIAL, Limits(), "namespaces"))
    assert len(seen) == 6


def rewritten(path: Path, text: str) -> None:
    """Write a file of the same size and date, as a copy that keeps dates may."""
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


PARTS = {
    "a file's text, of equal length": lambda f: rewritten(f / "a.ipynb", "2"),
    "a file's name": lambda f: (f / "b.txt").rename(f / "c.txt"),
    "another file": lambda f: (f / "d.txt").write_text(""),
    "a file gone": lambda f: (f / "b.txt").unlink(),
    "what lies in a folder": lambda f: rewritten(f / "in" / "x.txt", "y"),
    "the copy that Jupyter keeps": lambda f: rewritten(f / ".ipynb_checkpoints" / "k.ipynb", "2"),
    "a link, which is only named": lambda f: (f / "link").symlink_to(f / "a.ipynb"),
    "when it was handed in": lambda f: (f / "timestamp.txt").write_text("2026-03-01 13:00 UTC"),
}


def handed_in(folder: Path) -> Path:
    for name in ("a.ipynb", "b.txt", "in/x.txt", ".ipynb_checkpoints/k.ipynb"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("1")
    return folder


@pytest.mark.parametrize("part", PARTS)
def test_a_change_in_any_part_of_a_submission_changes_its_fingerprint(tmp_path, part) -> None:
    folder = handed_in(tmp_path / "s")
    before = fingerprint(folder, "p")
    assert before == fingerprint(folder, "p") == fingerprint(handed_in(tmp_path / "t"), "p") != ""
    assert fingerprint(folder, "q") != before
    PARTS[part](folder)
    assert fingerprint(folder, "p") != before


def test_what_no_grading_looks_at_changes_nothing(tmp_path) -> None:
    folder = handed_in(tmp_path)
    before = fingerprint(folder, "p")
    (folder / ".DS_Store").write_text("x")
    os.utime(folder / "a.ipynb", (1, 1))
    assert fingerprint(folder, "p") == before


@pytest.mark.parametrize("bound", ["MAX_HASHED", "MAX_BYTES"])
def test_what_is_too_large_to_be_read_is_known_by_size_and_date(
    tmp_path, monkeypatch, bound
) -> None:
    (tmp_path / "a.ipynb").write_text("1234")
    monkeypatch.setattr(fingerprints, bound, 3)
    before = fingerprint(tmp_path, "p")
    rewritten(tmp_path / "a.ipynb", "5678")
    assert fingerprint(tmp_path, "p") == before
    os.utime(tmp_path / "a.ipynb", (1, 1))
    assert fingerprint(tmp_path, "p") != before
    monkeypatch.setattr(fingerprints, bound, 4)  # the last size that is read
    read = fingerprint(tmp_path, "p")
    rewritten(tmp_path / "a.ipynb", "1234")
    assert fingerprint(tmp_path, "p") != read


def test_all_files_of_a_submission_share_what_is_read(tmp_path, monkeypatch) -> None:
    (tmp_path / "a.ipynb").write_text("1234")
    (tmp_path / "b.txt").write_text("5678")
    monkeypatch.setattr(fingerprints, "MAX_HASHED", 7)
    before = fingerprint(tmp_path, "p")
    rewritten(tmp_path / "b.txt", "0000")
    assert fingerprint(tmp_path, "p") == before
    rewritten(tmp_path / "a.ipynb", "0000")
    assert fingerprint(tmp_path, "p") != before


def test_a_file_that_cannot_be_read_is_known_by_its_error_and_nothing_stops_a_class(
    tmp_path, monkeypatch
) -> None:
    (tmp_path / "a.ipynb").write_text("1")
    found = {fingerprint(tmp_path, "p")}
    for words in ("gone", "worn out"):

        def refuse(path: Path, most: int, words: str = words) -> bytes:
            raise OSError(words)

        monkeypatch.setattr(fingerprints, "read_bytes", refuse)
        found.add(fingerprint(tmp_path, "p"))
    assert len(found) == 3
    monkeypatch.setattr(fingerprints, "list_files", lambda folder: 1 / 0)
    assert fingerprint(tmp_path, "p") == ""
