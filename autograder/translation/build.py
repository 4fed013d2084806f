"""The notebooks of a language besides English: the student's copies, and the executed ones.

Nothing is executed: only comments, docstrings and texts differ, so the outputs are those of the
English run, and the reports of the checks are written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder import exercises, run_check
from autograder.building.build import (
    Names,
    read_chapter,
    registered_exercises,
    with_old_outputs,
)
from autograder.building.calls import check_calls
from autograder.building.drift import difference
from autograder.building.layout import Layout, write_atomic
from autograder.building.problems import BuildError, Problem
from autograder.building.repository import filled
from autograder.building.source import SourceNotebook, read_source
from autograder.building.student import dumps, student_notebook
from autograder.cells import is_test_cell
from autograder.checking import check, messages
from autograder.checking.report import as_html
from autograder.translation.edition import translated


def build_edition(
    targets: Sequence[str] = (),
    *,
    layout: Layout,
    executed: bool = False,
    names: Names = registered_exercises,
) -> list[Path]:
    """Write the notebooks of the layout's language and return those that have changed.

    executed: the solutions with their outputs, too.  Raises BuildError for mistakes in a text or a
    translation, ValueError for an unknown target.
    """
    written = []
    for path, text in _files(targets, layout, executed, names):
        if write_atomic(path, text):
            written.append(path)
    for path in _strangers(layout) if not targets else ():
        path.unlink()
        written.append(path)
    return written


def edition_drift(
    targets: Sequence[str] = (), *, layout: Layout, names: Names = registered_exercises
) -> list[Problem]:
    """Return every difference between the committed notebooks of a language and a fresh build."""
    found: list[Problem] = []
    try:
        for path, text in _files(targets, layout, False, names):
            if path.exists():
                found += difference(path, text, path.read_text(encoding="utf-8"))
            else:
                found.append(Problem(path, 1, "missing: build it"))
    except BuildError as error:
        found += error.problems
    strangers = _strangers(layout) if not targets else []
    return found + [Problem(path, 1, "no authored text makes it") for path in strangers]


def executed_notebook(notebook: SourceNotebook, layout: Layout) -> NotebookNode:
    """Return a text in the layout's language with the outputs of the English run.

    Raises BuildError where the English notebook was not built.
    """
    nb = with_old_outputs(notebook, replace(layout, language=""))
    if nb is None:
        message = "was not executed since its code changed: build it in English first"
        raise BuildError([Problem(notebook.path, 1, message)])
    for cell, new in zip(nb.cells, translated(notebook, layout).node().cells, strict=True):
        cell.source, cell.metadata = new.source, new.metadata
        if is_test_cell(cell) and cell.outputs:
            cell.outputs = reports(cell.source, layout.language.split("_")[0])
    return nb


def reports(source: str, language: str) -> list[NotebookNode]:
    """Return what the checks of a cell show for the right answers, in a language."""
    outputs = []
    with messages.speaking(language):
        for call in check_calls(source):
            name = call.exercise or ""
            if call.quiz:
                report = check.judge_quiz(name, exercises.quizzes()[name].answer)
            else:
                report = run_check(name, _references(name))
            data = {"text/html": as_html(report), "text/plain": report.message}
            outputs.append(new_output("display_data", data=data))
    return outputs


def _references(name: str) -> dict[str, Any]:
    """Return the right functions of an exercise and of the forward that belongs to it."""
    exercise = exercises.find(name)
    partner = exercises.find(exercise.partner) if exercise and exercise.partner else None
    return {one.name: one.reference for one in (exercise, partner) if one is not None}


def _strangers(layout: Layout) -> list[Path]:
    """Return the student's notebooks that no text makes."""
    made = {layout.student(text) for folder in layout.chapter_folders()
            for text in layout.texts(folder)}  # fmt: skip
    return sorted(path for path in layout.chapters.glob("*/*.ipynb") if path not in made)


def _files(
    targets: Sequence[str], layout: Layout, executed: bool, names: Names
) -> Iterator[tuple[Path, str]]:
    """Yield each notebook's file and text; all that is wrong with a chapter comes at once."""
    problems: list[Problem] = []
    for selection in layout.select(targets):
        try:
            notebooks, lacking = read_chapter(selection, layout, names)
        except BuildError as error:
            problems += error.problems
            continue
        problems += lacking if selection.whole else []
        for notebook in notebooks:
            if notebook.path not in selection.texts:
                continue
            try:
                yield (
                    layout.student(notebook.path),
                    dumps(student_notebook(translated(notebook, layout))),
                )
                if executed:
                    yield layout.executed(notebook.path), dumps(executed_notebook(notebook, layout))
            except BuildError as error:
                problems += error.problems
    if not targets and layout.start.exists():
        start = translated(read_source(layout.start), layout)
        yield layout.start_page, filled(dumps(start.node()))
    if problems:
        raise BuildError(problems)
