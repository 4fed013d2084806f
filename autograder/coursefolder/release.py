"""Make or update the course folder; names.py says what lies where."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nbgrader.api import Course as CourseRow
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.building.build import Names, read_chapter, registered_exercises
from autograder.building.layout import ENGLISH, Layout, write_atomic
from autograder.building.problems import BuildError, Problem
from autograder.building.source import SourceNotebook
from autograder.building.student import dumps, instructor_notebook
from autograder.coursefolder import names as folder_names
from autograder.coursefolder.at_once import at_once
from autograder.coursefolder.change import make_room, planned
from autograder.coursefolder.definitions import kept_definitions
from autograder.coursefolder.earlier import remember
from autograder.coursefolder.nbgrader import load_config, quiet_nbgrader
from autograder.coursefolder.read_material import load_material
from autograder.coursefolder.refusal import refusal
from autograder.coursefolder.trouble import patient

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
    agree: Callable[[str, list[str]], bool] = lambda name, sentences: True,
    language: str | None = None,
) -> dict[str, bool]:
    """Make or update the course folder `course`; what is there and unchanged is kept.

    agree(chapter, sentences) is asked before a chapter with submissions changes; the sentences say
    what that does to their scores, none where nothing.
    language: of texts and reports, "en" or "zh_CN"; None for that of the release before.

    Returns, for each chapter, whether it was generated anew. Raises BuildError for mistakes in the
    texts, ReleaseError when nbgrader refuses, ValueError for an unknown chapter or language.
    """
    course = course.resolve()
    language = folder_names.read_language(course) if language is None else language
    layout = (layout or Layout()).edition(language)
    if not layout.chapter_folders():
        raise ReleaseError(
            f"{layout.root} has no chapters to release: the texts are in the project's checkout, "
            "not in an installed copy. Install the checkout itself, pip install -e FOLDER"
        )
    selections = layout.select(chapters)
    sources: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for selection in selections:
        try:
            notebooks, lacking = read_chapter(selection, layout, names)
            notebooks = in_language(notebooks, layout)
        except BuildError as error:
            problems += error.problems
            continue
        problems += lacking
        sources[selection.folder.name] = {
            f"{notebook.name}.ipynb": dumps(instructor_notebook(notebook)) for notebook in notebooks
        }
    if problems:
        raise BuildError(problems)

    course.mkdir(parents=True, exist_ok=True)
    make_secret(course)
    if language:
        write_atomic(course / folder_names.LANGUAGE, f"{layout.language or ENGLISH}\n")
    if not (course / folder_names.CONFIG).exists():
        write_atomic(course / folder_names.CONFIG, CONFIG_TEMPLATE.read_text(encoding="utf-8"))
    config = load_config(course)
    return {
        name: _release_chapter(course, name, files, config, force, agree)
        for name, files in sources.items()
    }


def make_secret(course: Path) -> Path:
    """Return the course's secret seed file, made when there is none; only its owner can read it."""
    path = course / folder_names.SECRET
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    return path


def in_language(notebooks: list[SourceNotebook], layout: Layout) -> list[SourceNotebook]:
    """Return notebooks in the layout's language; BuildError for a broken translation."""
    if not layout.language:
        return notebooks
    from autograder.translation.edition import translated

    return [translated(notebook, layout) for notebook in notebooks]


def _release_chapter(
    course: Path,
    name: str,
    files: dict[str, str],
    config: Config,
    force: bool,
    agree: Callable[[str, list[str]], bool] = lambda name, sentences: True,
) -> bool:
    """Write the sources and run nbgrader's generate_assignment; False when nothing changed.

    A release that nbgrader refuses leaves everything as it was.
    """
    folder = folder_names.source_folder(course, name)
    released = folder_names.release_folder(course, name)
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.ipynb")}
    complete = {path.name for path in released.glob("*.ipynb")} == set(files)
    coursedir = CourseDirectory(config=config)
    try:
        with quiet_nbgrader():
            known = _is_in_gradebook(coursedir, name)
    except FileNotFoundError as error:
        raise ReleaseError(refusal(name, {"error": str(error)})) from None
    if there == files and complete and known and not force:
        return False
    with kept_on_failure(course, folder, released), kept_definitions(coursedir.db_url, name):
        if known:
            with Gradebook(patient(coursedir.db_url), coursedir.course_id) as gradebook:
                change = planned(gradebook, name, files)
                if not agree(name, change.sentences()):
                    raise ReleaseError(f"{name} is not released. Nothing was changed.")
                remember_release(course, coursedir, name)
                make_room(gradebook, name, change)
        for file, text in files.items():
            write_atomic(folder / file, text)
        for file in there.keys() - files.keys():
            (folder / file).unlink()
        with quiet_nbgrader():
            api = NbGraderAPI(coursedir, config=at_once(config))
            result = api.generate_assignment(name, force=True)
        if not result["success"]:
            raise ReleaseError(refusal(name, result))
    return True


@contextlib.contextmanager
def kept_on_failure(course: Path, *places: Path) -> Iterator[None]:
    """Put folders of a course back as they were when what follows fails."""
    with tempfile.TemporaryDirectory(dir=course, prefix=".before-") as safe:
        for number, place in enumerate(places):
            copy = Path(safe, str(number))
            if place.is_dir():
                shutil.copytree(place, copy)
        try:
            yield
        except BaseException:
            for number, place in enumerate(places):
                copy = Path(safe, str(number))
                if place.is_dir():
                    shutil.rmtree(place)
                if copy.exists():
                    shutil.copytree(copy, place)
            raise


def remember_release(course: Path, coursedir: CourseDirectory, name: str) -> None:
    """Keep what the gradebook says of an assignment, before a release changes it."""
    with Gradebook(patient(coursedir.db_url), coursedir.course_id) as gradebook:
        source = folder_names.source_folder(course, name)
        material = load_material(gradebook, name, b"", source)
    remember(folder_names.earlier_path(course, name), material.notebooks)


def _is_in_gradebook(coursedir: CourseDirectory, name: str) -> bool:
    with Gradebook(patient(coursedir.db_url), coursedir.course_id) as gradebook:
        # nbgrader leaves out the row of a course without a name; PostgreSQL insists on it.
        if gradebook.db.get(CourseRow, coursedir.course_id) is None:
            gradebook.db.add(CourseRow(id=coursedir.course_id))
            gradebook.db.commit()
        try:
            gradebook.find_assignment(name)
        except MissingEntry:
            return False
    return True
