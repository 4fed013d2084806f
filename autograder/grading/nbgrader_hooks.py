"""The same pipeline under nbgrader's own commands: put into its configuration by `configure(c)`."""

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

HERE = "autograder.grading.nbgrader_hooks"
NBGRADER = "nbgrader.preprocessors"
UNPROTECTED = "**Graded without protection**: student code ran outside the jail (`--jail none`)."


def configure(c: Any) -> None:
    """Make `nbgrader autograde` and the formgrader's button grade like `autograder grade`.

    c: nbgrader's configuration, after `c.CourseDirectory.root` was set. Late penalties, manual
    grading, feedback and export stay as they are configured.
    """
    c.Autograde.exporter_class = f"{HERE}.RepairingExporter"
    c.Autograde.pre_convert_hook = f"{HERE}.before_autograde"
    c.Autograde.sanitize_preprocessors = [
        f"{HERE}.RepairSubmission",
        f"{NBGRADER}.ClearOutput",
        f"{NBGRADER}.OverwriteKernelspec",
        f"{NBGRADER}.OverwriteCells",
        f"{NBGRADER}.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{HERE}.JailExecute",
        f"{NBGRADER}.LimitOutput",
        f"{NBGRADER}.SaveAutoGrades",
        f"{NBGRADER}.AssignLatePenalties",
        f"{HERE}.KeepResult",
        f"{NBGRADER}.CheckCellMetadata",
    ]
    c.OverwriteCells.add_missing_cells = True
    # Where the jail is off (see JailExecute), nbgrader's own executor leaves out experiments too.
    c.Execute.skip_cells_with_tag = "experiment"
    c.GenerateFeedback.preprocessors = [
        f"{HERE}.ShowReports",
        f"{NBGRADER}.ClearHiddenTests",
        f"{NBGRADER}.GetGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]


def before_autograde(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's pre_convert_hook: renamed and missing notebooks take part, links lead nowhere."""
    if not notebooks:
        return
    folder = Path(notebooks[0]).parent
    defuse_links(folder)
    course = folder.parents[2]
    released = course / "release" / folder.name
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
    """Reads whatever was handed in; what is no notebook becomes one that says so."""

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> Any:
        """The notebook, repaired, through nbgrader's preprocessors."""
        path = Path(filename)
        resources = resources if resources is not None else {}
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        if "autograded" in path.parts[-4:-2]:
            nb = nbformat.read(path, as_version=4)
        else:
            nb = self._submitted(path, resources)
        return self.from_notebook_node(nb, resources, **kw)

    def _submitted(self, path: Path, resources: dict) -> Any:
        from autograder.grading.pipeline import split
        from autograder.grading.sanitize import blank, find, repair

        material = material_of(resources)
        notebook = material.by_name[resources["nbgrader"]["notebook"]]
        submission = find(path.parent, material)
        found = submission.notebooks[notebook.name]
        if found.notebook is None:
            nb, notes = blank(notebook, found.reason), found.notes
        else:
            nb = found.notebook
            notes = [*found.notes, *repair(nb, notebook)]
        repairs, tampering = split([*notes, *submission.notes])
        nb.metadata["autograder"] = nbformat.from_dict(
            {"reason": found.reason, "missing": found.missing,
             "repairs": list(repairs), "tampering": list(tampering)}
        )  # fmt: skip
        return nb


class RepairSubmission(NbGraderPreprocessor):
    """First among the sanitizers: logs what RepairingExporter did, for the instructor to see."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Nothing is changed here."""
        given = nb.metadata.get("autograder", {})
        for text in [*given.get("repairs", []), *given.get("tampering", [])]:
            self.log.warning("%s", text)
        if given.get("reason"):
            self.log.error("Not graded: %s", given["reason"])
        return nb, resources


class JailExecute(Execute):
    """nbgrader's executor, replaced: student cells in the jail, test cells outside it."""

    def preprocess(self, nb: Any, resources: dict, *args: Any, **kw: Any) -> tuple[Any, dict]:
        """Execute the notebook; raises JailError where no jail can be had."""
        from autograder.coursefolder.course import secret_of
        from autograder.grading.judging.executor import execute_notebook
        from autograder.grading.pipeline import jail_for
        from autograder.grading.sandbox.limits import Limits

        given = nb.metadata.setdefault("autograder", nbformat.from_dict({}))
        root = course_root(resources)
        # AUTOGRADER_JAIL=none is the word of an instructor whose system has no namespaces.
        jail = jail_for(os.environ.get("AUTOGRADER_JAIL", "namespaces"), Limits(), (str(root),))
        execution = execute_notebook(
            nb, jail=jail, secret=secret_of(root), files=files_of(resources)
        )
        faults: dict[str, str] = getattr(execution, "faults", {})
        if faults:  # nbgrader says so, keeps no grade, and goes on with the next student
            raise RuntimeError(
                "Not graded: internal error in the check of "
                + ", ".join(faults)
                + "\n"
                + "\n".join(faults.values())
            )
        given["jail"] = jail.kind
        given["reasons"] = execution.reasons
        given["seconds"] = [
            execution.seconds,
            execution.student_seconds,
            execution.test_seconds,
        ]
        return nb, resources


class KeepResult(NbGraderPreprocessor):
    """Last: keeps what the class report needs beside the gradebook."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Write this notebook's part of the result."""
        from autograder.building.layout import write_atomic
        from autograder.grading.judging.outcome import comments, results
        from autograder.grading.judging.results import NotebookResult, Result

        given = nb.metadata.get("autograder", {})
        material = material_of(resources)
        notebook = material.by_name[resources["nbgrader"]["notebook"]]
        seconds, student_seconds, test_seconds = given.pop("seconds", (0.0, 0.0, 0.0))
        part = NotebookResult(
            name=notebook.name,
            cells=tuple(results(nb, notebook)),
            reason=given.get("reason", ""),
            missing=given.get("missing", False),
            reasons=tuple(given.get("reasons", ())),
            repairs=tuple(given.get("repairs", ())),
            tampering=tuple(given.get("tampering", ())),
            comments=comments(nb),
            seconds=seconds,
            student_seconds=student_seconds,
            test_seconds=test_seconds,
        )
        student, assignment = resources["nbgrader"]["student"], material.assignment
        path = course_root(resources) / "results" / assignment / f"{student}.json"
        others: list[NotebookResult] = []
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            old = Result.from_dict(json.loads(path.read_text(encoding="utf-8")))
            others = [one for one in old.notebooks if one.name != notebook.name]
        parts = sorted([*others, part], key=lambda one: one.name)
        # Without a fingerprint: `autograder grade` does not take it for its own.
        result = Result(assignment, student, given.get("jail", "namespaces"), tuple(parts))
        write_atomic(path, json.dumps(result.to_dict(), ensure_ascii=False))
        return nb, resources


class ShowReports(NbGraderPreprocessor):
    """For feedback: the check's report stands where its error was; grading without a jail is said."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Go through the cells; the page's first line where there was no protection."""
        from nbformat.v4 import new_markdown_cell

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


def material_of(resources: dict) -> Any:
    """The assignment that nbgrader is grading."""
    from autograder.coursefolder.course import secret_of
    from autograder.coursefolder.material import load_material

    about = resources["nbgrader"]
    key = (about["db_url"], about["assignment"])
    if key not in _MATERIAL:
        root = course_root(resources)
        with Gradebook(about["db_url"]) as gradebook:
            source = root / "source" / about["assignment"]
            _MATERIAL.clear()
            _MATERIAL[key] = load_material(gradebook, about["assignment"], secret_of(root), source)
    return _MATERIAL[key]


def course_root(resources: dict) -> Path:
    """The course folder: nbgrader works in it."""
    here = Path(resources["metadata"]["path"]).resolve()
    for folder in here.parents:
        if (folder / "secret").is_file() and (folder / "nbgrader_config.py").is_file():
            return folder
    return Path.cwd()


def files_of(resources: dict) -> dict[str, bytes]:
    """The submission's other files, for the jail."""
    from autograder.grading.sanitize.find import _other_files, list_files

    folder = Path(resources["metadata"]["path"])
    paths, notes = list_files(folder)
    return _other_files(folder, [p for p in paths if p.suffix.lower() != ".ipynb"], notes)
