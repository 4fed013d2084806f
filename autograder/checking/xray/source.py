"""A function's syntax tree, and functions compiled from a changed tree in its surroundings."""

from __future__ import annotations

import ast
import copy
import linecache
import types
from typing import Any

import numpy as np

HOOK = "__xray__"
# Code that names one of these does more than compute: it is not run again.
OUTSIDE = {
    "open", "input", "exec", "eval", "compile", "globals", "vars", "setattr", "os", "sys", "io",
    "subprocess", "shutil", "Path", "pathlib", "time", "sleep", "threading", "random", "save",
    "as_strided", "ctypes", "savez", "savetxt", "tofile", "dump", "plt", "seed", "__import__", HOOK,
}  # fmt: skip
MUTABLE = (list, dict, set, np.ndarray, np.random.Generator)


class NotReadable(Exception):
    """There is no source, or it is of a kind that is not run again."""


class Source:
    """The source of a function or class.

    tree: its definition, lines counted as in the student's cell or file.  file: its name.
    trusted: a reference of ours, which may do anything.  Raises NotReadable.
    """

    def __init__(self, function: Any, trusted: bool = False) -> None:
        self.function = function
        self.is_class = isinstance(function, type)
        if not self.is_class and (
            type(function) is not types.FunctionType or hasattr(function, "__wrapped__")
        ):
            raise NotReadable
        self.methods = [m for m in vars(function).values() if isinstance(m, types.FunctionType)]
        node = _definition(function, [function] if not self.is_class else self.methods)
        # A function with its definition's own code was handed on as it is; a class may be another.
        if node.decorator_list and self.is_class and not trusted:
            raise NotReadable
        node.decorator_list = []
        names = {getattr(n, "id", getattr(n, "attr", None)) for n in ast.walk(node)}
        bound = (ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.AsyncFunctionDef)
        strange = names & OUTSIDE or any(isinstance(n, bound) for n in ast.walk(node))
        if strange and not trusted:
            raise NotReadable
        self.tree: Any = node
        self.file: str = (self.methods or [function])[0].__code__.co_filename
        self.scope = self._scope(trusted)

    def _scope(self, trusted: bool) -> dict[str, Any]:
        """The globals, with copies of what the code could change."""
        one = self.methods[0] if self.is_class else self.function
        scope = {**one.__globals__, "__name__": "xray"}
        if self.is_class:
            for method in self.methods:
                cells = zip(method.__code__.co_freevars, method.__closure__ or (), strict=True)
                scope.update({k: c.cell_contents for k, c in cells if k != "__class__"})
        used = {n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name)}
        for name in used & scope.keys():
            scope[name] = _own(scope[name])
            helper = getattr(scope[name], "__code__", None)
            if not trusted and helper is not None and OUTSIDE & {*helper.co_names}:
                raise NotReadable
        return scope

    def guard_loops(self) -> None:
        """Let every turn of a loop ask the hook whether there is time."""
        for loop in [n for n in ast.walk(self.tree) if isinstance(n, ast.While | ast.For)]:
            tick = ast.parse(f"{HOOK}.tick()").body[0]
            for part in ast.walk(tick):
                ast.copy_location(part, loop.body[0])
            loop.body.insert(0, tick)

    def compiled(self, hook: Any, file: str = "<xray>") -> Any:
        """The function as the tree now is; `hook` stands for the name HOOK in it."""
        self.scope[HOOK] = hook
        name = self.function.__name__
        if self.is_class:
            module = ast.Module([self.tree], [])
            exec(compile(module, file, "exec"), self.scope)
            return self.scope[name]
        code = self.function.__code__
        free = ", ".join(k for k in code.co_freevars if k != name)
        module = ast.parse(f"def around({free}): pass")
        module.body[0].body = [self.tree]  # type: ignore[attr-defined]
        inner = compile(module, file, "exec")
        for _depth in range(2):
            inner = [c for c in inner.co_consts if isinstance(c, types.CodeType)][-1]
        cells = dict(zip(code.co_freevars, self.function.__closure__ or (), strict=True))
        cells = {k: types.CellType(_own(c.cell_contents)) for k, c in cells.items()}
        cells[name] = types.CellType()
        made = types.FunctionType(
            inner,
            self.scope,
            name,
            self.function.__defaults__,
            tuple(cells[k] for k in inner.co_freevars),
        )
        made.__kwdefaults__ = self.function.__kwdefaults__
        cells[name].cell_contents = self.scope[name] = made
        return made


def _definition(function: Any, parts: list[Any]) -> Any:
    """The definition in its file or cell; a class is found by a method of its own."""
    if not parts:
        raise NotReadable
    code = parts[0].__code__
    kind = ast.ClassDef if isinstance(function, type) else ast.FunctionDef
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename, parts[0].__globals__)))
    except SyntaxError as error:
        raise NotReadable from error
    for node in ast.walk(tree):
        if isinstance(node, kind) and node.name == function.__name__:
            first = min(n.lineno for n in (node, *node.decorator_list))
            inside = first <= code.co_firstlineno <= (node.end_lineno or first)
            if inside and (kind is ast.ClassDef or first == code.co_firstlineno):
                return node
    raise NotReadable


def _own(value: Any) -> Any:
    return copy.deepcopy(value) if type(value) in MUTABLE else value
