"""Mistakes that many exercises share: written once, with one hint each, and named in a word."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

# (the statement, its value, both free to be changed) -> the wrong value or statement, None where it
# does not fit
Rewrite = Callable[[ast.stmt, ast.expr], ast.expr | ast.stmt | None]


@dataclass(frozen=True)
class Standard:
    """A mistake by its word; bare: the name does not begin with the variable ("ignores dout")."""

    rewrite: Rewrite
    hint: str
    bare: bool = False


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


def _averaged(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
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


def _not_summed(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    call = _call(value, "sum")
    if call is None or call is not value:
        return None
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def _wrong_axis(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    for node in ast.walk(value):
        if isinstance(node, ast.keyword) and node.arg == "axis":
            axis = ast.unparse(node.value)
            if axis in ("0", "1", "-1"):
                node.value = _parse("1" if axis == "0" else "0")
                return value
    return None


def _keeps_axis(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    call = _call(value, "sum")
    if call is None:
        return None
    call.keywords.append(ast.keyword("keepdims", ast.Constant(True)))
    return value


def _sign(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.USub(), value)


def _transposed(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    return ast.Attribute(value, "T", ast.Load())


def _ignores_dout(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    class Ones(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return _parse("np.ones_like(dout)") if node.id == "dout" else node

    changed = Ones().visit(value)
    return changed if "np.ones_like(dout)" in ast.unparse(changed) else None


def _not_averaged(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    call = _call(value, "mean")
    if call is not None:
        assert isinstance(call.func, ast.Attribute)
        call.func.attr = "sum"
        return value
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return value.left
    return None


def _overwritten(statement: ast.stmt, value: ast.expr) -> ast.stmt | None:
    if not isinstance(statement, ast.AugAssign):
        return None
    return ast.fix_missing_locations(ast.Assign([statement.target], value, lineno=1))


def _exchanged(first: int, second: int) -> Rewrite:
    def rewrite(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
        if not isinstance(value, ast.Tuple) or len(value.elts) < 2:
            return None
        listed = value.elts
        listed[first], listed[second] = listed[second], listed[first]
        return value

    return rewrite


def _slope_of_tanh(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """… * v * (1 - v) becomes … * (1 - v**2)."""
    for node in ast.walk(value):
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
            gate = node.left.right
            if isinstance(gate, ast.Name) and ast.unparse(node.right) == f"1 - {gate.id}":
                node.left, node.right = node.left.left, _parse(f"1 - {gate.id}**2")
                return value
    return None


def _from_dc(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    found = [n for n in ast.walk(value) if isinstance(n, ast.Name) and n.id == "dct"]
    for node in found:
        node.id = "dc"
    return value if found else None


def _type_of_x(_statement: ast.stmt, value: ast.expr) -> ast.expr:
    """np.zeros(…) gets the dtype of x, another value is cut to it."""
    call = _call(value, "zeros")
    if call is not value:
        return _parse(f"({ast.unparse(value)}).astype(x.dtype)")
    assert isinstance(call, ast.Call)
    call.keywords.append(ast.keyword("dtype", _parse("x.dtype")))
    return call


def _max_for_maximum(_statement: ast.stmt, value: ast.expr) -> ast.expr | None:
    """np.maximum(a, 0) as np.max(a, 0): the second argument becomes an axis."""
    call = _call(value, "maximum")
    if call is None:
        return None
    assert isinstance(call.func, ast.Attribute)
    call.func.attr, call.args = "max", [call.args[0], ast.Constant(0)]
    return value


ORDER = "Compare the order of your results with that in the docstring."
UPSTREAM = "Every gradient starts from the one that comes in from above."
COPIED = "Where a value is copied in forward, the gradients add up in backward."
STANDARD: dict[str, Standard] = {
    "averaged": Standard(_averaged, COPIED),
    "not summed": Standard(
        _not_summed, "A gradient has the shape of its variable. Which axis has to go, and how?"
    ),
    "wrong axis": Standard(
        _wrong_axis, "Write the shapes beside it: which axis goes, and which one stays?"
    ),
    "keeps axis": Standard(_keeps_axis, "A gradient has exactly the shape of its variable."),
    "sign": Standard(_sign, "Check the sign."),
    "transposed": Standard(
        _transposed, "Write the shapes beside it: a gradient has the shape of its variable."
    ),
    "ignores dout": Standard(_ignores_dout, UPSTREAM, bare=True),
    "not averaged": Standard(
        _not_averaged, "The loss averages over the batch; so does its gradient."
    ),
    "overwritten": Standard(_overwritten, COPIED),
    "first two exchanged": Standard(_exchanged(0, 1), ORDER),
    "last two exchanged": Standard(_exchanged(-2, -1), ORDER),
    "states exchanged": Standard(_exchanged(1, 2), ORDER),
    "du and dw exchanged": Standard(_exchanged(-3, -2), ORDER),
    "type of x": Standard(
        _type_of_x, "What becomes of 0.3 in an array of whole numbers?", bare=True
    ),
    "slope of tanh": Standard(
        _slope_of_tanh, "Which function did this gate pass? Its slope is written with its value."
    ),
    "from dc": Standard(
        _from_dc, "The gradient at the cell has two sources: dc, and what comes down through h."
    ),
    "dx ignores dout": Standard(_ignores_dout, UPSTREAM, bare=True),
    "dw ignores dout": Standard(_ignores_dout, UPSTREAM, bare=True),
    "max for maximum": Standard(
        _max_for_maximum,
        "np.max finds one largest number along an axis. Which function compares entry by entry?",
        bare=True,
    ),
}
