"""Small changes of one place: what a slip of the pen may have turned it from.

A change is a function of the local variables and the place's parts; its value stands for the
place's own. Nothing of it is shown: that a change mends everything is evidence for the line.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checking.xray.places import Place

Edit = Callable[..., Any]
Donor = Callable[[dict[str, Any]], Any]
BINARY: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.MatMult: operator.matmul, ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
}  # fmt: skip
UPDATE: dict[type, Any] = {
    ast.Add: operator.iadd, ast.Sub: operator.isub, ast.Mult: operator.imul,
    ast.Div: operator.itruediv, ast.MatMult: operator.matmul, ast.Pow: operator.ipow,
    ast.FloorDiv: operator.ifloordiv,
}  # fmt: skip
COMPARE: dict[type, Any] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
NEAR: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE), ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}  # fmt: skip
UNARY: dict[type, Any] = {
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
# Functions that are taken for one another.
FAMILIES: tuple[tuple[Any, Any], ...] = (
    (np.sum, np.mean), (np.max, np.min), (np.maximum, np.minimum), (np.argmax, np.argmin),
    (np.zeros, np.ones), (np.zeros_like, np.ones_like), (np.sin, np.cos), (np.var, np.std),
    (np.exp, np.log), (np.sqrt, np.square), (np.tanh, np.exp), (np.exp, np.expm1),
    (np.log, np.log1p), (np.log, np.log2), (np.log, np.log10), (np.mean, np.median), (max, min),
    (np.mean, np.max), (np.sum, np.max), (np.floor, np.ceil), (np.abs, np.square),
)  # fmt: skip
FORMS: tuple[Any, ...] = (
    operator.neg, np.sqrt, np.exp, np.square, np.log, np.abs, np.tanh, np.log1p, np.float64,
    operator.invert, lambda v: v > 0, lambda v: 1 / (1 + np.exp(-v)), lambda v: v.T,
    lambda v: v.swapaxes(-1, -2), lambda v: v[::-1], lambda v: v[:, None], np.sum,
    lambda v: v.sum(axis=0), lambda v: v.sum(axis=1), np.linalg.inv,
)  # fmt: skip
AXES = (0, 1, -1, None, 2, (0, 1), (0, 2, 3))
NO_FORM = (ast.AugAssign, ast.Assign, ast.Constant, ast.Compare, ast.Tuple)
INSERTED = (operator.mul, operator.truediv, operator.add, operator.sub, operator.matmul)


def same(node: Any) -> Edit:
    """The place's own value."""
    if isinstance(node, ast.Assign):
        return lambda _, old, new: new
    if isinstance(node, ast.AugAssign):
        update: Any = UPDATE.get(type(node.op), BINARY.get(type(node.op)))
        return lambda _, a, b: update(a, b)
    table: dict[type, Any] = {ast.BinOp: BINARY, ast.UnaryOp: UNARY}.get(type(node), {})
    if table:
        own = table[type(node.op)]
        return lambda _, *parts: own(*parts)
    if isinstance(node, ast.Compare):
        compare = COMPARE[type(node.ops[0])]
        return lambda _, a, b: compare(a, b)
    if isinstance(node, ast.Call):
        return lambda _, f, *args, **keywords: f(*args, **keywords)
    if isinstance(node, ast.Tuple):
        return lambda _, *parts: parts
    if isinstance(node, ast.Attribute):
        return lambda _, a: a.T
    return lambda _, a: a


