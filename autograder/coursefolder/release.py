"""Make or update the course folder that instructor and grader work in; names.py says what lies where."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.building.build import Names, read_chapter, registered_exercises
from autograder.building.layout import Layout, write_atomic
from autograder.building.problems import BuildError, Problem
from autograder.building.student import dumps, instructor_notebook
from autograder.coursefolder import names as folder_names
from autograder.coursefolder.nbgrader import load_config, quiet_nbgrader

CONFIG_TEMPLATE = Path(__file__).with_name("nbgrader_config.py.txt")


class ReleaseError(Exception):
    """nbgrader refused to generate a release; the message says why."""


def release_course(
    course: Path,
    chapters: Sequence[str] = (),
    *,
    layout: Layout | None = None,
    force: bool = False,
    names: Names = registered_exercises,
) -> dict[str, bool]:
    """Make or update the course folder `course`; what is there and unchanged is kept.

    Returns, for each chapter, whether it was generated anew. Raises BuildError for mistakes in the
    texts, ReleaseError when nbgrader refuses, ValueError for an unknown chapter.
    """
    layout = layout or Layout()
    selections = layout.select(chapters)
    sources: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for selection in selections:
        try:
            notebooks, lacking = read_chapter(selection, layout, names)
        except BuildError as error:
            problems += error.problems
            continue
        problems += lacking
        sources[selection.folder.name] = {
            f"{notebook.name}.ipynb": dumps(instructor_notebook(notebook)) for notebook in notebooks
        }
    if problems:
        raise BuildError(problems)

    course = course.resolve()
    course.mkdir(parents=True, exist_ok=True)
    make_secret(course)
    if not (course / folder_names.CONFIG).exists():
        write_atomic(course / folder_names.CONFIG, CONFIG_TEMPLATE.read_text(encoding="utf-8"))
    config = load_config(course)
    return {
        name: _release_chapter(course, name, files, config, force)
        for name, files in sources.items()
    }


def make_secret(course: Path) -> Path:
    """The course's secret seed file, made when there is none; only its owner can read it."""
    path = course / folder_names.SECRET
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    return path


def _release_chapter(
    course: Path, name: str, files: dict[str, str], config: Config, force: bool
) -> bool:
    """Write the sources and run nbgrader's generate_assignment; False when nothing changed."""
    folder = folder_names.source_folder(course, name)
    changed = force
    for file, text in files.items():
        changed |= write_atomic(folder / file, text)
    for path in folder.glob("*.ipynb"):
        if path.name not in files:
            path.unlink()
            changed = True
    coursedir = CourseDirectory(config=config)
    released = folder_names.release_folder(course, name)
    complete = {path.name for path in released.glob("*.ipynb")} == set(files)
    if not changed and complete and _is_in_gradebook(coursedir, name):
        return False
    with quiet_nbgrader():
        result = NbGraderAPI(coursedir, config=config).generate_assignment(name, force=True)
    if not result["success"]:
        raise ReleaseError(f"nbgrader could not release {name}:\n{_reason(result)}")
    return True


def _is_in_gradebook(coursedir: CourseDirectory, name: str) -> bool:
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            gradebook.find_assignment(name)
        except MissingEntry:
            return False
    return True


def _reason(result: dict) -> str:
    """The errors of nbgrader's log; all of it when it has none."""
    log = result.get("error") or result.get("log") or "no reason given"
    lines = str(log).splitlines()
    errors = [line for line in lines if "ERROR" in line]
    return "\n".join(errors or lines[-20:])
