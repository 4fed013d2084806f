"""What is kept of experiment cells, which grading leaves out: what other cells use of them.

Kept are imports, functions, classes, constants, and what runs in no time (light.py); nothing that
trains. So a name that works at home, where all cells ran, works here.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cells import is_experiment
from autograder.checking.own_text import parse
from autograder.grading.judging.light import Light, globals_read, stored


@dataclass(frozen=True)
class Statement:
    """A statement of an experiment that may be run. cell: which of the experiments it is in."""

    cell: int
    text: str
    binds: frozenset[str]
    reads: frozenset[str]


def needed_definitions(nb: NotebookNode) -> dict[int, list[str]]:
    """Return, by index of the experiment cell, its statements that are needed outside of it."""
    cells = [(i, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    places = [index for index, cell in cells if is_experiment(cell)]
    listed = statements(tuple(nb.cells[index].source for index in places))
    if not listed:
        return {}
    used = {n for _, cell in cells if not is_experiment(cell) for n in read_in(cell.source)}
    kept: set[int] = set()
    before = -1
    while before != len(kept):  # a definition may need another one
        before = len(kept)
        for number, one in enumerate(listed):
            if number not in kept and one.binds & used:
                kept.add(number)
                used |= one.reads
    found: dict[int, list[str]] = {}
    for number in sorted(kept):
        found.setdefault(places[listed[number].cell], []).append(listed[number].text)
    return found


def bound_in_experiments(nb: NotebookNode) -> set[str]:
    """Return the names that are there at home, where the experiments ran."""
    try:
        sources = (cell.source for cell in nb.cells if is_experiment(cell))
        return {name for tree in map(parse, sources) if tree for name in stored(tree)}
    except RecursionError:
        return set()


def bound_in(source: str) -> set[str]:
    """Return the names that a cell binds; none where it does not compile."""
    with contextlib.suppress(RecursionError):
        return stored(tree) if (tree := parse(source)) else set()
    return set()


def further_definitions(source: str) -> list[str]:
    """Return the statements by which a cell that ended too early binds what else it binds.

    Those that run in no time may run twice; other values are only made where they are not there.
    """
    found = [one.text for one in statements((source,))]
    tree = parse(source)
    for node in tree.body if tree else ():
        with contextlib.suppress(RecursionError):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and (names := stored(node)):
                text = ast.unparse(node)
                if text not in found:
                    lacking = " or ".join(f"{name!r} not in globals()" for name in sorted(names))
                    found.append(f"if {lacking}:\n    {text}")
    return found


@functools.lru_cache(maxsize=256)  # most of a class have the same experiments, and the same cells
def statements(sources: tuple[str, ...]) -> tuple[Statement, ...]:
    """Return the statements of experiments that run in no time."""
    light, found = Light(), []
    for number, source in enumerate(sources):
        tree = parse(source)
        for node in tree.body if tree else ():
            with contextlib.suppress(RecursionError):  # an expression that is nested too deep
                if (kept := light.kept(node)) is not None:
                    text = ast.unparse(kept)
                    one = Statement(number, text, frozenset(stored(kept)), read_in(text))
                    found.append(one)
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def read_in(source: str) -> frozenset[str]:
    """Return the global names that a cell reads; none where it does not compile."""
    # Most cells are plain Python, and their text need not be made anew: that takes longest here.
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(globals_read(source))
    tree = parse(source)
    if tree is None:
        return frozenset()
    try:
        return frozenset(globals_read(ast.unparse(tree)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # await outside a function
        return frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
