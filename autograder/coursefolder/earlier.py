"""What earlier releases of an assignment said: an honest copy of one of them is no tampering.

course/earlier/<chapter>.json: for each notebook and cell the marks of the texts, the points and the
checksums that were once handed out. Written before a release changes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.building.layout import write_atomic

if TYPE_CHECKING:
    from autograder.coursefolder.material import NotebookMaterial


@dataclass(frozen=True)
class EarlierCell:
    """A cell as it once was: marks (`material.mark_of`), points and kind, in all forms they had."""

    texts: frozenset[str] = frozenset()
    points: frozenset[float] = frozenset()
    kinds: frozenset[tuple[bool, bool, bool]] = frozenset()


def load_earlier(path: Path) -> dict[str, dict[str, EarlierCell]]:
    """Return the cells of earlier releases by notebook and grade_id; none where none were kept."""
    return {
        notebook: {
            name: EarlierCell(
                frozenset(cell["texts"]),
                frozenset(cell["points"]),
                frozenset((bool(a), bool(b), bool(c)) for a, b, c in cell["kinds"]),
            )
            for name, cell in cells.items()
        }
        for notebook, cells in _read(path).items()
    }


def remember(path: Path, notebooks: Iterable[NotebookMaterial]) -> None:
    """Add the cells of a release to those that are kept."""
    from autograder.coursefolder.material import mark_of

    kept = _read(path)
    for notebook in notebooks:
        cells = kept.setdefault(notebook.name, {})
        for cell in notebook.cells:
            one = cells.setdefault(cell.name, {"texts": [], "points": [], "kinds": []})
            kind = [cell.grade, cell.solution, cell.task]
            for key, value in (
                ("texts", mark_of(cell.visible)),
                ("points", cell.points),
                ("kinds", kind),
            ):
                if value is not None and value not in one[key]:
                    one[key].append(value)
        plain = cells.setdefault("", {"texts": [], "points": [], "kinds": []})
        plain["texts"] = sorted({*plain["texts"], *notebook.plain})
    write_atomic(path, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
