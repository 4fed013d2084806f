"""From verdicts to results: the score of each graded cell, comments, the exercise a cell is for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from nbformat import NotebookNode
from nbgrader import utils

from autograder.building.calls import check_calls
from autograder.coursefolder.material import CellMaterial, NotebookMaterial, mark_of
from autograder.grading.judging.results import CellResult
from autograder.grading.judging.verdict import Verdict

JUDGING = "not graded: internal error in its check"


def cell_results(
    nb: NotebookNode, material: NotebookMaterial, verdicts: Mapping[str, Verdict]
) -> list[CellResult]:
    """Return the result of each graded cell in the notebook's order: a test's from its verdict.

    An answer in words has no score until a person gives it, unless nothing was written.
    """
    found = []
    answer = ""
    for cell in nb.cells:
        known = material.by_name.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if known is not None and (known.solution or known.task):
            answer = mark_of(cell.source)
        if known is None or not (known.grade or known.task):
            continue
        if known.is_test:
            one = test_result(material.name, known, verdicts[known.name])
        else:
            empty = known.solution and not known.task and is_unchanged(cell)
            one = no_result(material.name, known, 0.0 if empty else None)
        found.append(dataclasses.replace(one, answer=answer))
    return found


def test_result(notebook: str, known: CellMaterial, verdict: Verdict) -> CellResult:
    """Return the result of a test cell."""
    if verdict.score is None:
        return no_result(notebook, known, None, JUDGING)
    points = known.points or 0.0
    why = verdict.why if verdict.score < points else ""
    return CellResult(
        notebook, known.name, exercise_of(known), points, verdict.score, verdict.report, why
    )


def no_result(notebook: str, known: CellMaterial, score: float | None, why: str = "") -> CellResult:
    """Return the result of a cell that no check judged."""
    return CellResult(
        notebook, known.name, exercise_of(known), known.points or 0.0, score, None, why
    )


def is_unchanged(cell: NotebookNode) -> bool:
    """Return whether a cell still holds what was handed out, by nbgrader's checksum."""
    return bool(cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell))


def comments(nb: NotebookNode) -> dict[str, str | None]:
    """Return nbgrader's automatic comments on solution cells.

    Its SaveAutoGrades has the same rule.
    """
    found: dict[str, str | None] = {}
    for cell in nb.cells:
        if utils.is_solution(cell) or utils.is_task(cell):
            empty = not utils.is_task(cell) and is_unchanged(cell)
            found[cell.metadata.nbgrader.grade_id] = "No response." if empty else None
    return found


def exercise_of(cell: CellMaterial) -> str:
    """Return the exercise a test cell judges.

    It is the grade_id where the cell calls no check; "" for a manual cell.
    """
    if not cell.is_test:
        return ""
    try:
        names = [call.exercise for call in check_calls(cell.visible) if call.exercise]
    except SyntaxError:
        names = []
    return names[0] if names else cell.name
