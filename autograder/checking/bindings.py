"""What the statements of a notebook's cells bind, in whatever way they bind it, read from the text.

A name may mean several things at once: what a condition decides, what is written into an object
(`np.f = …`, `f.__code__ = …`), and what `exec` makes of a text that is not there to be read.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterator
from functools import lru_cache

from autograder.checking.dotted import Meaning, dotted_name, is_own_names, quoted
from autograder.checking.imports import imported

# The name of what `exec` binds where its text is made while it runs.
MADE = "*exec"
MAX_NESTED = 5


class Bound(dict[str, Meaning]):
    """Name -> what it means by its last binding.  more: what else it may mean, by (dotted) name."""

    def __init__(self) -> None:
        super().__init__()
        self.more: dict[str, list[Meaning]] = {}

    def put(self, name: str, what: Meaning, is_sure: bool = True) -> None:
        """Bind a name; where that is not sure, it may still mean what it meant."""
        before = [self[name]] if name in self else []
        kept = [] if is_sure else [*before, *self.more.get(name, [])]
        self[name] = what
        self.more.pop(name, None)
        if kept:
            self.more[name] = kept

    def also(self, name: str, what: Meaning) -> None:
        """Let a name, or a chain of attributes, mean this besides."""
        self.more.setdefault(name, []).append(what)

    def meanings(self, name: str, is_asked: bool) -> list[Meaning]:
        """Return all that a name may mean.

        is_asked: it is one of those that are judged, which `exec` may have made.
        """
        found = [self[name]] if name in self else []
        found += self.more.get(name, [])
        made = is_asked and not found and not hasattr(builtins, name)
        return self.more.get(MADE, []) if made else found


def bind(tree: ast.Module, bound: Bound, stars: list[str], is_kept: bool = False) -> None:
    """Note what a cell binds.

    stars: modules of which all names are taken.  is_kept: the tree is, so its steps may be, too.
    """
    for target, what, is_sure in steps(tree) if is_kept else _steps(tree.body, True, 0):
        if isinstance(what, (ast.Import, ast.ImportFrom)):
            for name, meaning in imported(what, stars).items():
                bound.put(name, meaning, is_sure)
        elif isinstance(target, str):
            bound.put(target, assigned(target, what, bound), is_sure)
        elif isinstance(target, ast.Attribute) and target.attr.startswith("__"):
            bound.also(dotted_name(target.value, bound, 0)[1], what)  # f.__code__ = …
        elif isinstance(target, ast.Name):
            bound.also(target.id, what)
        else:
            bound.also(dotted_name(target, bound, 0)[0] or root(target), what)


def assigned(name: str, value: ast.AST, bound: Bound) -> Meaning:
    """Return what `name = value` binds: other names, and `name` itself, as they are by then."""
    if isinstance(value, ast.Name):
        return bound.get(value.id, value)
    if isinstance(value, (ast.Lambda, *DEFINITIONS)):
        return value
    if name not in bound or name not in names_in(value):
        return value
    before = f"{name}'{len(bound)}"
    bound[before] = bound[name]
    return renamed(value, name, before)


@lru_cache(maxsize=256)
def renamed(value: ast.AST, old: str, new: str) -> ast.AST:
    """Return a copy of an expression in which a name is another one."""
    return Renamed(old, new).visit(copy.deepcopy(value))


@lru_cache(maxsize=1024)
def names_in(value: ast.AST) -> frozenset[str]:
    """Return the names in an expression."""
    return frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))


class Renamed(ast.NodeTransformer):
    """Calls a name something else."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename this one."""
        return ast.Name(self.new, node.ctx) if node.id == self.old else node


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Step = tuple["str | ast.AST", ast.AST, bool]


@lru_cache(maxsize=128)
def steps(tree: ast.Module) -> tuple[Step, ...]:
    """Return a cell's bindings in order: (name or what is changed, by what, whether for sure)."""
    return tuple(_steps(tree.body, True, 0))


