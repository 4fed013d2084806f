"""More one-step changes than mutate.py has: the rarer slips, and many that change nothing.

Whoever looks for wrong code that passes wants them all; a table of shares wants fewer that are
equivalent.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from autograder.audit.mutate import Change, Node, changed_functions, edit, replace, text_of
from autograder.checking.mistakes.trees import copied

# A function for another of the same arguments.
OTHERS = {
    "sum": "mean", "maximum": "minimum", "exp": "expm1", "log": "log1p", "argmax": "argmin",
    "zeros": "ones", "zeros_like": "ones_like", "std": "var", "floor": "ceil", "max": "min",
    "cumsum": "cumprod", "hstack": "vstack", "argsort": "sort", "tanh": "sinh", "sqrt": "square",
    "any": "all", "matmul": "multiply", "repeat": "tile", "random": "standard_normal",
}  # fmt: skip
OTHERS |= {new: old for old, new in OTHERS.items()} | {"dot": "multiply", "abs": "sign"}
SHELLS = {"reversed", "sorted", "float", "int", "max", "min", "abs", "list"}
NAMES = 3  # other names tried in a name's place


def all_changed(definition: Node) -> Iterator[tuple[str, Node]]:
    """Yield (what was changed, definition) for every change of mutate.py and of this module."""
    rng = random.Random(ast.unparse(definition))  # the same names for the same text
    seen = {ast.unparse(definition)}
    for text, changed in changed_functions(definition):
        seen.add(ast.unparse(changed))
        yield text, changed
    for change in list(_changes(definition, rng)):
        changed = copied(definition)
        said = change(changed)
        code = ast.unparse(ast.fix_missing_locations(changed))
        if said is not None and code not in seen:
            seen.add(code)
            yield said, changed


def _changes(root: Node, rng: random.Random) -> Iterator[Change]:
    stored = [
        n.id for n in ast.walk(root) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    local = list(dict.fromkeys([a.arg for a in ast.walk(root) if isinstance(a, ast.arg)] + stored))
    for i, node in enumerate(ast.walk(root)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in local:
            others = [name for name in local if name != node.id]
            for name in rng.sample(others, min(NAMES, len(others))):
                yield edit(i, partial(_set, "id", name))
        elif isinstance(node, ast.Slice):
            yield from _of_slice(i, node)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.If | ast.For):
            yield partial(_without, i)
            if isinstance(node, ast.Assign):
                yield edit(i, _slightly_more)
            if isinstance(node, ast.If):
                for truth in (True, False):
                    yield edit(i, partial(_set, "test", ast.Constant(truth)))
        elif isinstance(node, ast.Attribute) and node.attr in OTHERS:
            yield edit(i, partial(_set, "attr", OTHERS[node.attr]))
        elif isinstance(node, ast.BoolOp):
            yield replace(i, lambda n: n.values[0])
            yield replace(i, lambda n: n.values[-1])
            yield edit(i, _other_connective)
        elif isinstance(node, ast.Call):
            yield from _of_call(i, node)
        elif isinstance(node, ast.Tuple) and len(node.elts) > 2 and isinstance(node.ctx, ast.Load):
            yield edit(i, lambda n: n.elts.insert(-1, n.elts.pop()))
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield replace(i, lambda n: n.value)


def _of_slice(i: int, node: ast.Slice) -> Iterator[Change]:
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            yield edit(i, partial(_set, bound, None))
            if bound != "step":
                for more in (1, -1):
                    yield edit(i, partial(_shift, bound, more))


def _of_call(i: int, node: ast.Call) -> Iterator[Change]:
    for k in range(len(node.keywords)):
        yield edit(i, partial(_pop, k))
    if len(node.args) > 1:
        yield edit(i, lambda n: n.args.pop())
        yield edit(i, lambda n: n.args.insert(0, n.args.pop(1)))
    function = node.func
    if isinstance(function, ast.Attribute) and not (
        isinstance(function.value, ast.Name) and function.value.id in ("np", "math")
    ):
        yield replace(i, lambda n: n.func.value)
    if isinstance(function, ast.Name) and function.id in SHELLS and node.args:
        yield replace(i, lambda n: n.args[0])
    if isinstance(function, ast.Name) and function.id == "range" and len(node.args) == 1:
        yield edit(i, lambda n: n.args.insert(0, ast.Constant(1)))
        yield edit(i, lambda n: n.args.append(_plus(n.args.pop(), -1)))


def _set(field: str, value: Any, node: Node) -> None:
    setattr(node, field, copied(value))


def _shift(field: str, more: int, node: Node) -> None:
    setattr(node, field, _plus(getattr(node, field), more))


def _pop(k: int, node: Node) -> None:
    node.keywords.pop(k)


def _plus(value: Any, more: int) -> ast.BinOp:
    return ast.BinOp(value, ast.Add() if more > 0 else ast.Sub(), ast.Constant(abs(more)))


def _slightly_more(node: Node) -> None:
    node.value = ast.BinOp(node.value, ast.Mult(), ast.Constant(1.001))


def _other_connective(node: Node) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _without(i: int, root: Node) -> str | None:
    """Take a statement out."""
    node = list(ast.walk(root))[i]
    text = text_of(root, node)
    for parent in ast.walk(root):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and any(one is node for one in block):
                block[[one is node for one in block].index(True)] = ast.Pass()
                return f"{text}  ->  (nothing)"
    return None
