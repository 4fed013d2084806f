"""What is kept of experiment cells, which grading leaves out: what other cells use of them.

Kept are imports, functions, classes and constants that are written down; nothing that computes. So
no training is run, and a name that works at home, where all cells ran, works here.
"""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from autograder.cells import is_experiment
from autograder.checking.own_text import parse
from autograder.grading.definitions import bound_by, is_definition, names_in


def needed_definitions(nb: NotebookNode) -> dict[int, list[str]]:
    """Return, by index of the experiment cell, its definitions that are used outside of it."""
    listed: list[tuple[int, ast.stmt]] = []
    used: set[str] = set()
    for index, cell in enumerate(nb.cells):
        tree = parse(cell.source) if cell.cell_type == "code" else None
        if tree is None:
            continue
        if is_experiment(cell):
            listed += [(index, node) for node in tree.body if is_definition(node)]
        else:
            used |= names_in(tree)
    kept: set[int] = set()
    before = -1
    while before != len(kept):  # a definition may need another one
        before = len(kept)
        for number, (_, node) in enumerate(listed):
            if number not in kept and used.intersection(bound_by(node)):
                kept.add(number)
                used |= names_in(node)
    found: dict[int, list[str]] = {}
    for number in sorted(kept):
        index, node = listed[number]
        found.setdefault(index, []).append(ast.unparse(node))
    return found
