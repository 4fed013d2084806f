"""Makes the course folder that instructor and grader work in.

course/nbgrader_config.py          what the stock nbgrader commands read
course/gradebook.db                nbgrader's gradebook
course/secret                      the seed of the hidden tests, readable by its owner only
course/source/<chapter>/*.ipynb    the instructor's notebooks, with solutions and hidden tests
course/release/<chapter>/*.ipynb   what to hand out: the same bytes as chapters/
course/submitted/<student>/<chapter>/*.ipynb   put here by whoever collects
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.building.build import Names, read_chapter, registered_exercises
from autograder.building.layout import Layout, write_atomic
from autograder.building.problems import BuildError, Problem
from autograder.building.student import dumps, instructor_notebook

CONFIG_NAME = "nbgrader_config.py"
SECRET_NAME = "secret"
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
    if not (course / CONFIG_NAME).exists():
        write_atomic(course / CONFIG_NAME, CONFIG_TEMPLATE.read_text(encoding="utf-8"))
    config = load_config(course)
    return {
        name: _release_chapter(course, name, files, config, force)
        for name, files in sources.items()
    }


def make_secret(course: Path) -> Path:
    """The course's secret seed file, made when there is none; only its owner can read it."""
    path = course / SECRET_NAME
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    return path


def load_config(course: Path) -> Config:
    """The course folder's nbgrader configuration, as nbgrader itself loads it."""
    return PyFileConfigLoader(CONFIG_NAME, path=str(course)).load_config()


def _release_chapter(
    course: Path, name: str, files: dict[str, str], config: Config, force: bool
) -> bool:
    """Write the sources and run nbgrader's generate_assignment; False when nothing changed."""
    folder = course / "source" / name
    changed = force
    for file, text in files.items():
        changed |= write_atomic(folder / file, text)
    for path in folder.glob("*.ipynb"):
        if path.name not in files:
            path.unlink()
            changed = True
    coursedir = CourseDirectory(config=config)
    released = course / "release" / name
    complete = {path.name for path in released.glob("*.ipynb")} == set(files)
    if not changed and complete and _is_in_gradebook(coursedir, name):
        return False
    with _quiet_nbgrader():
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


@contextlib.contextmanager
def _quiet_nbgrader() -> Iterator[None]:
    """nbgrader finds alembic on PATH, also when the environment is not activated, and is quiet."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    logger = logging.getLogger("traitlets")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        os.environ["PATH"] = path
