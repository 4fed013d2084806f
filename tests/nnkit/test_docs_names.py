"""What docs/nnkit.md names exists: modules, functions, layers, and the arguments in their order."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import nnkit
import nnkit.functional as F
from autograder import exercises
from nnkit import layers, optim
from nnkit.train import fit

ROOT = Path(nnkit.__path__[0])
PAGE = (ROOT.parent / "docs" / "nnkit.md").read_text(encoding="utf-8")


def rows(heading):
    """Return the cells of the rows of the first table after a heading."""
    after = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    lines = [line for line in after.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


CALLS = [
    call
    for _, ours, _ in rows("Coming from PyTorch")
    for call in re.findall(r"`((?:F\.|optim\.|net\.)?[A-Za-z]\w*(?:\([^)`]*\))?)`", ours)
    if "(" in call or "." in call
]


def found(name):
    """Return what nnkit has under a name of the table."""
    head, _, last = name.rpartition(".")
    if head == "net":
        return getattr(layers.Module, last)
    if name == "fit":
        return fit
    return getattr({"F": F, "optim": optim, "": layers}[head], last)


def test_every_row_of_the_table_names_something_of_nnkit_and_its_reason():
    table = rows("Coming from PyTorch")
    assert len(table) > 30
    assert all(len(row) == 3 and all(row) for row in table)
    for _, ours, _ in table:
        assert any(f"`{call}`" in ours for call in CALLS), ours


@pytest.mark.parametrize("call", sorted(set(CALLS)))
def test_a_call_of_the_table_has_the_arguments_it_names_in_their_order(call):
    name, _, arguments = call.rstrip(")").partition("(")
    signature = inspect.signature(found(name)).parameters
    known = [key for key in signature if key != "self"]
    given = [argument.strip() for argument in arguments.split(",") if argument.strip()]
    in_order = [argument for argument in given if "=" not in argument]
    assert known[: len(in_order)] == in_order
    for keyword in (argument.partition("=")[0] for argument in given if "=" in argument):
        assert keyword in known


def test_the_table_of_the_layout_names_every_file():
    shown = set()
    for where, what in rows("How to read it"):
        shown |= {str(ROOT / name) for name in re.findall(r"`(\w+\.py)`", where)}
        for folder in re.findall(r"`([\w/]+/)`", where):
            names = re.findall(r"`(\w+)`", what)
            shown |= {
                str(ROOT / folder / f"{n}.py")
                for n in names
                if (ROOT / folder / f"{n}.py").exists()
            }
    # The layers and figures stand under what they make, not file by file.
    files = {
        str(file)
        for file in ROOT.rglob("*.py")
        if file.name != "__init__.py" and file.parent.name not in ("layers", "plot")
    }
    assert files <= shown


def test_nothing_a_check_forbids_has_moved_away():
    """A forbidden name of nnkit is a module, or a function below the package it names."""
    explicit = 0
    described = [e for number in exercises.CHAPTERS for e in exercises.chapter(number).values()]
    for exercise in described:
        stem = exercise.name.removesuffix("_forward").removesuffix("_backward")
        own = {f"nnkit.functional.{stem}{end}" for end in ("", "_forward", "_backward")}
        for name in {n for n in exercise.forbids if n.startswith("nnkit.")} - own:
            explicit += 1
            package, _, last = name.rpartition(".")
            try:
                importlib.import_module(name)
            except ModuleNotFoundError:
                assert callable(getattr(importlib.import_module(package), last))
    assert explicit > 10
