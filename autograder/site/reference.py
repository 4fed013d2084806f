"""The reference of nnkit, made from its docstrings by Sphinx's autodoc."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

PARTS = (
    *("functional", "layers", "optim", "train", "data", "plot"),
    *("gradcheck", "graph", "init", "metrics"),
)
# What reStructuredText would take for markup; code in single backticks stays code.
MARKUP = re.compile(r"([*|_\\])")
CODE = re.compile(r"(`[^`]+`)")


def write_reference(folder: Path) -> None:
    """Write a page for each part of nnkit."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        module = importlib.import_module(f"nnkit.{name}")
        (folder / f"{name}.rst").write_text(module_page(module), encoding="utf-8")


def public(module: ModuleType) -> dict[str, Any]:
    """Return the functions and classes that a module or package offers, by name."""
    names = getattr(module, "__all__", None) or [n for n in vars(module) if n[0] != "_"]
    found = {
        name: value
        for name in names
        if (inspect.isfunction(value := getattr(module, name)) or inspect.isclass(value))
        and value.__module__.startswith(module.__name__)
    }
    # As they stand in their files: a forward before its backward.
    places = {name: inspect.getsourcelines(value)[1] for name, value in found.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].__module__, places[item[0]])))


def module_page(module: ModuleType) -> str:
    """Return a page in reStructuredText: what a module offers, by the file it stands in."""
    lines = [module.__name__, "=" * len(module.__name__), ""]
    lines += [*_text(module.__doc__), ""]
    files: dict[str, list[str]] = {}
    for name, value in public(module).items():
        files.setdefault(value.__module__, []).append(name)
    for file, names in files.items():
        if file != module.__name__:
            heading = file.removeprefix(f"{module.__name__}.").replace("_", " ")
            lines += [heading, "-" * len(heading), ""]
            lines += [*_text(importlib.import_module(file).__doc__), ""]
        for name in names:
            kind = "autoclass" if inspect.isclass(getattr(module, name)) else "autofunction"
            lines += [f".. {kind}:: {module.__name__}.{name}"]
            lines += ["   :members:", ""] if kind == "autoclass" else [""]
    return "\n".join(lines)


def _text(docstring: str | None) -> list[str]:
    return as_rst(inspect.cleandoc(docstring or "").splitlines())


def as_rst(lines: list[str]) -> list[str]:
    """Return a docstring, which is plain text, in reStructuredText that shows it as it stands.

    A paragraph with indented lines or bars is shown line by line, any other flows.
    """
    made: list[str] = []
    for block in "\n".join(lines).split("\n\n"):
        rows = block.split("\n")
        if any(row.startswith("  ") for row in rows):
            made += ["::", "", *(f"   {row}" for row in rows), ""]
        else:
            made += [*(_escaped(row) for row in rows), ""]
    return made


def _escaped(row: str) -> str:
    parts = CODE.split(row)
    return "".join(f"`{p}`" if CODE.fullmatch(p) else MARKUP.sub(r"\\\1", p) for p in parts)


def _on_docstring(app: Any, what: str, name: str, obj: Any, options: Any, lines: list) -> None:
    lines[:] = as_rst(list(lines))


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx how to read nnkit's docstrings."""
    app.connect("autodoc-process-docstring", _on_docstring)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
