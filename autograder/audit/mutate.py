"""Mechanical mistakes: one small change in the syntax tree of a reference at a time."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from autograder.audit.equivalent import EQUIVALENT
from autograder.checking.exercise import Exercise
from autograder.checking.mistakes.trees import copied

_BINARY = {ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add),
ast.Div: (ast.Mult,),
           ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,), ast.MatMult: (ast.Mult,)}  # fmt: skip
_COMPARE = {ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
            ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,)}  # fmt: skip

_CONSTANTS: dict[float, tuple] = {0: (1, -1), 1: (0, 2), 2: (1, 3)}
# Changes see the nodes of a tree as they come; which fields a node has follows from its type.
Node = Any
Change = Callable[[Node], str | None]
Changed = Callable[[Node], Iterator[tuple[str, Node]]]


def mutants(
    exercise: Exercise, changed: Changed | None = None
) -> Iterator[tuple[str, dict[str, Callable]]]:
    """Yield (what was changed, functions) for every mutant that compiles.

    Those that are known to compute the same are left out. changed: which changes are made, those
    of changed_functions where None.
    """
    reference = exercise.reference
    source = textwrap.dedent(inspect.getsource(reference))
    tree = ast.parse(source)
    definition: Node = tree.body[0]
    definition.decorator_list = []  # a mutant is a plain function: nothing registers it
    same = EQUIVALENT.get(exercise.name, {})
    for text, mutated in (changed or changed_functions)(definition):
        if text in same:
            continue
        code = ast.unparse(mutated)
        scope = dict(getattr(reference, "__globals__", vars(inspect.getmodule(reference))))
        scope["__name__"] = "mutants"
        try:
            exec(compile(code, "<mutant>", "exec"), scope)
        except Exception:
            continue
        yield text, {exercise.name: scope[reference.__name__]}


def changed_functions(definition: Node) -> Iterator[tuple[str, Node]]:
    """Yield (what was changed, definition) for every one-step change, each text once."""
    seen = {ast.unparse(definition)}
    for change in list(_changes(definition)):
        mutated = copied(definition)
        text = change(mutated)
        if text is None:
            continue
        code = ast.unparse(ast.fix_missing_locations(mutated))
        if code not in seen:
            seen.add(code)
            yield text, mutated


def _changes(root: Node) -> Iterator[Change]:
    """One function for each possible change; it changes a copy of the tree and says what it did."""
    # -1 becomes 0 only: reshape takes any negative number for -1.
    negated = {id(n.operand) for n in ast.walk(root) if isinstance(n, ast.UnaryOp)}
    for i, node in enumerate(ast.walk(root)):
        if isinstance(node, ast.BinOp):
            for new in _BINARY.get(type(node.op), ()):
                yield edit(i, partial(_set_operator, new))
            if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
                yield replace(i, lambda n: n.left)
                yield replace(i, lambda n: n.right)
            if isinstance(node.op, (ast.MatMult, ast.Sub, ast.Div)):
                yield edit(i, _swap)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert, ast.Not)):
            yield replace(i, lambda n: n.operand)
        elif isinstance(node, ast.Compare):
            for other in _COMPARE.get(type(node.ops[0]), ()):
                yield edit(i, partial(_set_comparison, other))
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            number: Any = node.value
            others = _CONSTANTS.get(number, (number + 1, number * 2))
            for value in (0,) if id(node) in negated else others:
                yield edit(i, partial(_set_number, value))
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield edit(i, lambda n: setattr(n, "value", not n.value))
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            yield replace(i, lambda n: n.value)
        elif isinstance(node, ast.AugAssign):
            yield replace(
                i, lambda n: ast.Assign(targets=[n.target], value=n.value, lineno=n.lineno)
            )
        elif (
            isinstance(node, ast.Call)
            and len(node.args) == 1
            and not node.keywords
            and isinstance(node.func, ast.Attribute)
        ):
            yield replace(i, lambda n: n.args[0])  # np.sqrt(v) -> v
        elif (
            isinstance(node, ast.Return)
            and isinstance(node.value, ast.Tuple)
            and len(node.value.elts) > 1
        ):
            yield edit(
                i,
                lambda n: setattr(
                    n.value, "elts", [n.value.elts[1], n.value.elts[0], *n.value.elts[2:]]
                ),
            )
        elif isinstance(node, ast.keyword) and node.arg == "axis":
            yield edit(i, lambda n: setattr(n, "value", ast.Constant(None)))
        elif isinstance(node, ast.IfExp):
            yield replace(i, lambda n: n.body)
            yield replace(i, lambda n: n.orelse)


def _set_operator(kind: type, node: Node) -> None:
    node.op = kind()


def _set_comparison(kind: type, node: Node) -> None:
    node.ops[0] = kind()


def _set_number(value: float, node: Node) -> None:
    node.value = type(node.value)(value)


def _swap(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def edit(index: int, change: Callable[[Node], Any]) -> Change:
    """Return a change of the node at a place of the walk."""

    def apply(root: Node) -> str | None:
        node = list(ast.walk(root))[index]
        before = text_of(root, node)
        change(node)
        return f"{before}  ->  {text_of(root, node)}"

    return apply


def replace(index: int, make: Callable[[Node], Any]) -> Change:
    """Return a change that puts something else in the place of a node."""

    def apply(root: Node) -> str | None:
        node = list(ast.walk(root))[index]
        before, new = text_of(root, node), make(node)
        for parent in ast.walk(root):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, new)
                    return f"{before}  ->  {text_of(root, new)}"
                if isinstance(value, list) and any(v is node for v in value):
                    value[[v is node for v in value].index(True)] = new
                    return f"{before}  ->  {text_of(root, new)}"
        return None

    return apply


def text_of(root: Node, node: Node) -> str:
    """Return the whole statement around a node: a change reads best in its line."""
    compound = ast.FunctionDef | ast.For | ast.If | ast.While | ast.With
    simple = [s for s in ast.walk(root) if isinstance(s, ast.stmt) and not isinstance(s, compound)]
    around = [s for s in simple if any(child is node for child in ast.walk(s))]
    best = around[-1] if around else node
    return ast.unparse(best)[:120]
