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


def without_head(source: str) -> str:
    """Return a function's definition without decorators and annotations; empty for anything else.

    They tell how it is compiled, timed or typed, not what it computes.
    """
    tree = parse(source)
    node = tree.body[0] if tree and len(tree.body) == 1 else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ""
    node.decorator_list, node.returns = [], None
    for part in ast.walk(node.args):
        if isinstance(part, ast.arg):
            part.annotation = None
    return ast.unparse(node)
