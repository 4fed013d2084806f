"""docs/design.md and the tree have the same folders and modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\s]+)`", PAGE))
# In these each module is one step or one part that the page explains; elsewhere folders are enough.
MODULES = ("checking", "building", "translation", "site", "audit", "grading", "learning", ".")
NOT_STEPS = {"__init__.py", "commands.py"}  # the command line is told once


def python_files(folder: str) -> list[str]:
    files = (ROOT / "autograder" / folder).glob("*.py")
    return sorted(file.name for file in files if file.name not in NOT_STEPS)


@pytest.mark.parametrize("folder", MODULES)
def test_every_module_of_a_folder_that_is_explained_is_named(folder):
    named = {name.rsplit("/", 1)[-1] for name in NAMED}
    assert not [name for name in python_files(folder) if name not in named]


def test_every_folder_is_named():
    folders = [path for path in (ROOT / "autograder").rglob("*") if (path / "__init__.py").exists()]
    named = {part for name in NAMED for part in name.split("/")}
    assert not [f for f in folders if f.name not in named and not re.match(r"ch\d\d", f.name)]
    tests = [path.name for path in (ROOT / "tests").iterdir() if path.is_dir()]
    beside = {path.name for path in (ROOT / "autograder").iterdir()} | {"nnkit"}
    assert not [t for t in tests if t not in beside | named and not t.startswith((".", "__"))]


@pytest.mark.parametrize("name", sorted(n for n in NAMED if re.fullmatch(r"[\w/.]+(\.py|/)", n)))
def test_what_is_named_exists(name):
    path = name.rstrip("/")
    places = [ROOT, *(ROOT / top for top in ("tests", "benchmarks"))]
    found = [place / path for place in places]
    found += (ROOT / "autograder").rglob(path)
    assert any(one.is_dir() if name.endswith("/") else one.is_file() for one in found)
