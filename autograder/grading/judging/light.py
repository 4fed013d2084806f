"""Which statements of a cell run in no time, so that they are run although the cell is left out.

Imports, functions, classes and constants do, and what Python's and NumPy's own functions make of
them. A call of the notebook's own functions or of a library that trains does not.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

# Modules whose functions may be called, and what may not be of the built-in ones.
MODULES = {
    "numpy", "np", "math", "cmath", "functools", "itertools", "operator", "collections", "typing",
    "dataclasses", "enum", "string", "re", "random", "fractions", "decimal", "datetime", "time",
    "copy", "types", "abc", "contextlib", "warnings", "pathlib", "os", "sys", "json", "csv",
    "pickle", "io", "textwrap", "statistics", "inspect", "importlib", "logging",
}  # fmt: skip
NOT_THESE = {"exec", "eval", "input", "breakpoint", "exit", "quit"}
BUILT_IN = {name for name in dir(builtins) if name not in NOT_THESE} | {"get_ipython"}
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Light:
    """Goes through a notebook's statements in order. names: those that light statements bound."""

    def __init__(self) -> None:
        self.names = BUILT_IN | MODULES

    def kept(self, node: ast.stmt) -> ast.stmt | None:
        """Return what of a statement is light; None where nothing is."""
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.take_import(node)
            return node
        if isinstance(node, DEFINITIONS):
            return node
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            if node.value is None or not self.is_light(node.value):
                return None
            self.names = self.names | stored(node)
            return node
        return self.block(node)

    def block(self, node: ast.stmt) -> ast.stmt | None:
        """Return a statement with blocks, what is not light left out of them."""
        if isinstance(node, ast.If):
            if not self.is_light(node.test):
                return None
            parts = {"body": self.all(node.body), "orelse": self.all(node.orelse)}
            again: ast.stmt = ast.If(node.test, parts["body"] or [ast.Pass()], parts["orelse"])
        elif isinstance(node, ast.With):
            if not all(self.is_light(item.context_expr) for item in node.items):
                return None
            self.names = self.names | {
                n for i in node.items if i.optional_vars for n in stored(i.optional_vars)
            }
            parts = {"body": self.all(node.body)}
            again = ast.With(node.items, parts["body"])
        elif isinstance(node, ast.Try):
            parts = {k: self.all(getattr(node, k)) for k in ("body", "orelse", "finalbody")}
            handlers = [(h, self.all(h.body)) for h in node.handlers]
            parts["handlers"] = [one for _, body in handlers for one in body]
            caught = [ast.ExceptHandler(h.type, h.name, b or [ast.Pass()]) for h, b in handlers]
            end = parts["finalbody"] or ([] if caught else [ast.Pass()])
            again = ast.Try(parts["body"] or [ast.Pass()], caught, parts["orelse"], end)
        else:
            return None
        return ast.fix_missing_locations(again) if any(parts.values()) else None

    def all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return what of a block is light."""
        return [one for node in body if (one := self.kept(node)) is not None]

    def is_light(self, value: ast.expr) -> bool:
        """Return whether an expression calls nothing but Python's and NumPy's functions."""
        own = {n for part in ast.walk(value) if isinstance(part, ast.comprehension)
               for n in stored(part.target)}  # fmt: skip
        return all(
            self.is_known(part.func, own) for part in at_once(value) if isinstance(part, ast.Call)
        )

    def is_known(self, function: ast.expr, own: set[str]) -> bool:
        """Return whether what is called belongs to a name, or a value, that is light."""
        while isinstance(function, (ast.Attribute, ast.Subscript, ast.Call)):
            function = function.func if isinstance(function, ast.Call) else function.value
        if isinstance(function, ast.Name):
            return function.id in self.names or function.id in own
        return isinstance(function, (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Tuple,
                                     ast.BinOp, *SCOPES))  # fmt: skip

    def take_import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Note which names an import makes light."""
        for alias in node.names:
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
            name = alias.asname or alias.name.split(".")[0]
            if module.split(".")[0] in MODULES and not getattr(node, "level", 0):
                self.names = self.names | {name}
            else:
                self.names = self.names - {name}


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what of an expression is run with it; a lambda's body is not."""
    yield node
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from at_once(child)


def stored(node: ast.AST) -> set[str]:
    """Return the names that a statement binds or changes, not those of functions in it."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, SCOPES):
        return set()
    found: set[str] = set()
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        root = node.value
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        found |= {root.id} if isinstance(root, ast.Name) else set()
    return found.union(*(stored(child) for child in ast.iter_child_nodes(node)))


def globals_read(source: str) -> set[str]:
    """Return the global names that a text reads and does not bind itself before any function."""
    found: set[str] = set()
    waiting = [symtable.symtable(source, "<cell>", "exec")]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            own = symbol.is_assigned() or symbol.is_imported()
            outside = not own if table.get_type() == "module" else symbol.is_global()
            if symbol.is_referenced() and outside:
                found.add(symbol.get_name())
    return found