def _steps(body: list[ast.stmt], is_sure: bool, depth: int) -> Iterator[Step]:
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield "", node, is_sure
        elif isinstance(node, DEFINITIONS):
            yield node.name, node, is_sure
            for part in ast.walk(node):
                if isinstance(part, ast.Global):
                    yield from ((ast.Name(name), node, False) for name in part.names)
        elif isinstance(node, ast.If):
            yield from _named_inside(node.test, is_sure)
            known = constant(node.test)
            if known is not False:
                yield from _steps(node.body, is_sure and known is True, depth)
            if known is not True:
                yield from _steps(node.orelse, is_sure and known is False, depth)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                yield from _steps(case.body, False, depth)
        else:
            yield from _simple(node, is_sure, depth)
            for block in ("body", "orelse", "finalbody"):
                yield from _steps(getattr(node, block, []), is_sure, depth)
            for handler in getattr(node, "handlers", []):
                yield from _steps(handler.body, False, depth)


def _simple(node: ast.stmt, is_sure: bool, depth: int) -> Iterator[Step]:
    """Yield what one statement binds, its blocks left out."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, node.value, is_sure)
        yield from _named_inside(node.value, is_sure)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)) and node.value is not None:
        sure = is_sure and isinstance(node, ast.AnnAssign)
        yield from _targets(node.target, node.value, sure)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from _targets(node.target, node.iter, is_sure)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if item.optional_vars is not None:
                yield from _targets(item.optional_vars, item.context_expr, is_sure)
    elif isinstance(node, ast.Expr):
        yield from _named_inside(node.value, is_sure)
        if isinstance(node.value, ast.Call):
            yield from _called(node.value, is_sure, depth)


def _targets(target: ast.AST, value: ast.AST, is_sure: bool) -> Iterator[Step]:
    if isinstance(target, ast.Name):
        yield target.id, value, is_sure
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = getattr(value, "elts", [])
        if len(parts) != len(target.elts) or any(isinstance(p, ast.Starred) for p in parts):
            parts = [value] * len(target.elts)
        for one, part in zip(target.elts, parts, strict=True):
            yield from _targets(one, part, is_sure)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, value, is_sure)
    elif isinstance(target, ast.Subscript) and is_own_names(target.value):
        yield quoted(target.slice) or ast.Name(MADE), value, is_sure
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        yield target, value, False


def _named_inside(value: ast.AST, is_sure: bool) -> Iterator[Step]:
    """Yield what `:=` binds in an expression."""
    for node in ast.walk(value):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value, is_sure


def _called(call: ast.Call, is_sure: bool, depth: int) -> Iterator[Step]:
    """Yield what a call binds that stands alone: exec, setattr, globals().update."""
    function, given = call.func, call.args
    if isinstance(function, ast.Name) and function.id == "exec" and given:
        text = quoted(given[0])
        with_names = [one for one in given[1:] if isinstance(one, ast.Name)]
        if text and not with_names and depth < MAX_NESTED:
            try:
                yield from _steps(ast.parse(text).body, is_sure, depth + 1)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return
        else:
            yield from ((one, call, False) for one in with_names or [ast.Name(MADE)])
    elif isinstance(function, ast.Name) and function.id == "setattr" and len(given) == 3:
        name = quoted(given[1])
        if name and isinstance(given[0], (ast.Name, ast.Attribute)):
            yield ast.Attribute(given[0], name), given[2], False
        elif name:
            yield name, given[2], False  # of a module that is this notebook itself
    elif isinstance(function, ast.Attribute) and function.attr == "update":
        if not is_own_names(function.value):
            if isinstance(function.value, ast.Name) and not is_plain(call):
                yield function.value, call, False
            return
        for keyword in call.keywords:
            yield keyword.arg or ast.Name(MADE), keyword.value, is_sure
        for one in given:
            keys = one.keys if isinstance(one, ast.Dict) else [None]
            values = one.values if isinstance(one, ast.Dict) else [one]
            for key, value in zip(keys, values, strict=True):
                yield (key and quoted(key)) or ast.Name(MADE), value, is_sure


def is_plain(call: ast.Call) -> bool:
    """Return whether a call is given nothing but constants."""
    return all(
        isinstance(one, ast.Constant) for one in [*call.args, *(k.value for k in call.keywords)]
    )


def constant(test: ast.expr) -> bool | None:
    """Return what a condition always is, None where that depends."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Compare) and ast.unparse(test) == "__name__ == '__main__'":
        return True
    return None


def root(node: ast.AST) -> str:
    """Return the name that a chain of attributes and indices begins with, or empty."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
