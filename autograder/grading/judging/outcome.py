"""What a graded notebook says: scores as nbgrader reads them, the reports that go with them, comments."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nbformat import NotebookNode
from nbgrader import utils

from autograder.building.calls import check_calls
from autograder.coursefolder.material import CellMaterial, NotebookMaterial
from autograder.grading.judging.results import CellResult

WHY = 300
JUDGING = "not graded: internal error in its check"


def results(
    nb: NotebookNode, material: NotebookMaterial, faults: Mapping[str, str] = MappingProxyType({})
) -> list[CellResult]:
    """Scores as nbgrader reads them from the outputs, with the reports that go with them.

    faults: cells whose judging failed by an error of the check's own; they have no score.
    """
    found = []
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        known = material.by_name.get(name)
        if known is None or not (known.grade or known.task):
            continue
        if known.task:
            found.append(CellResult(material.name, name, "", known.points or 0.0, None))
            continue
        score, points = utils.determine_grade(cell)
        if name in faults:
            found.append(
                CellResult(material.name, name, exercise_of(known), points, None, None, JUDGING)
            )
            continue
        report = cell.metadata.get("autograder", {}).get("report")
        why = explanation(cell, report) if known.is_test and (score or 0) < points else ""
        found.append(
            CellResult(material.name, name, exercise_of(known), points, score, report, why)
        )
    return found


def explanation(cell: NotebookNode, report: dict | None) -> str:
    """One sentence: the named mistake, else what the check found, else the error."""
    if report and not report.get("passed"):
        for key in ("cause", "found"):
            if report.get(key):
                return str(report[key])[:WHY]
    for output in cell.outputs:
        if output.output_type == "error":
            lines = str(output.evalue).strip().splitlines() or [str(output.ename)]
            return lines[0][:WHY]
    return ""


def comments(nb: NotebookNode) -> dict[str, str | None]:
    """nbgrader's automatic comments on solution cells (its SaveAutoGrades has the same rule)."""
    found: dict[str, str | None] = {}
    for cell in nb.cells:
        if utils.is_solution(cell) or utils.is_task(cell):
            marks = cell.metadata.nbgrader
            same = marks.get("checksum") == utils.compute_checksum(cell)
            found[marks.grade_id] = "No response." if same and not utils.is_task(cell) else None
    return found


def exercise_of(cell: CellMaterial) -> str:
    """The exercise a test cell judges; its grade_id where it calls no check; "" for a manual cell."""
    if not cell.is_test:
        return ""
    try:
        names = [call.exercise for call in check_calls(cell.visible) if call.exercise]
    except SyntaxError:
        names = []
    return names[0] if names else cell.name
