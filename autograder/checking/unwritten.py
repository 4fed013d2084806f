"""Whether a function is still the stub that was handed out."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any


def is_unwritten(function: Any) -> bool:
    """Return whether all that a function or a class does is to raise NotImplementedError.

    False where its text is not at hand.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # no text: made by a factory, in another process, or nothing to call
        return False
    node = tree.body[0] if tree.body else None
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and _only_raises(node.body)


def _only_raises(body: list[ast.stmt]) -> bool:
    """Return whether a body holds a docstring, stubs of methods and such a raise, and no more."""
    rest = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return bool(rest) and all(_is_raise(s) for s in rest)


def _is_raise(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef):
        return _only_raises(statement.body)
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
