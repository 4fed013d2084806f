"""What an expression names, read from its text: `F.relu` is "nnkit.functional.relu".

A name in quotes counts as much as one that is not: `import_module("m").f`, `getattr(m, "f")`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping


def dotted_name(node: ast.AST, bound: Mapping[str, str | ast.AST], depth: int) -> tuple[str, str]:
    """Return a name or chain of attributes, resolved, and its first name.

    Imports and plain aliases are followed.
    """
    if depth > 20:
        return "", ""
    if isinstance(node, ast.Attribute):
        dotted, first = dotted_name(node.value, bound, depth)
        return (dotted if node.attr == "__dict__" else f"{dotted}.{node.attr}"), first
    if isinstance(node, (ast.Call, ast.Subscript)):
        return _spelled(node, bound, depth + 1)
    if not isinstance(node, ast.Name):
        return "", ""
    what = bound.get(node.id)
    if isinstance(what, str):
        return what, node.id
    if isinstance(what, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        return dotted_name(what, bound, depth + 1)[0] or node.id, node.id
    return node.id, node.id


def _spelled(
    node: ast.Call | ast.Subscript, bound: Mapping[str, str | ast.AST], depth: int
) -> tuple[str, str]:
    """Return what a text in quotes names: `import_module("m")`, `getattr(m, "f")`, `vars(m)["f"]`.

    ("", "") for any other call or index.
    """
    if isinstance(node, ast.Subscript):
        dotted, first = dotted_name(node.value, bound, depth)
        text = _quoted(node.slice)
        if not first or not text:
            return "", ""
        return (text, text) if dotted == "sys.modules" else (f"{dotted}.{text}", first)
    called = dotted_name(node.func, bound, depth)[0]
    texts = [_quoted(argument) for argument in node.args]
    if called in ("importlib.import_module", "__import__") and texts and texts[0]:
        whole = (
            called != "__import__" or len(texts) > 3 or "fromlist" in {k.arg for k in node.keywords}
        )
        return (texts[0] if whole else texts[0].split(".")[0]), texts[0]
    if called == "vars" and len(texts) == 1:
        return dotted_name(node.args[0], bound, depth)
    if called == "getattr" and len(texts) > 1 and texts[1]:
        dotted, first = dotted_name(node.args[0], bound, depth)
        return (f"{dotted}.{texts[1]}", first) if first else ("", "")
    return "", ""


def _quoted(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
