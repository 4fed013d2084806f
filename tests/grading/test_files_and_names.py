"""Files around a notebook, identities of rows, stand-ins for exceptions: without a jail."""

from __future__ import annotations

import os
import time
import uuid

import pytest

from autograder.grading.classroom.identities import new_id
from autograder.grading.jailed.files import write_files
from autograder.grading.remote.exceptions import RemoteError, exception, warning


def test_an_identity_is_a_uuid_of_version_seven_with_the_time_in_front():
    before = time.time_ns() // 1_000_000
    found = [uuid.UUID(new_id()) for _ in range(64)]
    after = time.time_ns() // 1_000_000
    assert {one.version for one in found} == {7}
    assert {one.variant for one in found} == {uuid.RFC_4122}
    assert all(before <= one.int >> 80 <= after for one in found)
    drawn = [one.int & (1 << 80) - 1 for one in found]
    changing = [len({value >> bit & 1 for value in drawn}) for bit in range(80)]
    assert [bit for bit in range(80) if changing[bit] == 1] == [62, 63, 76, 77, 78, 79]
    assert len(new_id()) == 32


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of a submission, in which a notebook runs."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def test_files_lie_around_the_notebook_as_they_were_handed_in(home):
    files = {"data.csv": b"1", "in/deep/x.txt": b"2", "bad\0name": b"3", "data.csv/no": b"4"}
    assert write_files(files) == 2
    assert (home / "data.csv").read_bytes() == b"1"
    assert (home / "in" / "deep" / "x.txt").read_bytes() == b"2"
    assert os.getcwd() == str(home)
    assert os.listdir(home.parent) == ["home"]  # nothing above the submission's folder


def test_a_notebook_moves_down_as_far_as_its_files_lie_above_it(home):
    assert write_files({"../../up.csv": b"1", "../mid.csv": b"2", "here.csv": b"3"}) == 3
    assert os.getcwd() == str(home / "notebook" / "notebook")
    assert (home / "up.csv").read_bytes() == b"1"
    assert (home / "notebook" / "mid.csv").read_bytes() == b"2"
    with open("here.csv", "rb") as file:
        assert file.read() == b"3"
    with open("../here.csv", "rb") as file:  # also where it lay a folder below
        assert file.read() == b"3"
    assert not (home / "here.csv").exists()


@pytest.mark.parametrize(
    ("kind", "text", "line", "base", "name", "said"),
    [
        ("ValueError", "why", "", ValueError, "ValueError", "why"),
        ("ValueError", "why", "x = 1", ValueError, "ValueError", "why (x = 1)"),
        ("ValueError", "", "x = 1", ValueError, "ValueError", "(x = 1)"),
        ("NotImplementedError", "", "raise", NotImplementedError, "NotImplementedError", ""),
        ("NotImplementedError", "t", "r", NotImplementedError, "NotImplementedError", "t (r)"),
        ("E", "t" * 300, "l" * 200, RemoteError, "E", "t" * 200 + " (" + "l" * 140 + ")"),
        ("E" * 70, "t", "", RemoteError, "E" * 60, "t"),
        ("not a name", "t", "", RemoteError, "Exception", "t"),
        ("StopIteration", "t", "", RemoteError, "StopIteration", "t"),
        ("StopAsyncIteration", "t", "", RemoteError, "StopAsyncIteration", "t"),
        ("KeyboardInterrupt", "t", "", RemoteError, "KeyboardInterrupt", "t"),
        ("UnicodeDecodeError", "t", "", RemoteError, "UnicodeDecodeError", "t"),
        ("print", "t", "", RemoteError, "print", "t"),
    ],
)  # fmt: skip
def test_an_exception_of_the_jail_is_the_built_in_one_or_one_of_its_name(
    kind, text, line, base, name, said
):
    found = exception(kind, text, line)
    assert isinstance(found, base)
    assert (type(found).__name__, str(found)) == (name, said)
    if base is RemoteError:
        assert type(found).__module__ == "student"


def test_a_warning_of_the_jail_is_of_its_class_or_the_users():
    assert warning("RuntimeWarning") is RuntimeWarning
    assert warning("ComplexWarning").__name__ == "ComplexWarning"
    assert warning("Exception") is UserWarning
