"""What a cell only defines: imports, functions, classes and constants, which run in no time."""

from __future__ import annotations

import ast

from autograder.checking.own_text import parse


def definitions(source: str) -> list[str]:
    """Return the definitions of a cell, each as a text; none where it does not compile."""
    tree = parse(source)
    return [ast.unparse(node) for node in tree.body if is_definition(node)] if tree else []


def is_definition(node: ast.stmt) -> bool:
    """Return whether a statement only imports, defines, or gives a name to a constant."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
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
