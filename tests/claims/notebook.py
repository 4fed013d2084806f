"""The functions of a notebook, taken from its text without running its experiments."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from types import SimpleNamespace

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"


@cache
def load(name: str, *values: str) -> SimpleNamespace:
    """Return what the text `name` ("02_linear_models/01_linear_regression") imports and defines.

    Functions and classes all, and of the other statements at top level those that assign one of
    `values`, in the text's order. KeyError for a value that the text does not assign.
    """
    path = SOLUTIONS / f"{name}.py"
    wanted = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if _imports(node) or isinstance(node, ast.FunctionDef | ast.ClassDef)
        if not _checks(node)
    ]
    missing = set(values)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found = _assigned(node) & set(values)
        if found:
            missing -= found
            wanted.append(node)
    if missing:
        raise KeyError(f"{path.name} assigns no {sorted(missing)} at top level")
    wanted.sort(key=lambda node: node.lineno)
    names: dict[str, object] = {}
    module = ast.Module(body=wanted, type_ignores=[])
    exec(compile(module, str(path), "exec"), names)
    # Functions look their data up here, so a claim can give them other data.
    found = {k: v for k, v in names.items() if not k.startswith("_")}
    return SimpleNamespace(globals_=names, **found)


def _imports(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _checks(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder")


def _assigned(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
