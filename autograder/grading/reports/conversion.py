"""Notebooks of some students to feedback pages, by nbgrader's generate_feedback."""

from __future__ import annotations

import contextlib
import copy
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.checking import messages
from autograder.coursefolder.course import Course
from autograder.coursefolder.nbgrader import quiet_nbgrader


def convert(root: Path, assignment: str, students: Sequence[str]) -> list[str]:
    """Write feedback/<student>/<assignment>/*.html; the last words of each error come back."""
    from nbgrader.converters import GenerateFeedback

    course = Course.open(root)
    config: Any = copy.deepcopy(course.config)
    config.CourseDirectory.assignment_id = assignment
    config.GenerateFeedback.force = True
    folders = [course.folder("autograded", student, assignment) for student in students]

    class OfTheseStudents(GenerateFeedback):
        """Find folders by name: nbgrader takes the brackets and stars in one for a pattern."""

        def init_notebooks(self) -> None:
            self.notebooks: list[str] = []
            self.assignments = {
                str(folder): [str(path) for path in sorted(folder.glob("*.ipynb"))]
                for folder in folders
            }

        def init_assignment(self, assignment_id: str, student_id: str) -> None:
            # Its copy of other files leaves notebooks out by a pattern too: they hold hidden
            # tests.
            super().init_assignment(assignment_id, student_id)
            for path in Path(self._format_dest(assignment_id, student_id)).rglob("*.ipynb"):
                path.unlink()

    words: list[str] = []
    with quiet_nbgrader():
        converter = OfTheseStudents(coursedir=type(course.directory)(config=config), config=config)
        said_in = messages.speaking(messages.for_class(course.language))
        with said_in, _last_words(converter.log, words):
            try:
                converter.start()
            except Exception as error:
                words.append(str(error))
    return words


@contextlib.contextmanager
def _last_words(log: Any, words: list[str]) -> Iterator[None]:
    """Keep the last line of each error that nbgrader logs, and show none."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines = record.getMessage().strip().splitlines()
            if "Traceback" in lines[0]:
                words.append(lines[-1])

    handlers, level, propagate = log.handlers[:], log.level, log.propagate
    log.handlers, log.propagate = [Keep(logging.ERROR)], False
    log.setLevel("ERROR")
    try:
        yield
    finally:
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)
