"""Which cells a student's notebook shows folded: those that do little else than draw.

The lab shows their first line and runs them like any other; a click unfolds them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.cells import is_experiment

LINES = 8  # fewer are read faster than unfolded
SHARE = 0.65
DRAWS = frozenset({"plt", "plot", "slider"})
AXES = frozenset({"ax", "axes", "axis", "fig"})  # what loops and functions call an axis


def fold_drawings(nb: NotebookNode) -> None:
    """Fold the experiments that draw, in place; those that the author folded stay so."""
    for cell in nb.cells:
        if cell.cell_type == "code" and is_experiment(cell) and is_drawing(cell.source):
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}


def is_drawing(source: str) -> bool:
    """Return whether most lines of a cell draw; False for what is no plain Python."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    known = set(DRAWS)
    drawn = every = 0
    for statement in _leaves(body, known):
        lines = (statement.end_lineno or statement.lineno) - statement.lineno + 1
        every += lines
        if _names(statement) & known:
            drawn += lines
            if isinstance(statement, ast.Assign) and _names(statement.value) & {"plt"}:
                # fig, ax = plt.subplots()
                known |= {name for target in statement.targets for name in _names(target)}
    return every >= LINES and drawn >= SHARE * every


def _leaves(body: list[ast.stmt], known: set[str]) -> Iterator[ast.stmt]:
    """Yield the statements that hold no others; what loops over axes gives axes."""
    for statement in body:
        inside = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        if not any(inside):
            yield statement
            continue
        if isinstance(statement, ast.For):
            known |= _names(statement.target) & AXES
        if isinstance(statement, ast.FunctionDef):
            known |= {one.arg for one in statement.args.args} & AXES
        for block in inside:
            yield from _leaves(block, known)


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
