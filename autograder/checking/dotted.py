"""What an expression names, read from its text: `F.relu` is "nnkit.functional.relu".

A name in quotes counts as much as one that is not: `import_module("m").f`, `getattr(m, "f")`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

# What a name means: the dotted name of an import, or the statement or expression that bound it.
Meaning = str | ast.AST
# A text is put together up to this length.
MAX_TEXT = 300


def dotted_name(node: ast.AST, bound: Mapping[str, Meaning], depth: int) -> tuple[str, str]:
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
    node: ast.Call | ast.Subscript, bound: Mapping[str, Meaning], depth: int
) -> tuple[str, str]:
    """Return what a text in quotes names: `import_module("m")`, `getattr(m, "f")`, `vars(m)["f"]`.

    ("", "") for any other call or index.
    """
    if isinstance(node, ast.Subscript):
        text = quoted(node.slice, bound)
        if text and is_own_names(node.value):
            return dotted_name(ast.Name(text), bound, depth)
        dotted, first = dotted_name(node.value, bound, depth)
        if not first or not text:
            return "", ""
        return (text, text) if dotted == "sys.modules" else (f"{dotted}.{text}", first)
    called = dotted_name(node.func, bound, depth)[0]
    texts = [quoted(argument, bound) for argument in node.args]
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
    if called == "eval" and texts and texts[0]:
        try:
            return dotted_name(ast.parse(texts[0], mode="eval").body, bound, depth)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return "", ""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and texts and texts[0]:
        # A dictionary's: vars(m).get("f").
        return _spelled(ast.Subscript(node.func.value, ast.Constant(texts[0])), bound, depth)
    return "", ""


def is_own_names(node: ast.AST) -> bool:
    """Return whether an expression is the dictionary of the notebook's own names."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("globals", "locals", "vars")
        and not node.args
    )


def quoted(node: ast.AST | None, bound: Mapping[str, Meaning] | None = None, depth: int = 0) -> str:
    """Return the text that an expression is, put together from others too; empty for no text."""
    if isinstance(node, ast.Constant):
        return node.value[:MAX_TEXT] if isinstance(node.value, str) else ""
    if depth > 10:
        return ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (quoted(part, bound, depth + 1) for part in (node.left, node.right))
        return (left + right)[:MAX_TEXT] if left and right else ""
    if isinstance(node, ast.JoinedStr):
        parts = [quoted(getattr(v, "value", v) if isinstance(v, ast.FormattedValue) else v, bound,
                        depth + 1) for v in node.values]  # fmt: skip
        return "".join(parts)[:MAX_TEXT] if all(parts) else ""
    if isinstance(node, ast.Name) and bound is not None and node.id in bound:
        what = bound[node.id]
        return quoted(what, bound, depth + 1) if isinstance(what, ast.expr) else ""
    return ""
