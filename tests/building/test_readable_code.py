"""Code fits the page: lines of 110 characters; but for chapter 3, cells of 40 lines."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest

TEXTS = sorted((Path(__file__).resolve().parents[2] / "solutions").glob("**/*.py"))


def too_much(text: str, most: int = 40) -> list[str]:
    """Each code line over 110 characters; the first line of each open cell of over `most` lines."""
    found = []
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type != "code":
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        found += [line for line in lines if len(line) > 110]
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        if len(lines) > most and not folded:
            found.append(lines[0])
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_code_fits_the_page(path: Path) -> None:
    most = 10**6 if path.parent.name == "03_feedforward" else 40
    assert not too_much(path.read_text(encoding="utf-8"), most)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("# %%\n" + "x" * 110, 0),
        ("# %%\n" + "x" * 111, 1),
        ("# %%\n" + "x\n" * 40, 0),
        ("# %%\n" + "x\n" * 41, 1),
        ('# %% jupyter={"source_hidden": true}\n' + "x\n" * 41, 0),
        ("# %% [markdown]\n# " + "x" * 300, 0),
    ],
)
def test_a_line_or_a_cell_that_is_too_long_is_found(cell: str, expected: int) -> None:
    assert len(too_much(cell)) == expected
