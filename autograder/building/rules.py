"""What a chapter must satisfy before it is built: small rules, one for each kind of mistake."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from autograder.building.calls import check_calls
from autograder.building.problems import Problem
from autograder.building.source import SourceCell, SourceNotebook
from autograder.cells import BEGIN_SOLUTION, END_SOLUTION, EXPERIMENT, is_experiment, is_hidden_mark

CHAPTER_POINTS = 100

CellRule = Callable[[SourceCell], Iterator[tuple[int, str]]]


def cell_problems(notebook: SourceNotebook) -> Iterator[Problem]:
    """Mistakes that one cell shows on its own; offsets are lines below the cell's `# %%`."""
    for cell in notebook.cells:
        for rule in CELL_RULES:
            for offset, message in rule(cell):
                yield Problem(notebook.path, cell.line + offset, message)


def parses(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """A code cell is Python, or starts with a magic that only IPython understands."""
    source = cell.node.source
    if cell.node.cell_type != "code" or source.lstrip().startswith(("%", "!")):
        return
    try:
        ast.parse(source)
    except SyntaxError as error:
        yield error.lineno or 0, f"not valid Python: {error.msg}"


def solution_regions(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """Regions open and close in pairs, in solution cells, and every solution cell has one."""
    opened = None
    regions = 0
    for number, line in enumerate(cell.node.source.split("\n"), 1):
        if BEGIN_SOLUTION in line:
            if opened is not None:
                yield number, f"{BEGIN_SOLUTION} inside the region opened {number - opened} above"
            opened = number
            regions += 1
        elif END_SOLUTION in line:
            if opened is None:
                yield number, f"{END_SOLUTION} without {BEGIN_SOLUTION}"
            opened = None
    if opened is not None:
        yield opened, f"solution region without {END_SOLUTION}"
    is_solution = bool(cell.nbgrader.get("solution"))
    if regions and not is_solution:
        yield 0, 'a solution region in a cell without nbgrader "solution": true'
    if is_solution and not regions:
        yield 0, f"a solution cell without a region {BEGIN_SOLUTION} ... {END_SOLUTION}"


def hidden_regions(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """Hidden tests are the build's work."""
    for number, line in enumerate(cell.node.source.split("\n"), 1):
        if is_hidden_mark(line):
            yield number, "hidden tests are added by the build: write the visible check only"


def nbgrader_metadata(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """Every nbgrader cell has an id; every graded one, and no other, has points."""
    meta = cell.nbgrader
    if not meta:
        return
    if not meta["grade_id"]:
        yield 0, "nbgrader cell without a grade_id"
    points = meta.get("points")
    if meta["grade"]:
        if points is None:
            yield 0, f'points missing in the graded cell "{meta["grade_id"]}"'
        elif isinstance(points, bool) or not isinstance(points, int | float) or points < 0:
            yield 0, f"points must be a number that is not negative, not {points!r}"
    elif points is not None:
        yield 0, f'points in "{meta["grade_id"]}", which has no "grade": true'
    if cell.node.cell_type == "markdown" and meta["grade"] != meta["solution"]:
        yield 0, 'a markdown answer needs both "grade": true and "solution": true'


def graded_cells_run(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """Grading skips experiments, so nothing that earns points may be one."""
    if cell.nbgrader and is_experiment(cell.node):
        yield 0, f'tagged "{EXPERIMENT}", which grading skips, but an nbgrader cell'


def check_cells_check(cell: SourceCell) -> Iterator[tuple[int, str]]:
    """A cell graded by running it calls check; a check anywhere else earns nothing."""
    if cell.node.cell_type != "code":
        return
    try:
        calls = check_calls(cell.node.source)
    except SyntaxError:
        return
    if cell.is_check and not calls:
        yield 0, "a check cell must call check(function, ...) or check.quiz(name, answer)"
    for call in calls:
        if call.exercise is None:
            yield call.call.lineno, "check needs the graded function as its first argument"
        if not cell.is_check:
            yield call.call.lineno, 'check(...) in a cell without nbgrader "grade": true'


CELL_RULES: tuple[CellRule, ...] = (
    parses,
    solution_regions,
    hidden_regions,
    nbgrader_metadata,
    graded_cells_run,
    check_cells_check,
)


def duplicate_ids(notebooks: Iterable[SourceNotebook]) -> Iterator[Problem]:
    """A grade_id is unique in its chapter."""
    first: dict[str, tuple[Path, int]] = {}
    for notebook in notebooks:
        for cell in notebook.cells:
            grade_id = cell.nbgrader.get("grade_id")
            if not grade_id:
                continue
            if grade_id in first:
                path, line = first[grade_id]
                message = f'duplicate grade_id "{grade_id}", first in {path.name}:{line}'
                yield Problem(notebook.path, cell.line, message)
            first.setdefault(grade_id, (notebook.path, cell.line))


def unknown_exercises(
    notebooks: Iterable[SourceNotebook], names: tuple[str, ...]
) -> Iterator[Problem]:
    """Every check names an exercise that the chapter's registry knows."""
    for notebook in notebooks:
        for line, name in _checked(notebook):
            if names and name not in names:
                message = f'check of "{name}", which is no exercise of chapter {notebook.chapter}'
                yield Problem(notebook.path, line, message)


def unchecked_exercises(
    notebooks: Iterable[SourceNotebook], names: tuple[str, ...]
) -> Iterator[Problem]:
    """Every exercise of the chapter's registry has a check cell."""
    notebooks = list(notebooks)
    checked = {name for notebook in notebooks for _, name in _checked(notebook)}
    for name in names:
        if name not in checked:
            message = f'exercise "{name}" of the chapter has no check cell in any notebook'
            yield Problem(notebooks[-1].path, 1, message)


def points_of_chapter(notebooks: Iterable[SourceNotebook]) -> Iterator[Problem]:
    """The points of a chapter's automatic cells make a percentage."""
    notebooks = list(notebooks)
    cells = [cell for notebook in notebooks for cell in notebook.cells if cell.is_check]
    total = sum(cell.nbgrader.get("points") or 0 for cell in cells)
    if cells and total != CHAPTER_POINTS:
        message = (
            f"the automatic points of {notebooks[0].chapter} sum to {total:g}, not {CHAPTER_POINTS}"
        )
        yield Problem(notebooks[-1].path, 1, message)


def _checked(notebook: SourceNotebook) -> Iterator[tuple[int, str]]:
    """Line and exercise of every check call in the notebook's check cells."""
    for cell in notebook.cells:
        if not cell.is_check:
            continue
        try:
            calls = check_calls(cell.node.source)
        except SyntaxError:
            continue
        for call in calls:
            if not call.quiz and call.exercise:
                yield cell.line + call.call.lineno, call.exercise
