"""A record stays as it was made, but for those that are filled while work goes on."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Filled or changed after they are made; any other record can be shared without a thought.
FILLED = {
    "BuildResult", "CellRun", "Change", "Chapter", "ClassData", "ClassRun", "Collected",
    "Discovery", "Drawing", "Edit", "Example", "Execution", "Found", "History", "Known", "Listing",
    "Measure", "Merged", "Page", "People", "RightRuns", "Roster", "Row", "Run", "Score",
    "Selection", "Sheet", "SourceFile", "Spot", "Submission", "Table", "Unzipped", "Walls", "Work",
}  # fmt: skip


def records() -> dict[str, bool]:
    """Every dataclass of the two packages, and whether it is frozen."""
    found = {}
    for package in ("nnkit", "autograder"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "@dataclass" in text else ():
                for mark in getattr(node, "decorator_list", []):
                    if ast.unparse(mark).startswith("dataclass"):
                        frozen = [k for k in getattr(mark, "keywords", []) if k.arg == "frozen"]
                        assert isinstance(node, ast.ClassDef)
                        found[node.name] = bool(frozen) and ast.unparse(frozen[0].value) == "True"
    return found


def test_a_record_is_frozen_unless_it_is_filled_as_work_goes_on():
    found = records()
    assert len(found) > 80
    assert {name for name, frozen in found.items() if not frozen} == FILLED
