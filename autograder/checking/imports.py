"""What an import binds."""

from __future__ import annotations

import ast
import importlib

from autograder.checking.dotted import Meaning


def imported(node: ast.Import | ast.ImportFrom, stars: list[str]) -> dict[str, Meaning]:
    """Return name -> dotted name of an import; `from x import *` goes to `stars`."""
    names: dict[str, Meaning] = {}
    for alias in node.names:
        if isinstance(node, ast.Import):
            first = alias.name.split(".")[0]
            names[alias.asname or first] = alias.name if alias.asname else first
        elif alias.name == "*":
            module = node.module or ""
            stars.append(module)
            names.update({name: f"{module}.{name}" for name in library_names(module)})
        else:
            names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def library_names(module: str) -> list[str]:
    """Return what `from module import *` binds where it is nnkit's; else nothing is known of it."""
    if module.split(".")[0] != "nnkit":
        return []
    try:
        found = vars(importlib.import_module(module))
    except ImportError:
        return []
    return list(found.get("__all__", [name for name in found if not name.startswith("_")]))
