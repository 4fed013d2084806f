"""The pipeline as steps of nbgrader's own commands and buttons."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.base import NbGraderPreprocessor

UNPROTECTED = "**Graded without protection**: student code ran outside the jail (`--jail none`)."


def before_autograde(assignment: str, student: str, notebooks: list[str]) -> None:
    """Let renamed and missing notebooks take part and links lead nowhere.

    This is nbgrader's pre_convert_hook.
    """
    from autograder.coursefolder.names import release_folder

    if not notebooks:
        return
    folder = Path(notebooks[0]).parent
    defuse_links(folder)
    course = folder.parents[2]
    released = release_folder(course, folder.name)
    for path in sorted(released.glob("*.ipynb")):
        wanted = str(folder / path.name)
        if wanted not in notebooks:
            notebooks.append(wanted)


def defuse_links(folder: Path) -> None:
    """Replace symbolic links by a line of text: nbgrader would copy what they point at."""
    for where, folders, files in os.walk(folder, followlinks=False):
        for name in [*folders, *files]:
            path = Path(where, name)
            if path.is_symlink() and path.suffix != ".ipynb":
                with contextlib.suppress(OSError):
                    target = path.readlink()
                    path.unlink()
                    path.write_text(f"symbolic link to {target}, not followed\n", encoding="utf-8")


class RepairingExporter(NotebookExporter):
    """Reads whatever was handed in; what is not a notebook becomes one that says so."""

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> Any:
        """Return the notebook, repaired, through nbgrader's preprocessors."""
        path = Path(filename)
        resources = resources if resources is not None else {}
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        if "autograded" in path.parts[-4:-2]:
            nb = nbformat.read(path, as_version=4)
        else:
            nb = self._submitted(path, resources)
        return self.from_notebook_node(nb, resources, **kw)

    def _submitted(self, path: Path, resources: dict) -> Any:
        from autograder.grading import submission
        from autograder.grading.sanitize import find

        material = material_of(resources)
        notebook = material.by_name[resources["nbgrader"]["notebook"]]
        handed_in = find(path.parent, material)
        found = handed_in.notebooks[notebook.name]
        work = submission.prepare(found, notebook)
        work.notes += handed_in.notes
        work.files = found.seen_from_here(handed_in.files)
        _WORK[key_of(resources)] = work
        return work.notebook


class RepairSubmission(NbGraderPreprocessor):
    """First among the sanitizers: logs what RepairingExporter did, for the instructor to see."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Change nothing."""
        work = _WORK[key_of(resources)]
        for note in work.notes:
            self.log.warning("%s", note.text)
        if work.reason:
            self.log.error("Not graded: %s", work.reason)
        return nb, resources


class JailExecute(Execute):
    """nbgrader's executor, replaced: student cells in the jail, test cells outside it."""

    def preprocess(self, nb: Any, resources: dict, *args: Any, **kw: Any) -> tuple[Any, dict]:
        """Execute the notebook; raises JailError where no jail can be had."""
        from autograder.checking import messages
        from autograder.coursefolder.names import read_language, read_secret
        from autograder.grading import submission
        from autograder.grading.sandbox.jails import jail_for
        from autograder.grading.sandbox.limits import Limits

        root = course_root(resources)
        # AUTOGRADER_JAIL=none is the word of an instructor whose system has no namespaces.
        jail = jail_for(os.environ.get("AUTOGRADER_JAIL", "namespaces"), Limits(), (str(root),))
        work = _WORK[key_of(resources)]
        work.notebook = nb
        with messages.speaking(messages.for_class(read_language(root))):
            submission.execute(work, jail, read_secret(root), work.files)
        if work.faults:  # nbgrader says so, keeps no grade, and goes on with the next student
            keep_result(work, resources)
            assert work.execution is not None
            cells = ", ".join(work.execution.faults)
            text = "\n".join(work.faults)
            raise RuntimeError(f"Not graded: internal error in the check of {cells}\n{text}")
        return nb, resources


class KeepResult(NbGraderPreprocessor):
    """Last: keeps what the class report needs beside the gradebook."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Write this notebook's part of the result."""
        keep_result(_WORK[key_of(resources)], resources)
        return nb, resources


def keep_result(work: Any, resources: dict) -> None:
    """Keep a notebook's result with those of the submission's others, and forget the work."""
    from autograder.building.layout import write_atomic
    from autograder.coursefolder import names
    from autograder.grading import submission
    from autograder.grading.judging.results import NotebookResult, Result

    student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
    path = names.result_path(course_root(resources), assignment, student)
    part = submission.result(work, work.execution.seconds)
    others: list[NotebookResult] = []
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        old = Result.from_dict(json.loads(path.read_text(encoding="utf-8")))
        others = [one for one in old.notebooks if one.name != part.name]
    parts = sorted([*others, part], key=lambda one: one.name)
    # Without a fingerprint: `autograder grade` does not take it for its own.
    result = Result(assignment, student, work.execution.jail, tuple(parts))
    write_atomic(path, json.dumps(result.to_dict(), ensure_ascii=False))
    del _WORK[key_of(resources)]


class ShowReports(NbGraderPreprocessor):
    """For feedback: the check's report stands where its error was.

    Grading without a jail is said.
    """

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Go through the cells; the page's first line where there was no protection."""
        from nbformat.v4 import new_markdown_cell

        from autograder.checking import messages
        from autograder.coursefolder.names import read_language

        with messages.speaking(messages.for_class(read_language(course_root(resources)))):
            nb, resources = super().preprocess(nb, resources)
        if nb.metadata.get("autograder", {}).get("jail") == "none":
            nb.cells.insert(0, new_markdown_cell(UNPROTECTED))
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        """Replace the outputs of a checked cell by its report."""
        from autograder.grading.reports.feedback import show_report

        show_report(cell)
        return cell, resources


_MATERIAL: dict[tuple[str, str], Any] = {}
# nbgrader writes a notebook between sanitizing and executing it and reads it again, in one process.
_WORK: dict[tuple[str, ...], Any] = {}


def key_of(resources: dict) -> tuple[str, ...]:
    """Return which notebook of whom nbgrader is working on."""
    about = resources["nbgrader"]
    return tuple(str(about[part]) for part in ("db_url", "assignment", "student", "notebook"))


def material_of(resources: dict) -> Any:
    """Return the assignment that nbgrader is grading."""
    from autograder.coursefolder import names
    from autograder.coursefolder.read_material import load_material

    about = resources["nbgrader"]
    key = (about["db_url"], about["assignment"])
    if key not in _MATERIAL:
        root = course_root(resources)
        with Gradebook(about["db_url"]) as gradebook:
            source = names.source_folder(root, about["assignment"])
            _MATERIAL.clear()
            earlier = names.earlier_path(root, about["assignment"])
            _MATERIAL[key] = load_material(
                gradebook, about["assignment"], names.read_secret(root), source, earlier
            )
    return _MATERIAL[key]


def course_root(resources: dict) -> Path:
    """Return the course folder: nbgrader works in it."""
    from autograder.coursefolder import names

    here = Path(resources["metadata"]["path"]).resolve()
    for folder in here.parents:
        if not names.missing_from(folder):
            return folder
    return Path.cwd()
