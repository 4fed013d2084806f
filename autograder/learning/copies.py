"""Notebooks under other names than the course's: the lab's "-Copy1", a renamed one."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.learning.progress import STATE


def graded_names(path: Path) -> set[str]:
    """Return the names of a notebook's graded cells; none where it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        return {c["metadata"]["nbgrader"]["grade_id"] for c in cells if "nbgrader" in c["metadata"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def original(path: Path, root: Path) -> Path | None:
    """Return the notebook as it was handed out, from the working copy `root` that `path` lies in.

    Under another name it is the one with most of its graded cells; None where there is none.
    """
    base = root / STATE / "base"
    same = base / path.relative_to(root)
    if same.is_file():
        return same
    names = graded_names(path)
    shared = {one: len(names & graded_names(one)) for one in sorted(base.rglob("*.ipynb"))}
    best = max(shared, key=lambda one: shared[one], default=None)
    return best if best is not None and 2 * shared[best] >= max(len(names), 1) else None


def namesakes(place: Path, known: set[Path]) -> list[str]:
    """Return the names of the notebooks beside `place` that have most of its graded cells.

    known: the course's own notebooks, which are none of them.
    """
    names = graded_names(place)
    others = (one for one in sorted(place.parent.glob("*.ipynb")) if one not in known)
    return [one.name for one in others if names and 2 * len(names & graded_names(one)) > len(names)]
