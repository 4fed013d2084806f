"""What the grader executes must stand without what it skips: the cells tagged `experiment`."""

from __future__ import annotations

import builtins
import symtable
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted((ROOT / "solutions").glob("*/*.py"))


def tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [table, *(inner for child in table.get_children() for inner in tables(child))]


def defined_and_used(source: str) -> tuple[set[str], set[str]]:
    """Names a cell defines at top level, and names it looks up there, in functions too."""
    top, *inner = tables(symtable.symtable(source, "cell", "exec"))
    defined = {
        s.get_name()
        for s in top.get_symbols()
        if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    used |= {s.get_name() for table in inner for s in table.get_symbols() if s.is_global()}
    return defined, used


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_cell_the_grader_runs_uses_a_name_that_only_an_experiment_defines(text: Path) -> None:
    known = set(dir(builtins))
    for cell in jupytext.read(text).cells:
        if cell.cell_type != "code" or "experiment" in cell.metadata.get("tags", []):
            continue
        defined, used = defined_and_used(cell.source)
        missing = used - defined - known
        assert not missing, f"{missing} in the cell that begins: {cell.source[:80]!r}"
        known |= defined
