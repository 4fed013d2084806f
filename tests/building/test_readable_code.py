"""Code fits the page: lines of 110 characters; cells of 40 lines."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest

TEXTS = sorted((Path(__file__).resolve().parents[2] / "solutions").glob("**/*.py"))


def too_much(text: str, most: int = 40) -> list[str]:
    """Each code line over 110 characters; the first line of each open cell of over `most` lines.

    A solution is not counted: the student's cell holds a stub in its place.
    """
    found = []
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type != "code":
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        found += [line for line in lines if len(line) > 110]
        given = re.sub(r"### BEGIN.*?### END SOLUTION", "", cell.source, flags=re.DOTALL)
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        if sum(bool(line.strip()) for line in given.splitlines()) > most and not folded:
            found.append(lines[0])
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_code_fits_the_page(path: Path) -> None:
    assert not too_much(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("# %%\n" + "x" * 110, 0),
        ("# %%\n" + "x" * 111, 1),
        ("# %%\n" + "x\n" * 40, 0),
        ("# %%\n" + "x\n" * 41, 1),
        ("# %%\n### BEGIN SOLUTION\n" + "x\n" * 41 + "### END SOLUTION", 0),
        ('# %% jupyter={"source_hidden": true}\n' + "x\n" * 41, 0),
        ("# %% [markdown]\n# " + "x" * 300, 0),
    ],
)
def test_a_line_or_a_cell_that_is_too_long_is_found(cell: str, expected: int) -> None:
    assert len(too_much(cell)) == expected
