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

from autograder.checking.bindings import Bound, bind
from autograder.checking.dotted import Meaning, dotted_name
from autograder.checking.imports import imported

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
    bound = Bound()
    stars: list[str] = []
    for cell in cells:
        is_kept = len(cell) < LONG
        tree = _kept(cell) if is_kept else parse(cell)
        if tree is not None:
            bind(tree, bound, stars, is_kept)
    found: set[str] = set()
    asked = set(functions)
    waiting, seen = list(asked), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for what in bound.meanings(name, name in asked):
            if isinstance(what, str):
                found.update(_matching(what, forbids))
                continue
            for dotted, helper, is_part in _references(what, bound, stars):
                for one in (dotted, *_made_of(dotted)):
                    found.update(_matching(one, forbids))
                if not is_part:
                    found.update(_whole(dotted, forbids))
                waiting += [helper, dotted]
    return found


@lru_cache(maxsize=512)
def _named(what: ast.AST) -> tuple[ast.AST, ...]:
    """Return what of a definition bears a name; kept, because many checks ask for a helper's."""
    kinds = (ast.Import, ast.ImportFrom, ast.arg, ast.Name, ast.Attribute, ast.Call, ast.Subscript)
    return tuple(node for node in ast.walk(what) if isinstance(node, kinds))


def _references(what: ast.AST, bound: Bound, stars: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield (dotted name, name it begins with, whether it is a part) of what a text refers to."""
    local, here = set[str](), ChainMap[str, Meaning]({}, bound)
    nodes = _named(what)
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            here.update(imported(node, stars))
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            local.add(node.id)
    parts: set[int] = set()  # of a chain: the whole of it comes before them
    for node in nodes:
        read = isinstance(getattr(node, "ctx", None), ast.Load)
        if isinstance(node, ast.Call) or read:
            dotted, first = dotted_name(node, here, 0)
            if dotted and not isinstance(node, ast.Name):
                below = [node, node.func] if isinstance(node, ast.Call) else [node]
                inner = [part for one in below for part in ast.iter_child_nodes(one)]
                parts.update(id(part) for part in inner if not _searched(node, part))
            if first and first not in local:
                yield dotted, first, id(node) in parts
                if first not in here:
                    yield from ((f"{star}.{dotted}", first, True) for star in stars)


def _searched(whole: ast.AST, part: ast.AST) -> bool:
    """Return whether something is looked for in a namespace: `vars(F).items()`."""
    is_dict = (isinstance(part, ast.Attribute) and part.attr == "__dict__") or (
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "vars"
    )
    return is_dict and isinstance(whole, ast.Attribute) and whole.attr != "get"


def _made_of(dotted: str) -> Iterator[str]:
    """Yield the functions of which a layer of nnkit's is made, where that is what is named."""
    if dotted.startswith("nnkit.layers."):
        layer = getattr(importlib.import_module("nnkit.layers"), dotted.rpartition(".")[2], None)
        for method in vars(layer).values() if isinstance(layer, type) else ():
            if isinstance(method, FunctionType):
                yield from (f"nnkit.functional.{name}" for name in method.__code__.co_names)


def _whole(dotted: str, forbids: Iterable[str]) -> Iterator[str]:
    """Yield a module of the library's that is used as a whole: what is taken out of it is not said.

    `getattr(F, name)`, `vars(F)`, `open(F.__file__)`; a solution needs none of them.
    """
    module, _, last = dotted.rpartition(".")
    if last.startswith("__") and last not in ("__name__", "__version__"):
        dotted = module
    modules = {"nnkit", *(name.rpartition(".")[0] for name in forbids)}
    if dotted.split(".")[0] == "nnkit" and dotted in modules:
        yield dotted


def _matching(dotted: str, forbids: Iterable[str]) -> Iterator[str]:
    root, _, rest = dotted.partition(".")
    if root in FOREIGN and rest:
        yield dotted
    for name in forbids:
        same_place = name.split(".")[0] == root and name.split(".")[-1] == dotted.split(".")[-1]
        if rest and (dotted.startswith(f"{name}.") or dotted == name or same_place):
            yield dotted
