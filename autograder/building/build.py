"""The build: reads chapters, checks them, writes student notebooks and executed solutions.

The order is: read and check everything asked for, write what needs no execution, then execute
what changed. A chapter with a mistake writes nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.building import rules
from autograder.building.execute import execute
from autograder.building.layout import Layout, Selection, chapter_number, write_atomic
from autograder.building.problems import BuildError, Problem
from autograder.building.repository import filled
from autograder.building.source import SourceNotebook, read_source
from autograder.building.student import dumps, student_notebook

WORKERS = 2

Names = Callable[[int], tuple[str, ...]]
Progress = Callable[[Path, int, int], None]


@dataclass
class BuildResult:
    """What a build did, as paths of authored texts."""

    executed: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)


def registered_exercises(chapter: int) -> tuple[str, ...]:
    """Return names of the exercises of a chapter, as the checks know them."""
    from autograder import exercises

    return exercises.names(chapter)


def read_chapter(
    selection: Selection, layout: Layout, names: Names = registered_exercises
) -> tuple[list[SourceNotebook], list[Problem]]:
    """Return the chapter's notebooks, and what is wrong elsewhere in the chapter.

    That includes what is wrong with it as a whole. Raises BuildError for mistakes inside a notebook
    that is selected.
    """
    folder = selection.folder
    notebooks: list[SourceNotebook] = []
    found: list[Problem] = []
    for path in layout.texts(folder):
        try:
            notebooks.append(read_source(path))
        except BuildError as error:
            found += error.problems
    for notebook in notebooks:
        found += rules.cell_problems(notebook)
    found += rules.duplicate_ids(notebooks)
    exercises = names(chapter_number(folder))
    found += rules.unknown_exercises(notebooks, exercises)
    inside = [problem for problem in found if problem.path in selection.texts]
    if inside:
        raise BuildError(inside)
    lacking = [problem for problem in found if problem.path not in selection.texts]
    lacking += rules.unchecked_exercises(notebooks, exercises)
    lacking += rules.points_of_chapter(notebooks)
    return notebooks, lacking


def build(
    targets: Sequence[str] = (),
    *,
    layout: Layout | None = None,
    force: bool = False,
    progress: Progress = lambda path, i, n: None,
    names: Names = registered_exercises,
) -> BuildResult:
    """Build the chapters or notebooks named, all when none is; BuildError says what is wrong.

    Naming single notebooks turns what the chapter still lacks into warnings: a chapter is
    written one notebook at a time.
    """
    layout = layout or Layout()
    result = BuildResult()
    problems: list[Problem] = []
    todo: list[SourceNotebook] = []
    for selection in layout.select(targets):
        try:
            notebooks, lacking = read_chapter(selection, layout, names)
        except BuildError as error:
            problems += error.problems
            continue
        if not selection.whole:
            result.warnings += lacking
        elif lacking:
            problems += lacking
            continue
        else:
            result.removed += _remove_orphans(selection.folder, layout)
        for notebook in notebooks:
            if notebook.path not in selection.texts:
                continue
            write_atomic(layout.student(notebook.path), dumps(student_notebook(notebook)))
            reused = None if force else with_old_outputs(notebook, layout)
            if reused is None:
                todo.append(notebook)
            else:
                write_atomic(layout.executed(notebook.path), dumps(reused))
                result.kept.append(notebook.path)
    if not targets and layout.start.exists():
        write_atomic(layout.start_page, start_page(layout))
    problems += _execute_all(todo, layout, progress, result)
    if problems:
        raise BuildError(problems)
    return result


def start_page(layout: Layout) -> str:
    """Return the start page as a notebook's text: nothing in it is graded or left out."""
    return filled(dumps(read_source(layout.start).node()))


def with_old_outputs(source: SourceNotebook, layout: Layout) -> NotebookNode | None:
    """Return the notebook with the outputs of its last run; None when other code ran then."""
    path = layout.executed(source.path)
    if not path.exists():
        return None
    old = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nb = source.node()
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    ran = [cell for cell in old.cells if cell.cell_type == "code"]
    if [cell.source for cell in code] != [cell.source for cell in ran]:
        return None
    for cell, before in zip(code, ran, strict=True):
        cell.outputs = before.outputs
        cell.execution_count = before.execution_count
        if cell.source and cell.execution_count is None:
            return None
    return nb


def _execute_all(
    todo: Sequence[SourceNotebook], layout: Layout, progress: Progress, result: BuildResult
) -> list[Problem]:
    """Execute and write; a notebook that fails does not keep the others from being written."""
    if not todo:
        return []
    # Matplotlib announces on stderr when it builds its font cache: let it do so before.
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"], check=False, capture_output=True
    )
    problems: list[Problem] = []

    def run(notebook: SourceNotebook) -> NotebookNode:
        return execute(notebook, layout.root, lambda i, n: progress(notebook.path, i, n))

    with ThreadPoolExecutor(WORKERS) as pool:
        futures = {pool.submit(run, notebook): notebook for notebook in todo}
        for future in as_completed(futures):
            path = futures[future].path
            try:
                nb = future.result()
            except BuildError as error:
                problems += error.problems
                continue
            write_atomic(layout.executed(path), dumps(nb))
            progress(path, len(nb.cells), len(nb.cells))
            result.executed.append(path)
    return problems


def orphans(folder: Path, layout: Layout) -> list[Path]:
    """Built notebooks of a chapter whose authored text is gone."""
    stems = {path.stem for path in layout.texts(folder)}
    built = [*folder.glob("*.ipynb"), *(layout.chapters / folder.name).glob("*.ipynb")]
    return sorted(path for path in built if path.stem not in stems)


def _remove_orphans(folder: Path, layout: Layout) -> list[Path]:
    gone = orphans(folder, layout)
    for path in gone:
        path.unlink()
    return gone
