"""An opened course folder: its configuration, gradebook, secret, and where things are in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.coursefolder import names
from autograder.coursefolder.material import Material, UnknownAssignment
from autograder.coursefolder.nbgrader import load_config
from autograder.coursefolder.read_material import load_material
from autograder.coursefolder.submitted import Discovery, discover
from autograder.coursefolder.trouble import patient


class NoCourse(Exception):
    """The folder is no course folder; the message says what to do."""


@dataclass(frozen=True)
class Course:
    """A course folder with its nbgrader configuration."""

    root: Path
    config: Config
    directory: CourseDirectory

    @classmethod
    def open(cls, root: Path) -> Course:
        """Open `root`; NoCourse when `autograder release` has not made it."""
        root = root.resolve()
        missing = names.missing_from(root)
        if missing:
            raise NoCourse(
                f"{root} has no {missing}: make the course folder with `autograder release`, "
                "or name another with --course."
            )
        config = load_config(root)
        return cls(root, config, CourseDirectory(config=config))

    @property
    def secret(self) -> bytes:
        """The seed of the hidden tests."""
        return names.read_secret(self.root)

    @property
    def language(self) -> str:
        """The language of texts and reports, "zh_CN" say; "" where no release named one."""
        return names.read_language(self.root)

    @contextlib.contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """nbgrader's gradebook, closed at the end."""
        with Gradebook(patient(self.directory.db_url), self.directory.course_id) as gradebook:
            yield gradebook

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Return the folder of a step, "submitted" or "feedback" say, as nbgrader has it."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(name, student, assignment))

    def material(self, assignment: str) -> Material:
        """Return the assignment; UnknownAssignment when it was never released."""
        with self.gradebook() as gradebook:
            return load_material(
                gradebook,
                assignment,
                self.secret,
                self.folder("source", ".", assignment),
                names.earlier_path(self.root, assignment),
                self.language,
            )

    def result_path(self, assignment: str, student: str) -> Path:
        """Where the result of a submission is kept, beside what the gradebook holds."""
        return names.result_path(self.root, assignment, student)

    def resolve(self, name: str) -> str:
        """Return the assignment that `name` means: "03_feedforward", or a chapter's number."""
        with self.gradebook() as gradebook:
            known = sorted(a.name for a in gradebook.assignments)
        for one in known:
            number = one.split("_")[0]
            if name == one or (name.isdigit() and number.isdigit() and int(number) == int(name)):
                return one
        return name

    def released(self, name: str) -> str:
        """Return the assignment that `name` means; UnknownAssignment for one never released."""
        found = self.resolve(name)
        with self.gradebook() as gradebook:
            known = sorted(a.name for a in gradebook.assignments)
        if found not in known:
            raise UnknownAssignment(
                f"{name} was never released; there are {', '.join(known) or 'none'}"
            )
        return found

    def with_submissions(self) -> list[str]:
        """The assignments of which a submission is in the gradebook."""
        with self.gradebook() as gradebook:
            return [a.name for a in gradebook.assignments if a.submissions]

    def submissions(self, assignment: str) -> dict[str, Path]:
        """Students who handed in and can be graded, with their folders."""
        return self.discover(assignment).submissions

    def discover(self, assignment: str) -> Discovery:
        """Return everything in submitted/: who can be graded, and what else lies there."""
        submitted = Path(self.directory.format_path(self.directory.submitted_directory, ".", "."))
        with self.gradebook() as gradebook:
            known = {a.name for a in gradebook.assignments}
        return discover(submitted, assignment, known)
