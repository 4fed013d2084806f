"""Notebooks as files: read as a learner's editor left them, written whole or not at all."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode


def read(data: bytes) -> NotebookNode:
    """Return a notebook of nbformat 4 whose cells all have ids; raises what nbformat raises."""
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of cells without ids: they get some
        nb = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
    nb.nbformat_minor = max(nb.nbformat_minor, 5)
    for number, cell in enumerate(nb.cells):
        cell.setdefault("id", f"cell-{number}")
    nbformat.validate(nb)
    return nb


def is_json(data: bytes) -> bool:
    """Return whether a file can be read as JSON, as every notebook can."""
    try:
        json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def lacks(mine: bytes, new: bytes) -> bool:
    """Return whether a graded cell is gone, or a check is another than the course's."""
    try:
        ours, theirs = (_graded(data) for data in (mine, new))
    except (ValueError, KeyError, TypeError):
        return False  # damaged: said elsewhere
    return any(
        name not in ours or (locked and ours[name][1].strip() != source.strip())
        for name, (locked, source) in theirs.items()
    )


def _graded(data: bytes) -> dict[str, tuple[bool, str]]:
    """Return, for the graded cells of a notebook, whether each is locked, and its text."""
    cells = json.loads(data.decode("utf-8-sig"))["cells"]
    marked = [(c["metadata"].get("nbgrader") or {}, "".join(c["source"])) for c in cells]
    return {m["grade_id"]: (bool(m.get("locked")), text) for m, text in marked if "grade_id" in m}


def write(path: Path, data: bytes) -> None:
    """Write a file; whoever reads it meanwhile sees the old or the new one."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    if path.exists():
        shutil.copymode(path, part)
    part.replace(path)
