"""Which other implementations a graded function's own text uses, found without running any of it.

Read from the cells alone, through imports, aliases and the helpers that a function names; so what a
process claims about itself plays no part.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import FunctionType

from autograder.checking.dotted import dotted_name

# Whole implementations of what students write here; none of them is needed in a solution.
FOREIGN = ("torch", "tensorflow", "jax", "sklearn", "keras", "autograd")
LONG = 20_000  # characters of a cell whose tree takes too much memory to be kept
MAGIC = re.compile(r"^([ \t\f]*)[%!?].*$", re.MULTILINE)


def parse(cell: str) -> ast.Module | None:
    """Return a cell's statements, lines for IPython as `pass`; None where it does not compile."""
    if cell.lstrip().startswith("%%"):
        cell = cell.lstrip().split("\n", 1)[-1]
    try:
        return ast.parse(MAGIC.sub(r"\1pass", cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=128)
def _kept(cell: str) -> ast.Module | None:
    """Each check of a notebook reads all of its cells: the trees are kept, and only looked at."""
    return parse(cell)


def used_implementations(
    cells: Iterable[str], functions: Iterable[str], forbids: Iterable[str]
) -> set[str]:
    """Return the dotted names of forbidden implementations that the text of `functions` uses.

    cells: the notebook's cells in the order they ran; a later definition replaces an earlier one.
    functions: names to begin with; helpers they name are followed.
    forbids: modules ("nnkit.graph") or functions ("numpy.convolve"), wherever a package keeps them.
    """
    bound: dict[str, str | ast.AST] = {}
    stars: list[str] = []
    for cell in cells:
        tree = _kept(cell) if len(cell) < LONG else parse(cell)
        if tree is not None:
            _bind(tree.body, bound, stars)
    found: set[str] = set()
    waiting, seen = list(functions), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        what = bound.get(name)
        if isinstance(what, str):
            found.update(_matching(what, forbids))
        elif what is not None:
            for dotted, helper in _references(what, bound, stars):
                for one in (dotted, *_made_of(dotted)):
                    found.update(_matching(one, forbids))
                waiting.append(helper)
    return found


def _bind(body: list[ast.stmt], bound: dict[str, str | ast.AST], stars: list[str]) -> None:
    """Note what the statements of a cell bind, those of its blocks too, not those of functions."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(_imported(node, stars))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    bound[target.id] = _assigned(target.id, node.value, bound)
        else:
            for part in ("body", "orelse", "finalbody"):
                _bind(getattr(node, part, []), bound, stars)


def _assigned(name: str, value: ast.expr, bound: dict[str, str | ast.AST]) -> str | ast.AST:
    """Return what `name = value` binds: other names, and `name` itself, as they are by then."""
    if isinstance(value, ast.Name):
        return bound.get(value.id, value)
    if name in bound and not isinstance(value, ast.Lambda):
        before = f"{name}'{len(bound)}"
        for node in ast.walk(value):
            if isinstance(node, ast.Name) and node.id == name:
                bound[before] = bound[name]
                node.id = before
    return value


def _imported(node: ast.Import | ast.ImportFrom, stars: list[str]) -> dict[str, str | ast.AST]:
    """Return name -> dotted name of an import; `from x import *` goes to `stars`."""
    names: dict[str, str | ast.AST] = {}
    for alias in node.names:
        if isinstance(node, ast.Import):
            first = alias.name.split(".")[0]
            names[alias.asname or first] = alias.name if alias.asname else first
        elif alias.name == "*":
            module = node.module or ""
            stars.append(module)
            names.update({name: f"{module}.{name}" for name in _library_names(module)})
        else:
            names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _library_names(module: str) -> list[str]:
    """Return what `from module import *` binds where it is nnkit's; else nothing is known of it."""
    if module.split(".")[0] != "nnkit":
        return []
    try:
        found = vars(importlib.import_module(module))
    except ImportError:
        return []
    return list(found.get("__all__", [name for name in found if not name.startswith("_")]))


@lru_cache(maxsize=512)
def _named(what: ast.AST) -> tuple[ast.AST, ...]:
    """Return what of a definition bears a name; kept, because many checks ask for a helper's."""
    kinds = (ast.Import, ast.ImportFrom, ast.arg, ast.Name, ast.Attribute, ast.Call, ast.Subscript)
    return tuple(node for node in ast.walk(what) if isinstance(node, kinds))


def _references(
    what: ast.AST, bound: dict[str, str | ast.AST], stars: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield (dotted name, name it begins with) of all that a definition's text refers to."""
    local, here = set[str](), ChainMap[str, "str | ast.AST"]({}, bound)
    nodes = _named(what)
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            here.update(_imported(node, stars))
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            local.add(node.id)
    for node in nodes:
        read = isinstance(getattr(node, "ctx", None), ast.Load)
        if isinstance(node, ast.Call) or read:
            dotted, first = dotted_name(node, here, 0)
            if first and first not in local:
                yield dotted, first
                if first not in here:
                    yield from ((f"{star}.{dotted}", first) for star in stars)


def _made_of(dotted: str) -> Iterator[str]:
    """Yield the functions of which a layer of nnkit's is made, where that is what is named."""
    if dotted.startswith("nnkit.layers."):
        layer = getattr(importlib.import_module("nnkit.layers"), dotted.rpartition(".")[2], None)
        for method in vars(layer).values() if isinstance(layer, type) else ():
            if isinstance(method, FunctionType):
                yield from (f"nnkit.functional.{name}" for name in method.__code__.co_names)


def _matching(dotted: str, forbids: Iterable[str]) -> Iterator[str]:
    root, _, rest = dotted.partition(".")
    if root in FOREIGN and rest:
        yield dotted
    for name in forbids:
        same_place = name.split(".")[0] == root and name.split(".")[-1] == dotted.split(".")[-1]
        if rest and (dotted.startswith(f"{name}.") or dotted == name or same_place):
            yield dotted
