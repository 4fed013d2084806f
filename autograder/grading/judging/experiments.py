"""What is kept of experiment cells, which grading leaves out: what other cells use of them.

Kept are imports, functions, classes and constants that are written down; nothing that computes. So no
training is run, and a name that works at home, where all cells ran, works here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.cells import is_experiment
from autograder.checking.own_text import parse


def needed_definitions(nb: NotebookNode) -> dict[int, list[str]]:
    """Return, by index of the experiment cell, the definitions in it that are used outside of it."""
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


def is_definition(node: ast.stmt) -> bool:
    """Return whether a statement only imports, defines, or gives a name to a constant."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, (ast.Lambda, ast.Name)) or is_constant(node.value)
    return isinstance(
        node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    )


def is_constant(value: ast.expr) -> bool:
    """Return whether an expression is a number, a text, or a container of these."""
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a definition binds."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(node, ast.Assign):
        yield from (t.id for t in node.targets if isinstance(t, ast.Name))
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name


def names_in(tree: ast.AST) -> set[str]:
    """Return the names that a text reads."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
