"""A reader runs a cell again: what it calls must not have become a number further down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXTS = sorted((Path(__file__).resolve().parents[2] / "solutions").glob("**/*.py"))
INNER = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.ClassDef


def taken(text: str) -> set[str]:
    """Names of functions, classes and imports to which a later statement assigns a value."""
    made: set[str] = set()
    found: set[str] = set()
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            made.add(statement.name)
        else:
            found |= made & set(_assigned(statement))
    return found


def _assigned(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, INNER | ast.FunctionDef):  # their names are their own
            yield from _assigned(child)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_cell_takes_the_name_of_a_function(path: Path) -> None:
    assert taken(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from plot import drawing\ndrawing = (1, 2)", {"drawing"}),  # notebook 5.2, once
        ("def f(): pass\nfor f in (1, 2): pass", {"f"}),
        ("import numpy as np\na, *np = 1, 2", {"np"}),
        ("def f(): pass\nwith open('x') as f: pass", {"f"}),
        ("def f(): pass\ng = [f for f in (1, 2)]", set()),
        ("def f():\n    g = 1\ndef g():\n    f = 1", set()),
        ("def f(): pass\ndef f(): pass", set()),
    ],
)
def test_a_name_that_is_taken_is_found(text: str, expected: set[str]) -> None:
    assert taken(text) == expected