def tokens(place: Place, numbers: list[float]) -> Iterator[Any]:
    """One token exchanged, dropped or turned round: an operator, an operand, a number, an axis."""
    node: Any = place.node
    if isinstance(node, ast.BinOp | ast.AugAssign):
        own: Any = BINARY.get(type(node.op))
        for other in BINARY.values():
            if other is not own:
                yield lambda _, a, b, f=other: f(a, b)
        yield lambda _, a, b: a
        yield lambda _, a, b: b
        if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
            yield lambda _, a, b: own(b, a)
        if isinstance(node.op, ast.Mult | ast.MatMult):
            yield lambda _, a, b: a.T @ b
            yield lambda _, a, b: a @ b.T
            yield lambda _, a, b: b @ a
        if isinstance(node.op, ast.Add | ast.Mult):
            yield lambda _, a, b: b - a
            yield lambda _, a, b: b / a
    elif isinstance(node, ast.Assign):
        yield lambda _, old, new: old + new
        yield lambda _, old, new: old - new
        yield lambda _, old, new: old * new
    elif isinstance(node, ast.Compare):
        for kind in NEAR[type(node.ops[0])]:
            yield lambda _, a, b, f=COMPARE[kind]: f(a, b)
    elif isinstance(node, ast.UnaryOp | ast.Attribute):
        yield lambda _, a: a
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda _, a: not a
    elif isinstance(node, ast.Constant):
        v: Any = node.value
        near = (0, 1, 2, -1, v + 1, v - 1, 2 * v, v / 2, -v, *numbers)
        for number in dict.fromkeys(near):
            if number != v:
                yield lambda _, a, n=number: type(a)(n) if n == int(n) else n
        yield lambda _, a: None
    elif isinstance(node, ast.Tuple):
        for k in range(len(node.elts)):
            for j in range(k):
                yield lambda _, *parts, j=j, k=k: _exchanged(parts, j, k)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.IfExp):
        for part in (node.body, node.orelse):
            if isinstance(part, ast.Name):
                yield lambda names, a, k=part.id: names[k]


def _calls(node: ast.Call) -> Iterator[Any]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    for family in FAMILIES:
        for own, other in (family, family[::-1]):
            if own.__name__ in (name, f"a{name}"):
                yield lambda _, f, *args, g=other, **keys: g(*_with_self(f, args), **keys)
    if not node.keywords and len(node.args) == 1:
        yield lambda _, f, a: a
    if isinstance(node.func, ast.Attribute):
        yield lambda _, f, *args, **keys: _owner(f)  # a method left out
    if len(node.args) == 2:
        yield lambda _, f, a, b, **keys: f(b, a, **keys)
    if name in ("matmul", "dot"):
        yield lambda _, f, *args: np.multiply(*_with_self(f, args))
    keywords = [k.arg for k in node.keywords if k.arg]
    for word in keywords:
        if word != "axis":
            yield lambda _, f, *args, w=word, **keys: f(*args, **{**keys, w: not keys[w]})
    if "axis" in keywords or (isinstance(node.func, ast.Attribute) and not node.keywords):
        for axis in AXES:
            yield lambda _, f, *args, x=axis, **keys: f(*args, **{**keys, "axis": x})
            yield lambda _, f, *args, x=axis, **keys: f(
                *args, **{**keys, "axis": x, "keepdims": True}
            )


def _owner(f: Any) -> np.ndarray:
    if not isinstance(f.__self__, np.ndarray):
        raise TypeError
    return f.__self__


def _with_self(f: Any, args: tuple) -> tuple:
    owner = getattr(f, "__self__", None)
    return (owner, *args) if isinstance(owner, np.ndarray) else args


def _exchanged(parts: tuple, j: int, k: int) -> tuple:
    listed = list(parts)
    listed[j], listed[k] = parts[k], parts[j]
    return tuple(listed)


def words(place: Place, names: list[str]) -> Iterator[Any]:
    """Another variable, or a function of the value."""
    node: Any = place.node
    if isinstance(node, ast.Name):
        for other in names:
            if other != node.id:
                yield lambda local, v, k=other: local[k]
    if not isinstance(node, NO_FORM):
        for form in FORMS:
            yield lambda local, v, f=form: f(v)


def operands(place: Place, own: list[Donor], derived: list[Donor]) -> Iterator[Any]:
    """The value with an operand more, or a part of the student's own code in its stead."""
    node: Any = place.node
    parent: Any = place.parent
    if isinstance(node, ast.AugAssign | ast.Assign | ast.Tuple):
        return
    above = type(parent.op) if isinstance(parent, ast.BinOp) else None
    if isinstance(node, ast.Constant | ast.Name | ast.BinOp):
        for donor in own:
            yield lambda local, v, d=donor: d(local)
    for donor in (*own, *derived):
        for f in INSERTED:
            # An operand more of a product is one more of its factors: said once.
            if f in (operator.mul, operator.truediv) and above in (ast.Mult, ast.Div):
                continue
            if f in (operator.add, operator.sub) and above in (ast.Add, ast.Sub):
                continue
            yield lambda local, v, f=f, d=donor: f(v, d(local))
            if f in (operator.sub, operator.truediv, operator.matmul):
                yield lambda local, v, f=f, d=donor: f(d(local), v)
            if f in (operator.mul, operator.truediv):  # one number for each row
                yield lambda local, v, f=f, d=donor: f(v, d(local)[:, None])
