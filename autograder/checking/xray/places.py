"""The places of a function: its expressions, each of which can be handed to a hook."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.checking.xray.source import HOOK

SKIPPED = (ast.Raise, ast.Assert, ast.JoinedStr, ast.arguments, ast.Delete)
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
SMALL = 12
NO_VALUE = (ast.Slice, ast.Starred, ast.Lambda, ast.List, ast.Dict, ast.Set)
ENDLESS = ("r_", "c_")  # NumPy reads np.r_ as a sequence without end where it expects an array


@dataclass(frozen=True)
class Place:
    """An expression, an update (`a += b`) or a storing (`a[i] = b`), and its place in the tree.

    statement: the first and the last line of its statement.
    """

    node: Any
    parent: Any
    field: str
    index: int | None
    statement: tuple[int, int]

    def put(self, node: Any) -> None:
        """Hang another node into the place."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node

    def hooked(self, index: int | None = None) -> Any:
        """The node that hands the local variables and the parts of the place to the hook.

        index: what the hook is told first, where it serves many places.
        """
        node = self.node
        made: Any
        if isinstance(node, ast.AugAssign | ast.Assign):
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
            old: Any = ast.parse(ast.unparse(target), mode="eval").body
            made = ast.Assign([target], _call([old, node.value]))
            _told(made.value, index)
            return _located(made, node)
        if isinstance(node, ast.BinOp):
            made = _call([node.left, node.right])
        elif isinstance(node, ast.Compare):
            made = _call([node.left, node.comparators[0]])
        elif isinstance(node, ast.Call):
            made = _call([node.func, *node.args], node.keywords)
        elif isinstance(node, ast.Tuple):
            made = _call(node.elts)
        elif isinstance(node, ast.UnaryOp):
            made = _call([node.operand])
        elif isinstance(node, ast.Attribute):
            made = _call([node.value])
        else:
            made = _call([node])
        _told(made, index)
        return _located(made, node)


def _located(made: Any, node: Any) -> Any:
    """The new nodes stand where the old one did."""
    for part in ast.walk(made):
        if not hasattr(part, "lineno") or part is made:
            ast.copy_location(part, node)
    return made


def _told(call: ast.Call, index: int | None) -> None:
    if index is not None:
        call.args.insert(0, ast.Constant(index))


def _call(parts: list[Any], keywords: list[Any] | None = None) -> ast.Call:
    names = ast.Call(ast.Name("locals", ast.Load()), [], [])
    return ast.Call(ast.Name(HOOK, ast.Load()), [names, *parts], keywords or [])


def places(tree: Any) -> list[Place]:
    """All places of a definition, in the order of the source."""
    local = {*local_names(tree)}
    return [p for k, s in enumerate(tree.body) for p in _below(s, tree, "body", (0, 0), local, k)]


def local_names(tree: Any) -> list[str]:
    """Names that the function binds: parameters, then variables."""
    arguments = [n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)]
    stored = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return [n for n in dict.fromkeys([*arguments, *stored]) if n not in ("self", "_")]


def donors(tree: Any) -> list[str]:
    """Parts of the function's code that may belong elsewhere: entries, attributes, small terms.

    And the lengths of its variables.
    """
    kinds = ast.Subscript | ast.Attribute | ast.BinOp | ast.Call
    found = [
        ast.unparse(n)
        for n in ast.walk(tree)
        if isinstance(n, kinds)
        and isinstance(getattr(n, "ctx", ast.Load()), ast.Load)
        and getattr(n, "attr", "") not in ENDLESS
        and len([*ast.walk(n)]) <= SMALL
    ]
    counts = [f"len({name})" for name in local_names(tree)]
    return [*dict.fromkeys([*found, *counts])]


def _below(
    node: Any,
    parent: Any,
    field: str,
    around: tuple[int, int],
    local: set[str],
    index: int | None = None,
) -> Iterator[Place]:
    if isinstance(node, SKIPPED):
        return
    if isinstance(node, ast.stmt):
        around = node.lineno, node.end_lineno or node.lineno
        if hasattr(node, "body"):  # only the head of a loop or a condition
            around = node.lineno, max(node.lineno, node.body[0].lineno - 1)
    if _is_place(node, parent, field, local):
        yield Place(node, parent, field, index, around)
    for name, value in ast.iter_fields(node):
        for k, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield from _below(child, node, name, around, local, k)


def _is_place(node: Any, parent: Any, field: str, local: set[str]) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Subscript | ast.Attribute)
    if isinstance(node, ast.AugAssign):
        return True
    if not isinstance(node, ast.expr) or isinstance(node, NO_VALUE):
        return False
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    if isinstance(node, ast.Attribute):
        return node.attr == "T"
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float, bool)
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in ORDERED and len(node.ops) == 1
    if isinstance(node, ast.Tuple):
        return isinstance(parent, ast.Return) and len(node.elts) > 1
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Name) and node.func.id in ("super", "locals"))
    if isinstance(parent, ast.Attribute) and parent.attr != "T":  # an array, as in g.sum()
        return not isinstance(node, ast.Name) or node.id in local
    return field != "func"
