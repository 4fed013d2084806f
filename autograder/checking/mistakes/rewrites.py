"""What a standard mistake makes of a line, in the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable

# (the statement, its value, both free to be changed) -> the wrong value or statement, None where it
# does not fit
Rewrite = Callable[[ast.stmt, ast.expr], ast.expr | ast.stmt | None]


def _parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(value: ast.expr, name: str) -> ast.Call | None:
    """The outermost call of a method or function of that name, such as `dout.sum(axis=0)`."""
    for node in ast.walk(value):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == name
        ):
            return node
    return None


def averaged(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """A sum becomes a mean; without a sum, the value is divided by the number of examples."""
    call = _call(value, "sum")
    if call is not None:
        assert isinstance(call.func, ast.Attribute)
        call.func.attr = "mean"
        return value
    return _parse(f"({ast.unparse(value)}) / len({_upstream(value)})") if _upstream(value) else None


def _upstream(value: ast.expr) -> str:
    """The name that brings the examples: an upstream gradient, or the pre-activation's."""
    names = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
    return next((n for n in names if n.startswith("d") and n != "d"), "")


def not_summed(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """`dout.sum(axis=0)` becomes `dout`; a sum inside a larger value does not fit."""
    call = _call(value, "sum")
    if call is None or call is not value:
        return None
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def wrong_axis(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """The axis 0 becomes 1, any other one 0."""
    for node in ast.walk(value):
        if isinstance(node, ast.keyword) and node.arg == "axis":
            axis = ast.unparse(node.value)
            if axis in ("0", "1", "-1"):
                node.value = _parse("1" if axis == "0" else "0")
                return value
    return None


def keeps_axis(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """A sum gets `keepdims=True`."""
    call = _call(value, "sum")
    if call is None:
        return None
    call.keywords.append(ast.keyword("keepdims", ast.Constant(True)))
    return value


def sign(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    """The value becomes its negative."""
    return ast.UnaryOp(ast.USub(), value)


def transposed(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    """The value becomes its transpose."""
    return ast.Attribute(value, "T", ast.Load())


def ignores_dout(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """Ones stand for dout."""

    class Ones(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return _parse("np.ones_like(dout)") if node.id == "dout" else node

    changed = Ones().visit(value)
    return changed if "np.ones_like(dout)" in ast.unparse(changed) else None


def not_averaged(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """A mean becomes a sum, a fraction its numerator."""
    call = _call(value, "mean")
    if call is not None:
        assert isinstance(call.func, ast.Attribute)
        call.func.attr = "sum"
        return value
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return value.left
    return None


def overwritten(statement: ast.stmt, value: ast.expr) -> ast.stmt | None:
    """`+=` becomes `=`."""
    if not isinstance(statement, ast.AugAssign):
        return None
    return ast.fix_missing_locations(ast.Assign([statement.target], value, lineno=1))


def exchanged(first: int, second: int) -> Rewrite:
    """Exchange two of the results that are returned."""

    def rewrite(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
        if not isinstance(value, ast.Tuple) or len(value.elts) < 2:
            return None
        listed = value.elts
        listed[first], listed[second] = listed[second], listed[first]
        return value

    return rewrite


def slope_of_tanh(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """… * v * (1 - v) becomes … * (1 - v**2)."""
    for node in ast.walk(value):
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
            gate = node.left.right
            if isinstance(gate, ast.Name) and ast.unparse(node.right) == f"1 - {gate.id}":
                node.left, node.right = node.left.left, _parse(f"1 - {gate.id}**2")
                return value
    return None


def from_dc(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """dc stands for dct, the total at the cell."""
    found = [n for n in ast.walk(value) if isinstance(n, ast.Name) and n.id == "dct"]
    for node in found:
        node.id = "dc"
    return value if found else None


def type_of_x(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    """np.zeros(…) gets the dtype of x, another value is cut to it."""
    call = _call(value, "zeros")
    if call is not value:
        return _parse(f"({ast.unparse(value)}).astype(x.dtype)")
    assert isinstance(call, ast.Call)
    call.keywords.append(ast.keyword("dtype", _parse("x.dtype")))
    return call


def max_for_maximum(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """np.maximum(a, 0) as np.max(a, 0): the second argument becomes an axis."""
    call = _call(value, "maximum")
    if call is None:
        return None
    assert isinstance(call.func, ast.Attribute)
    call.func.attr, call.args = "max", [call.args[0], ast.Constant(0)]
    return value


def blocks_exchanged(first: int, second: int) -> Rewrite:
    """Exchange two of the names in `zf, zi, zg, zo = …`, or of the entries of a list there."""

    def rewrite(statement: ast.stmt, _value: ast.expr) -> ast.stmt | None:
        if not isinstance(statement, ast.Assign):
            return None
        lists = [n for n in ast.walk(statement.value) if isinstance(n, ast.List)]
        blocks = getattr(lists[0] if lists else statement.targets[0], "elts", [])
        if len(blocks) < 3:
            return None
        blocks[first], blocks[second] = blocks[second], blocks[first]
        return statement

    return rewrite


def rounded_up(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """Every a // b as -(-a // b)."""

    class Up(ast.NodeTransformer):
        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            self.generic_visit(node)
            if not isinstance(node.op, ast.FloorDiv):
                return node
            node.left = ast.UnaryOp(ast.USub(), node.left)
            return ast.UnaryOp(ast.USub(), node)

    return Up().visit(value) if "//" in ast.unparse(value) else None


def first_turn(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    """A loop's iterable, cut after its first value."""
    return _parse(f"list({ast.unparse(value)})[:1]")
