"""Proves that the committed notebooks are what the authored texts say, without running a cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import nbformat

from autograder.building.build import (
    Names,
    orphans,
    read_chapter,
    registered_exercises,
    start_page,
    with_old_outputs,
)
from autograder.building.layout import Layout
from autograder.building.problems import BuildError, Problem
from autograder.building.source import SourceNotebook
from autograder.building.student import dumps, student_notebook


def drift(
    targets: Sequence[str] = (),
    *,
    layout: Layout | None = None,
    names: Names = registered_exercises,
) -> list[Problem]:
    """Return every difference between the committed notebooks and a fresh build, outputs aside."""
    layout = layout or Layout()
    found: list[Problem] = []
    for selection in layout.select(targets):
        folder = selection.folder
        try:
            notebooks, lacking = read_chapter(selection, layout, names)
        except BuildError as error:
            found += error.problems
            continue
        found += lacking if selection.whole else []
        found += [Problem(path, 1, "no authored text makes it") for path in orphans(folder, layout)]
        for notebook in notebooks:
            if notebook.path in selection.texts:
                found += _student_drift(notebook, layout)
                found += _executed_drift(notebook, layout)
    if not targets and layout.start.exists():
        committed = layout.start_page
        text = committed.read_text(encoding="utf-8") if committed.exists() else ""
        found += difference(committed, start_page(layout), text)
    known = {folder.name for folder in layout.chapter_folders()}
    if not targets and layout.chapters.exists():
        found += [
            Problem(path, 1, "no authored text makes it")
            for path in sorted(layout.chapters.glob("*/*.ipynb"))
            if path.parent.name not in known
        ]
    return found


def _student_drift(notebook: SourceNotebook, layout: Layout) -> list[Problem]:
    path = layout.student(notebook.path)
    if not path.exists():
        return [Problem(path, 1, f"missing: build {notebook.path.name}")]
    return difference(path, dumps(student_notebook(notebook)), path.read_text(encoding="utf-8"))


def _executed_drift(notebook: SourceNotebook, layout: Layout) -> list[Problem]:
    path: Path = layout.executed(notebook.path)
    if not path.exists():
        return [Problem(path, 1, f"missing: build {notebook.path.name}")]
    fresh = with_old_outputs(notebook, layout)
    if fresh is None:
        message = f"its code is not that of {notebook.path.name}, or was never run: build again"
        return [Problem(path, 1, message)]
    # The run's own output and count aside, the committed bytes are those of a fresh build.
    nbformat.validate(fresh)
    return difference(path, dumps(fresh), path.read_text(encoding="utf-8"))


def difference(path: Path, fresh: str, committed: str) -> list[Problem]:
    """Return one problem at the first line that differs, none when the texts are equal."""
    if fresh == committed:
        return []
    pairs = zip_longest(fresh.split("\n"), committed.split("\n"))
    line = next(number for number, (a, b) in enumerate(pairs, 1) if a != b)
    return [Problem(path, line, "differs from a fresh build: build again")]
