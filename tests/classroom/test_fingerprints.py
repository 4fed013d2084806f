"""A kept result is not taken for today's when anything that judges it has changed since."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
import nnkit
from autograder.coursefolder.material import Material
from autograder.grading.classroom.fingerprints import PACKAGES, circumstances, code_digest
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
